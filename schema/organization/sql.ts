import type { Transaction } from '@keyward/prisma/database'

/** Locks an organization against other changes to it and to what is counted under it. */
export const lockOrganization = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM organization WHERE id = ${id}::uuid FOR NO KEY UPDATE`

/** Locks an organization against usage that is being recorded too. */
export const lockOrganizationUsage = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM organization WHERE id = ${id}::uuid FOR UPDATE`

/** Whether an organization that requires a second factor withholds the roles of a person. */
export async function lacksSecondFactor(tx: Transaction, userId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    SELECT id FROM "user" u WHERE u.id = ${userId}::uuid AND NOT u.two_factor_enabled
       AND EXISTS (SELECT FROM account a WHERE a.user_id = u.id AND a.provider_id = 'credential')`
  return rows.length > 0
}
