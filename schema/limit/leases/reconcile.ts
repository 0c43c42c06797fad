import { formatUsd, parseUsd } from '@keyward/engine/money'
import type { Database } from '@keyward/prisma/database'
import { lockAuditHead } from '../../write/audit/sql.ts'
import { actAsSystem } from '../../write/unit-of-work.ts'
import { deleteOldLeases, findOpenLease, findStaleLeases, lockCounterOf, returnOpen, type StaleLease } from './sql.ts'

const HOUR_MS = 3_600_000
/** Amounts that a holder has not reported for this long return to the budget. */
const RECONCILED_AFTER_HOURS = 24
/**
 * Longer than the 30 days for which usage events are accepted, because their reservations name the window to charge.
 */
const KEPT_DAYS = 35
/** Leases and counters of rates are kept for this long: a day's window, and another day for late reports. */
const RATES_KEPT_HOURS = 48
/** After this time, no request names a lapsed lease of concurrency. */
const LAPSED_KEPT_HOURS = 1
const BATCH = 1_000

const before = (database: Database, hours: number): Date => new Date(database.clock.now().getTime() - hours * HOUR_MS)

/**
 * Returns the open amounts of leases that were not renewed for a day: their server or gateway died, or the usage of
 * their requests was never recorded. Each return is in the organization's audit log.
 */
export async function reconcileLeases(database: Database): Promise<number> {
  const stale = await findStaleLeases(database, before(database, RECONCILED_AFTER_HOURS), BATCH)
  for (const lease of stale) await reconcile(database, lease)
  return stale.length
}

const reconcile = (database: Database, stale: StaleLease): Promise<void> =>
  actAsSystem({ database }, async (unit) => {
    // The audit log is locked first. Every request waits for the counter, so it must not be locked while this
    // transaction waits for the log.
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
 * Deletes leases and settlements when no usage can name them any longer, and counters of windows that ended long ago.
 */
export async function removeOldLeases(database: Database): Promise<void> {
  await deleteOldLeases(
    database,
    before(database, KEPT_DAYS * 24),
    before(database, RATES_KEPT_HOURS),
    before(database, LAPSED_KEPT_HOURS),
  )
}
