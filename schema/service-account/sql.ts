import type { Transaction } from '@keyward/prisma/database'

/** Locks a service account against being changed or removed; false if it no longer exists. */
export async function lockServiceAccount(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`SELECT id FROM service_account WHERE id = ${id}::uuid FOR UPDATE`
  return rows.length > 0
}
