import type { Transaction } from '@keyward/prisma/database'

/** Locks a member against being changed or removed; false if it no longer exists. */
export async function lockMemberRow(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`SELECT id FROM member WHERE id = ${id}::uuid FOR UPDATE`
  return rows.length > 0
}

/** Locks a member against being removed while a row that depends on the member is added. */
export const keepMember = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM member WHERE id = ${id}::uuid FOR NO KEY UPDATE`

/** Locks a person's membership in an organization, if there is one. */
export const lockMembership = (tx: Transaction, organizationId: string, userId: string) =>
  tx.$queryRaw`
    SELECT id FROM member WHERE organization_id = ${organizationId}::uuid AND user_id = ${userId}::uuid FOR UPDATE`

/** Locks a service account's membership. */
export const lockMemberOf = (tx: Transaction, serviceAccountId: string) =>
  tx.$queryRaw`SELECT id FROM member WHERE service_account_id = ${serviceAccountId}::uuid FOR UPDATE`
