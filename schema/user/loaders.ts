import type { Database } from '@keyward/prisma/database'
import DataLoader from 'dataloader'
import type { Access } from '../core/access.ts'

/** A member of the organization, or a collaborator of one of its projects without being one. */
export type Standing = 'MEMBER' | 'COLLABORATOR'

/** What a request asks about people and service accounts, batched. */
export class UserLoaders {
  readonly #emailVisible: DataLoader<string, boolean>
  readonly #standing: DataLoader<{ organizationId: string; principalId: string }, Standing | null, string>

  constructor(database: Database, access: Access) {
    this.#emailVisible = new DataLoader(async (userIds) => {
      const { organizationIds, projectIds } = access.reach('user:readEmail')
      if (organizationIds.length + projectIds.length === 0) return userIds.map(() => false)
      const rows = await database.sql<{ user_id: string }>(
        `SELECT user_id FROM member WHERE user_id = ANY($1::uuid[]) AND organization_id = ANY($2::uuid[])
         UNION
         SELECT user_id FROM collaborator
          WHERE user_id = ANY($1::uuid[]) AND (organization_id = ANY($2::uuid[]) OR project_id = ANY($3::uuid[]))`,
        [userIds, organizationIds, projectIds],
      )
      const visible = new Set(rows.map((row) => row.user_id))
      return userIds.map((id) => visible.has(id))
    })
    this.#standing = new DataLoader(
      async (keys) => {
        const rows = await database.sql<{ organization_id: string; principal_id: string; standing: Standing }>(
          `SELECT organization_id, coalesce(user_id, service_account_id) AS principal_id, 'MEMBER' AS standing FROM member
            WHERE organization_id = ANY($1::uuid[]) AND (user_id = ANY($2::uuid[]) OR service_account_id = ANY($2::uuid[]))
           UNION ALL
           SELECT DISTINCT organization_id, coalesce(user_id, service_account_id), 'COLLABORATOR' FROM collaborator
            WHERE organization_id = ANY($1::uuid[]) AND (user_id = ANY($2::uuid[]) OR service_account_id = ANY($2::uuid[]))`,
          [[...new Set(keys.map((key) => key.organizationId))], [...new Set(keys.map((key) => key.principalId))]],
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

  /** Asks anew from now on: for a context that outlives the roles it began with. */
  forget(): void {
    this.#emailVisible.clearAll()
    this.#standing.clearAll()
  }

  /** Whether the caller administers an organization or a project that this person belongs to. */
  mayReadEmail(userId: string): Promise<boolean> {
    return this.#emailVisible.load(userId)
  }

  /** How a person or service account belongs to an organization; null when it does not. */
  standing(organizationId: string, principalId: string): Promise<Standing | null> {
    return this.#standing.load({ organizationId, principalId })
  }
}
