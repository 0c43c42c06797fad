import { formatUsd, parseUsd } from '@keyward/engine/money'
import type { Database } from '@keyward/prisma/database'
import { actAsSystem } from '../../write/unit-of-work.ts'
import {
  deleteOldLeases,
  findOpenLease,
  findStaleLeases,
  lockAuditHead,
  lockCounterOf,
  returnOpen,
  type StaleLease,
} from './sql.ts'

const HOUR_MS = 3_600_000
/** Amounts that a holder did not report for this long return to the budget. */
const RECONCILED_AFTER_HOURS = 24
/** A usage event is accepted for 30 days: for so long its reservation tells which window it is charged to. */
const KEPT_DAYS = 35
/** Leases and counters of rates are kept for this long: a day’s window, and a day for what is late. */
const RATES_KEPT_HOURS = 48
/** No request names a lease of concurrency this long after it lapsed. */
const LAPSED_KEPT_HOURS = 1
const BATCH = 1_000

const before = (database: Database, hours: number): Date => new Date(database.clock.now().getTime() - hours * HOUR_MS)

/**
 * Returns what leases hold whose holder has not been heard of for a day: a server or gateway that died, or requests whose
 * usage was never recorded. Each return is in the organization's audit log.
 */
export async function reconcileLeases(database: Database): Promise<number> {
  const stale = await findStaleLeases(database, before(database, RECONCILED_AFTER_HOURS), BATCH)
  for (const lease of stale) await reconcile(database, lease)
  return stale.length
}

const reconcile = (database: Database, stale: StaleLease): Promise<void> =>
  actAsSystem({ database }, async (unit) => {
    // The audit log first: every request waits for the counter, which must not be held while the log is waited for.
    await lockAuditHead(unit.tx, stale.organization_id)
    await lockCounterOf(unit.tx, stale.id)
    const bound = before(database, RECONCILED_AFTER_HOURS)
    const lease = await findOpenLease(unit.tx, stale.id, bound)
    if (!lease || parseUsd(lease.open) <= 0n) return
    await returnOpen(unit.tx, stale.id, unit.now)
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

/**
 * Removes leases and settlements after the last usage that may name them, and counters of windows that ended long ago.
 */
export async function removeOldLeases(database: Database): Promise<void> {
  await deleteOldLeases(
    database,
    before(database, KEPT_DAYS * 24),
    before(database, RATES_KEPT_HOURS),
    before(database, LAPSED_KEPT_HOURS),
  )
}
