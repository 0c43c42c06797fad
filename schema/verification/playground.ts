import type { Database } from '@keyward/prisma/database'
import { loadGrants } from '../core/grants.ts'
import { can } from '../core/policy.ts'
import type { KeyRecord } from './credential.ts'
import { findOrganizationsOf, findStoredRecords } from './sql.ts'

/** A project that a person may use in the playground. */
export interface UsableProject {
  userId: string
  projectId: string
}

/** The key of a usable project in memory. Ids are UUIDs. */
export const usableKey = (userId: string, organizationId: string, projectId: string): string =>
  `${userId} ${organizationId} ${projectId}`

/** Finds which of some projects their people may use, by the policy table. Nobody may use an archived or paused project. */
export async function findUsableProjects(
  database: Database,
  keys: readonly string[],
): Promise<Map<string, UsableProject>> {
  const asked = keys.map((key) => {
    const [userId = '', organizationId = '', projectId = ''] = key.split(' ')
    return { key, userId, organizationId, projectId }
  })
  const users = [...new Set(asked.map(({ userId }) => userId))]
  const [grants, organizationOf] = await Promise.all([
    loadGrants(
      database,
      users.map((id) => ({ kind: 'USER' as const, id })),
    ),
    findOrganizationsOf(database, [...new Set(asked.map(({ projectId }) => projectId))]),
  ])
  const grantsOf = new Map(users.map((id, index) => [id, grants[index]]))
  const usable = asked.filter(({ userId, organizationId, projectId }) => {
    const held = grantsOf.get(userId)
    const target = { organizationId, projectId }
    return held && organizationOf.get(projectId) === organizationId && can(held, 'project:read', target)
  })
  return new Map(usable.map(({ key, userId, projectId }) => [key, { userId, projectId }]))
}

/**
 * Finds the credentials of secrets by SHA-256 in hexadecimal. A playground token is only found while its person may use
 * the project that it charges.
 */
export async function findRecords(database: Database, hashes: readonly string[]): Promise<Map<string, KeyRecord>> {
  const records = await findStoredRecords(database, hashes)
  const played = [...records].filter(([, { kind }]) => kind === 'PLAYGROUND')
  if (played.length === 0) return records
  const keyOf = ({ id, organizationId, projectId }: KeyRecord) => usableKey(id, organizationId, projectId)
  const usable = await findUsableProjects(
    database,
    played.map(([, record]) => keyOf(record)),
  )
  for (const [hash, record] of played) if (!usable.has(keyOf(record))) records.delete(hash)
  return records
}
