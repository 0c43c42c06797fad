import type { Database } from '@keyward/prisma/database'
import type { DenialCount } from './count.ts'
import { addDenials, insertBatch } from './sql.ts'

const keyOf = ({ organizationId, hour, projectId, id, reason }: DenialCount): string =>
  [organizationId, hour.getTime(), projectId, id, reason].join(' ')

/** Adds a batch of counts, once by its id. */
export async function recordDenials(database: Database, batch: string, counts: readonly DenialCount[]): Promise<void> {
  const sums = new Map<string, DenialCount>()
  for (const each of counts) {
    const sum = sums.get(keyOf(each))
    sums.set(keyOf(each), { ...each, count: each.count + (sum?.count ?? 0) })
  }
  if (sums.size === 0) return
  const sorted = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
  await database.transaction(async (tx) => {
    if (await insertBatch(tx, batch, database.clock.now())) await addDenials(tx, sorted)
  })
}
