import type { Database, Transaction } from '@keyward/prisma/database'

/** The calendar of an organization as the database stores it. */
export interface CalendarRow {
  time_zone: string
  announced_windows: unknown
}

/** Finds the calendars of organizations, projects and keys. Each look-up uses a primary key. */
export const findCalendars = (database: Database, ids: readonly string[]): Promise<(CalendarRow & { id: string })[]> =>
  database.sql(
    `SELECT s.id, o.time_zone, o.announced_windows FROM unnest($1::uuid[]) AS s(id)
       JOIN organization o ON o.id = coalesce((SELECT p.organization_id FROM project p WHERE p.id = s.id),
                                              (SELECT k.organization_id FROM api_key k WHERE k.id = s.id), s.id)`,
    [ids],
  )

/** Finds the calendars of scopes that have budgets. */
export const findCalendarsOfLimits = (
  database: Database,
  scopeIds: readonly string[],
): Promise<(CalendarRow & { id: string })[]> =>
  database.sql(
    `SELECT DISTINCT ON (u.scope_id) u.scope_id AS id, o.time_zone, o.announced_windows
       FROM usage_limit u JOIN organization o ON o.id = u.organization_id
      WHERE u.scope_id = ANY($1::uuid[]) AND u.kind IN ('DAY', 'WEEK', 'MONTH')`,
    [scopeIds],
  )

const CALENDAR = 'DISTINCT o.time_zone, o.announced_windows, o.announced_windows::text AS announced'

/** Finds the calendars of scopes that have limits, or of all organizations, each once. */
export const findDistinctCalendars = (
  database: Database,
  scopeIds: readonly string[] | null,
): Promise<(CalendarRow & { announced: string | null })[]> =>
  scopeIds === null
    ? database.sql(`SELECT ${CALENDAR} FROM organization o`)
    : database.sql(
        `SELECT ${CALENDAR} FROM usage_limit u JOIN organization o ON o.id = u.organization_id
          WHERE u.scope_id = ANY($1::uuid[])`,
        [scopeIds],
      )

/**
 * Whether an organization has budgets of days, weeks or months, or amounts reserved in such budgets that were removed.
 * Includes budgets of its projects, keys and their parts.
 */
export async function hasCalendarBudgets(tx: Transaction, organizationId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM usage_limit
      WHERE organization_id = ${organizationId}::uuid AND kind IN ('DAY', 'WEEK', 'MONTH'))
      OR EXISTS (SELECT FROM limit_counter c WHERE c.kind IN ('DAY', 'WEEK', 'MONTH') AND c.held > 0
        AND coalesce(c.owner_id, c.scope_id) IN (
          SELECT ${organizationId}::uuid
          UNION ALL SELECT id FROM project WHERE organization_id = ${organizationId}::uuid
          UNION ALL SELECT k.id FROM api_key k JOIN project p ON p.id = k.project_id
            WHERE p.organization_id = ${organizationId}::uuid)) AS found`
  return row?.found ?? false
}
