import type { Database } from '@keyward/prisma/database'
import DataLoader from 'dataloader'
import type { Access } from '../access.ts'

/** What a request asks about people and service accounts, batched. */
export class UserLoaders {
  readonly #emailVisible: DataLoader<string, boolean>
  readonly #membership: DataLoader<{ organizationId: string; principalId: string }, boolean, string>

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
    this.#membership = new DataLoader(
      async (keys) => {
        const rows = await database.sql<{ organization_id: string; principal_id: string }>(
          `SELECT organization_id, coalesce(user_id, service_account_id) AS principal_id FROM member
            WHERE organization_id = ANY($1::uuid[])
              AND (user_id = ANY($2::uuid[]) OR service_account_id = ANY($2::uuid[]))`,
          [[...new Set(keys.map((key) => key.organizationId))], keys.map((key) => key.principalId)],
        )
        const members = new Set(rows.map((row) => `${row.organization_id} ${row.principal_id}`))
        return keys.map((key) => members.has(`${key.organizationId} ${key.principalId}`))
      },
      { cacheKeyFn: (key) => `${key.organizationId} ${key.principalId}` },
    )
  }

  /** Whether the caller administers an organization or a project that this person belongs to. */
  mayReadEmail(userId: string): Promise<boolean> {
    return this.#emailVisible.load(userId)
  }

  /** Whether a person or service account is a member of an organization. */
  isMember(organizationId: string, principalId: string): Promise<boolean> {
    return this.#membership.load({ organizationId, principalId })
  }
}
