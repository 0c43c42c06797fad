import type { Database } from '@keyward/prisma/database'
import { Loader } from '../core/loader.ts'
import { findStandings } from './sql.ts'

/**
 * Whether a principal is a member of the organization, or a collaborator of one of its projects who is not a member.
 */
export type Standing = 'MEMBER' | 'COLLABORATOR'

/** Batched lookups about people and service accounts, for one request. */
export class UserLoaders {
  readonly #standing: Loader<{ organizationId: string; principalId: string }, Standing | null, string>

  constructor(database: Database) {
    this.#standing = new Loader(
      database,
      async (keys) => {
        const rows = await findStandings(
          database,
          [...new Set(keys.map((key) => key.organizationId))],
          [...new Set(keys.map((key) => key.principalId))],
        )
        const standings = new Map<string, Standing>()
        for (const row of rows) {
          const key = `${row.organization_id} ${row.principal_id}`
          if (standings.get(key) !== 'MEMBER') standings.set(key, row.standing)
        }
        return keys.map((key) => standings.get(`${key.organizationId} ${key.principalId}`) ?? null)
      },
      { cacheKeyFn: (key) => `${key.organizationId} ${key.principalId}` },
    )
  }

  /** Clears the caches after the caller's roles have changed. */
  forget(): void {
    this.#standing.clearAll()
  }

  /** How a person or service account belongs to an organization. Null if they do not belong to it. */
  standing(organizationId: string, principalId: string): Promise<Standing | null> {
    return this.#standing.load({ organizationId, principalId })
  }
}
