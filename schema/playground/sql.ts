import type { Database } from '@keyward/prisma/database'
import type { Workload } from '@keyward/prisma/generated/prisma/enums'
import { isPausedSql } from '../pause/sql.ts'

/**
 * Finds the newest live keys with which each model can be called, at most `limit` for each model, by the position of
 * the model.
 */
export const findUsableKeys = (
  database: Database,
  models: readonly { projectId: string | null; workload: Workload; slug: string }[],
  { organizationIds, projectIds }: { organizationIds: string[]; projectIds: string[] },
  now: Date,
  limit: number,
) =>
  database.sql<{ place: number; id: string }>(
    `SELECT asked.place::int AS place, found.id
        FROM unnest($1::uuid[], $2::text[], $6::text[]) WITH ORDINALITY AS asked(project_id, workload, slug, place)
       CROSS JOIN LATERAL (
             SELECT k.id FROM api_key k JOIN project p ON p.id = k.project_id JOIN organization o ON o.id = k.organization_id
              WHERE (k.organization_id = ANY($3::uuid[]) OR k.project_id = ANY($4::uuid[]))
                AND (asked.project_id IS NULL OR k.project_id = asked.project_id)
                AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $5) AND p.archived_at IS NULL
                AND NOT (${['k', 'p', 'o'].map((row) => isPausedSql(row, '$5')).join(' OR ')})
                AND (cardinality(k.workloads) = 0 OR asked.workload = ANY(k.workloads::text[]))
                AND (cardinality(k.models) = 0 OR EXISTS (
                      SELECT 1 FROM unnest(k.models) AS pattern
                       WHERE CASE WHEN right(pattern, 1) = '*' THEN starts_with(asked.slug, left(pattern, -1))
                                  ELSE pattern = asked.slug END))
              ORDER BY k.id DESC LIMIT ${limit}) AS found
       ORDER BY asked.place, found.id DESC`,
    [
      models.map(({ projectId }) => projectId),
      models.map(({ workload }) => workload),
      organizationIds,
      projectIds,
      now,
      models.map(({ slug }) => slug),
    ],
  )
