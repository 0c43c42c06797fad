import type { Transaction } from '@keyward/prisma/database'
import { LACKS_SECOND_FACTOR } from '../core/sql.ts'

/** Locks an organization against other changes to it and to the objects that its quotas count. */
export const lockOrganization = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM organization WHERE id = ${id}::uuid FOR NO KEY UPDATE`

/** Locks an organization, also against usage that is being recorded. */
export const lockOrganizationUsage = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM organization WHERE id = ${id}::uuid FOR UPDATE`

/** Whether an organization that requires a second factor withholds the roles of a person. */
export async function lacksSecondFactor(tx: Transaction, userId: string): Promise<boolean> {
  const text = `SELECT id FROM "user" u WHERE u.id = $1::uuid AND ${LACKS_SECOND_FACTOR}`
  return (await tx.$queryRawUnsafe<object[]>(text, userId)).length > 0
}

/** Whether an organization has sums of usage or denials. */
export async function hasSums(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ has: boolean }[]>`
    SELECT EXISTS (SELECT FROM usage_hourly WHERE organization_id = ${id}::uuid)
        OR EXISTS (SELECT FROM denial_hourly WHERE organization_id = ${id}::uuid) AS has`
  return rows[0]?.has ?? true
}
