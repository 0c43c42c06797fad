import type { Database, Transaction } from '@keyward/prisma/database'

/** Locks a person while their quotas are checked, such as those of organizations and playground tokens. */
export const lockUser = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM "user" WHERE id = ${id}::uuid FOR NO KEY UPDATE`

/** Locks a person, by e-mail address, against new memberships and sessions. */
export const lockUserByEmail = (tx: Transaction, email: string) =>
  tx.$queryRaw`SELECT id FROM "user" WHERE email = ${email} FOR UPDATE`

/** Locks all memberships of a person, always in the same order. */
export const lockMembershipsOf = (tx: Transaction, userId: string) =>
  tx.$queryRaw`SELECT id FROM member WHERE user_id = ${userId}::uuid ORDER BY id FOR UPDATE`

/** Finds how people and service accounts belong to organizations, as members or as collaborators. */
export const findStandings = (database: Database, organizationIds: string[], principalIds: string[]) =>
  database.sql<{ organization_id: string; principal_id: string; standing: 'MEMBER' | 'COLLABORATOR' }>(
    `SELECT organization_id, coalesce(user_id, service_account_id) AS principal_id, 'MEMBER' AS standing FROM member
      WHERE organization_id = ANY($1::uuid[]) AND (user_id = ANY($2::uuid[]) OR service_account_id = ANY($2::uuid[]))
     UNION ALL
     SELECT DISTINCT organization_id, coalesce(user_id, service_account_id), 'COLLABORATOR' FROM collaborator
      WHERE organization_id = ANY($1::uuid[]) AND (user_id = ANY($2::uuid[]) OR service_account_id = ANY($2::uuid[]))`,
    [organizationIds, principalIds],
  )

/** Finds the organizations that have service-account or playground tokens which a person last saw. */
export async function findOrganizationsOfTokens(tx: Transaction, userId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT organization_id AS id FROM service_account
     WHERE ${userId}::uuid IN (token_seen_by_user_id, previous_seen_by_user_id)
     UNION
    SELECT organization_id FROM playground_token WHERE user_id = ${userId}::uuid
     ORDER BY 1`
  return rows.map(({ id }) => id)
}
