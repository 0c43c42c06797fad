import type { Transaction } from '@keyward/prisma/database'
import type { Holder } from '../user/holder.ts'

/** Locks a service account against being changed or removed; false if it no longer exists. */
export async function lockServiceAccount(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`SELECT id FROM service_account WHERE id = ${id}::uuid FOR UPDATE`
  return rows.length > 0
}

/** Locks the service accounts of an organization whose tokens somebody last saw, in the order of their ids. */
export const lockSeenAccounts = (tx: Transaction, organizationId: string, { userId, serviceAccountId }: Holder) =>
  tx.$queryRaw`
    SELECT id FROM service_account
     WHERE organization_id = ${organizationId}::uuid
       AND (${userId}::uuid IN (token_seen_by_user_id, previous_seen_by_user_id)
            OR ${serviceAccountId}::uuid IN (token_seen_by_account_id, previous_seen_by_account_id))
     ORDER BY id FOR UPDATE`
