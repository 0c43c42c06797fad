import type { Transaction } from '@keyward/prisma/database'

/** Finds and locks the gateway of a name; null if there is none. */
export async function lockGateway(tx: Transaction, nameKey: string): Promise<{ id: string; name: string } | null> {
  const [row] = await tx.$queryRaw<{ id: string; name: string }[]>`
    SELECT id, name FROM gateway WHERE name_key = ${nameKey} FOR UPDATE`
  return row ?? null
}
