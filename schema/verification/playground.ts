import type { Database } from '@keyward/prisma/database'
import { isUnreadable } from '@keyward/prisma/errors'
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

/**
 * Finds which of some projects their people may use, according to the policy table. Nobody may use an archived or
 * paused project.
 */
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

/** Called with the errors of stored values that cannot be read. */
export type OnUnreadable = (error: unknown) => void

/**
 * Finds credentials in their stored form. A credential that cannot be read is null, and does not fail the look-up of
 * others.
 */
async function findReadable(
  database: Database,
  hashes: readonly string[],
  onUnreadable: OnUnreadable,
): Promise<Map<string, KeyRecord | null>> {
  try {
    return await findStoredRecords(database, hashes)
  } catch (error) {
    if (!isUnreadable(error)) throw error
    const [hash, ...others] = hashes
    if (hash !== undefined && others.length === 0) {
      onUnreadable(error)
      return new Map([[hash, null]])
    }
  }
  const half = Math.ceil(hashes.length / 2)
  const first = await findReadable(database, hashes.slice(0, half), onUnreadable)
  return new Map([...first, ...(await findReadable(database, hashes.slice(half), onUnreadable))])
}

/**
 * Finds the credentials of secrets by SHA-256 in hexadecimal. A playground token is only found while its person may use
 * the project that it charges. A credential that exists but cannot be read is null.
 */
export async function findRecords(
  database: Database,
  hashes: readonly string[],
  onUnreadable: OnUnreadable = () => {},
): Promise<Map<string, KeyRecord | null>> {
  const records = await findReadable(database, hashes, onUnreadable)
  const played = [...records].flatMap(([hash, record]) => (record?.kind === 'PLAYGROUND' ? [{ hash, record }] : []))
  if (played.length === 0) return records
  const keyOf = ({ id, organizationId, projectId }: KeyRecord) => usableKey(id, organizationId, projectId)
  const usable = await findUsableProjects(
    database,
    played.map(({ record }) => keyOf(record)),
  )
  for (const { hash, record } of played) if (!usable.has(keyOf(record))) records.delete(hash)
  return records
}
