import type { Database } from '@keyward/prisma/database'
import { sumStart, WHOLE_HOURS } from '../usage/parts.ts'
import { type KeptSettings, keepOrganizations } from '../usage/sql.ts'
import type { DenialCount } from './count.ts'
import { addDenials, insertBatch } from './sql.ts'

const keyOf = ({ organizationId, hour, projectId, id, reason }: DenialCount): string =>
  [organizationId, hour.getTime(), projectId, id, reason].join(' ')

/**
 * Sums counts by hour, or by the part of an hour that their organization uses. Sorted, so that replicas do not
 * deadlock.
 */
function sumCounts(counts: readonly DenialCount[], settings: ReadonlyMap<string, KeptSettings>): DenialCount[] {
  const sums = new Map<string, DenialCount>()
  for (const count of counts) {
    const parts = settings.get(count.organizationId)?.parts ?? WHOLE_HOURS
    const each = { ...count, hour: sumStart(count.hour, parts) }
    const sum = sums.get(keyOf(each))
    sums.set(keyOf(each), { ...each, count: each.count + (sum?.count ?? 0) })
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
}

/** Adds a batch of counts, once for its id. */
export async function recordDenials(database: Database, batch: string, counts: readonly DenialCount[]): Promise<void> {
  if (counts.length === 0) return
  await database.transaction(async (tx) => {
    if (!(await insertBatch(tx, batch, database.clock.now()))) return
    const settings = await keepOrganizations(
      tx,
      counts.map(({ organizationId }) => organizationId),
    )
    await addDenials(tx, sumCounts(counts, settings))
  })
}
