import { formatUsd, parseUsd } from '@keyward/engine/money'
import type { Database } from '@keyward/prisma/database'
import { actAsSystem } from '../../write/unit-of-work.ts'

const HOUR_MS = 3_600_000
/** What a holder did not report for so long comes back to the budget. */
const RECONCILED_AFTER_HOURS = 24
/** A usage event is accepted for 30 days: for so long its reservation tells which window it is charged to. */
const KEPT_DAYS = 35
const BATCH = 1_000

interface Stale {
  id: string
  organization_id: string
  project_id: string | null
  api_key_id: string | null
  name: string
}

const before = (database: Database, hours: number): Date => new Date(database.clock.now().getTime() - hours * HOUR_MS)

/**
 * Returns what leases hold whose holder has not been heard of for a day: a server or gateway that died, or requests whose
 * usage was never recorded. Each return is in the organization's audit log.
 */
export async function reconcileLeases(database: Database): Promise<number> {
  const stale = await database.sql<Stale>(
    `SELECT l.id, coalesce(o.id, p.organization_id, k.organization_id) AS organization_id, coalesce(p.id, k.project_id) AS project_id,
            k.id AS api_key_id, coalesce(o.name, p.name, k.name) AS name
       FROM limit_lease l LEFT JOIN organization o ON o.id = l.scope_id LEFT JOIN project p ON p.id = l.scope_id
            LEFT JOIN api_key k ON k.id = l.scope_id
      WHERE l.renewed_at < $1 AND l.taken > l.returned + l.settled AND coalesce(o.id, p.id, k.id) IS NOT NULL
      ORDER BY l.renewed_at LIMIT ${BATCH}`,
    [before(database, RECONCILED_AFTER_HOURS)],
  )
  for (const lease of stale) await reconcile(database, lease)
  return stale.length
}

const reconcile = (database: Database, stale: Stale): Promise<void> =>
  actAsSystem({ database }, async (unit) => {
    // The audit log first: the counter is what every request waits for, and must not be held while that is waited for.
    await unit.tx.$queryRaw`SELECT 1 FROM audit_head WHERE organization_id = ${stale.organization_id}::uuid FOR UPDATE`
    // The counter's lock is what everything that changes a lease holds.
    await unit.tx.$queryRaw`
      SELECT 1 FROM limit_counter c JOIN limit_lease l USING (scope_id, kind, window_start)
       WHERE l.id = ${stale.id}::uuid FOR UPDATE OF c`
    const bound = before(database, RECONCILED_AFTER_HOURS)
    const [lease] = await unit.tx.$queryRaw<{ open: string; kind: string; window_start: Date }[]>`
      SELECT (taken - returned - settled)::text AS open, kind::text AS kind, window_start FROM limit_lease
       WHERE id = ${stale.id}::uuid AND renewed_at < ${bound}`
    if (!lease || parseUsd(lease.open) <= 0n) return
    await unit.tx.$executeRaw`
      UPDATE limit_counter c SET held = c.held - (l.taken - l.returned - l.settled) FROM limit_lease l
       WHERE l.id = ${stale.id}::uuid AND c.scope_id = l.scope_id AND c.kind = l.kind AND c.window_start = l.window_start`
    await unit.tx.$executeRaw`
      UPDATE limit_lease SET settled = taken - returned, reconciled_at = ${unit.now} WHERE id = ${stale.id}::uuid`
    unit.audit({
      organizationId: stale.organization_id,
      projectId: stale.project_id,
      action: 'budget.reconciled',
      targetType: stale.api_key_id ? 'ApiKey' : stale.project_id ? 'Project' : 'Organization',
      targetId: stale.api_key_id ?? stale.project_id ?? stale.organization_id,
      targetName: stale.name,
      details: {
        period: lease.kind,
        windowStart: lease.window_start.toISOString(),
        usd: formatUsd(parseUsd(lease.open)),
      },
    })
  })

/** Removes leases and settlements that no usage can refer to any more, and counters of windows that are long over. */
export async function removeOldLeases(database: Database): Promise<void> {
  const bound = [before(database, KEPT_DAYS * 24)]
  await database.sql('DELETE FROM limit_lease WHERE renewed_at < $1 AND taken = returned + settled', bound)
  await database.sql('DELETE FROM limit_settlement WHERE at < $1', bound)
  await database.sql(
    "DELETE FROM limit_counter WHERE kind <> 'TOTAL' AND window_start < $1 - interval '60 days'",
    bound,
  )
}
