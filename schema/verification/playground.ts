import type { Database } from '@keyward/prisma/database'
import { loadGrants } from '../core/grants.ts'
import { can } from '../core/policy.ts'

/** That a person may use a project: what a playground token reaches beyond public models. */
export interface UsableProject {
  userId: string
  projectId: string
}

/** By what a person's use of a project in an organization is remembered. Ids are UUIDs. */
export const usableKey = (userId: string, organizationId: string, projectId: string): string =>
  `${userId} ${organizationId} ${projectId}`

/** Finds, among people and projects, who may use what, by the policy table. Archived projects are used by nobody. */
export async function findUsableProjects(
  database: Database,
  keys: readonly string[],
): Promise<Map<string, UsableProject>> {
  const asked = keys.map((key) => {
    const [userId = '', organizationId = '', projectId = ''] = key.split(' ')
    return { key, userId, organizationId, projectId }
  })
  const users = [...new Set(asked.map(({ userId }) => userId))]
  const [grants, projects] = await Promise.all([
    loadGrants(
      database,
      users.map((id) => ({ kind: 'USER' as const, id })),
    ),
    database.sql<{ id: string; organization_id: string }>(
      'SELECT id, organization_id FROM project WHERE id = ANY($1::uuid[]) AND archived_at IS NULL',
      [[...new Set(asked.map(({ projectId }) => projectId))]],
    ),
  ])
  const grantsOf = new Map(users.map((id, index) => [id, grants[index]]))
  const organizationOf = new Map(projects.map((row) => [row.id, row.organization_id]))
  const usable = asked.filter(({ userId, organizationId, projectId }) => {
    const held = grantsOf.get(userId)
    const target = { organizationId, projectId }
    return held && organizationOf.get(projectId) === organizationId && can(held, 'project:read', target)
  })
  return new Map(usable.map(({ key, userId, projectId }) => [key, { userId, projectId }]))
}
