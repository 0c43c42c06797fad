import type { Transaction } from '@keyward/prisma/database'
import { formatUsd, parseUsd } from '../money.ts'
import type { Reservation } from './reservation.ts'
import { type BudgetPeriod, windowOf } from './window.ts'

/** What a request did cost, to be charged to the budgets above its credential. */
export interface Charge {
  organizationId: string
  projectId: string
  /** Null for what has no limits of its own: legacy keys, playground tokens. */
  apiKeyId: string | null
  occurredAt: Date
  /** In nano-dollars; 0 for a request that came to nothing, whose reservation is let go. */
  nanos: bigint
  reservation: Reservation | null
}

interface LeaseRow {
  id: string
  scope_id: string
  kind: BudgetPeriod
  window_start: Date
  /** What of it can still be settled. */
  open: string
}

/** What one counter is charged with, and what is let go of it. */
interface Sum {
  scope: string
  kind: BudgetPeriod
  window: string
  spent: bigint
  released: bigint
  debt: bigint
}

const scopesOf = ({ organizationId, projectId, apiKeyId }: Charge): string[] =>
  [organizationId, projectId, apiKeyId].filter((id) => id !== null)

/**
 * Charges budgets and settles reservations, each reservation once. A request is charged to the window of its reservation,
 * others to that of their time. The last thing that a transaction does: it locks what gateways wait for.
 */
export async function chargeBudgets(tx: Transaction, now: Date, charges: readonly Charge[]): Promise<void> {
  const scopes = [...new Set(charges.flatMap(scopesOf))]
  const budgets = await tx.$queryRaw<{ scope_id: string; kind: BudgetPeriod; set_at: Date }[]>`
    SELECT scope_id, kind::text AS kind, set_at FROM usage_limit
     WHERE scope_id = ANY(${scopes}::uuid[]) AND kind <> 'REQUESTS_PER_MINUTE'`
  const settled = await settleOnce(tx, now, charges)
  const leaseIds = [...new Set(settled.flatMap(({ leases }) => leases))]
  if (budgets.length === 0 && leaseIds.length === 0) return
  const leases = await lockLeases(tx, leaseIds)
  const byScope = Map.groupBy(budgets, (budget) => budget.scope_id)
  const live = new Set(settled)
  const sums = new Map<string, Sum>()
  const released = new Map<string, bigint>()
  const sumOf = (scope: string, kind: BudgetPeriod, window: string): Sum => {
    const key = `${scope} ${kind} ${window}`
    const sum = sums.get(key) ?? { scope, kind, window, spent: 0n, released: 0n, debt: 0n }
    sums.set(key, sum)
    return sum
  }
  for (const charge of charges) {
    const { nanos, occurredAt, reservation } = charge
    const held = reservation
      ? reservation.leases.map((id) => leases.get(id)).filter((lease) => lease !== undefined)
      : []
    for (const scope of scopesOf(charge)) {
      for (const { kind, set_at } of byScope.get(scope) ?? []) {
        const lease = held.find((each) => each.scope_id === scope && each.kind === kind)
        const window = windowOf(kind, occurredAt)
        // What came before a budget was set was counted when it was set, or is in a window that it does not bound.
        if (!lease && window.end !== null && window.end <= set_at) continue
        const sum = sumOf(scope, kind, (lease?.window_start ?? window.start).toISOString())
        sum.spent += nanos
        if (lease && reservation && nanos > reservation.nanos) sum.debt += nanos - reservation.nanos
      }
    }
    if (!reservation || !live.has(reservation)) continue
    for (const lease of held) {
      const open = parseUsd(lease.open) - (released.get(lease.id) ?? 0n)
      const part = open < reservation.nanos ? open : reservation.nanos
      if (part <= 0n) continue
      released.set(lease.id, (released.get(lease.id) ?? 0n) + part)
      sumOf(lease.scope_id, lease.kind, lease.window_start.toISOString()).released += part
    }
  }
  await write(tx, [...sums.values()], released)
}

/** Notes which reservations are settled by this transaction; those that were before are not among the answer. */
async function settleOnce(tx: Transaction, now: Date, charges: readonly Charge[]): Promise<Reservation[]> {
  const named = new Map<string, Reservation>()
  for (const { reservation } of charges) {
    if (reservation && !named.has(reservation.id)) named.set(reservation.id, reservation)
  }
  if (named.size === 0) return []
  const fresh = await tx.$queryRaw<{ reservation_id: string }[]>`
    INSERT INTO limit_settlement (reservation_id, at) SELECT id, ${now} FROM unnest(${[...named.keys()].sort()}::uuid[]) AS t(id)
    ON CONFLICT DO NOTHING RETURNING reservation_id`
  return fresh.map(({ reservation_id }) => named.get(reservation_id)).filter((reservation) => reservation !== undefined)
}

/** Reads leases under the locks of their counters, which everything that changes a lease holds. */
async function lockLeases(tx: Transaction, ids: string[]): Promise<Map<string, LeaseRow>> {
  if (ids.length === 0) return new Map()
  await tx.$queryRaw`
    SELECT 1 FROM limit_counter c WHERE (c.scope_id, c.kind, c.window_start) IN
      (SELECT l.scope_id, l.kind, l.window_start FROM limit_lease l WHERE l.id = ANY(${ids}::uuid[]))
    ORDER BY c.scope_id, c.kind, c.window_start FOR UPDATE`
  const rows = await tx.$queryRaw<LeaseRow[]>`
    SELECT id, scope_id, kind::text AS kind, window_start, (taken - returned - settled)::text AS open
      FROM limit_lease WHERE id = ANY(${ids}::uuid[])`
  return new Map(rows.map((row) => [row.id, row]))
}

async function write(tx: Transaction, sums: Sum[], released: Map<string, bigint>): Promise<void> {
  const rows = sums.map((sum) => ({
    ...sum,
    spent: formatUsd(sum.spent),
    released: formatUsd(sum.released),
    debt: formatUsd(sum.debt),
  }))
  await tx.$executeRaw`
    INSERT INTO limit_counter AS c (scope_id, kind, window_start, spent, debt)
    SELECT scope, kind, "window", spent, debt FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS s(scope uuid, kind "LimitKind", "window" timestamptz, spent numeric, debt numeric)
     ORDER BY scope, kind, "window"
    ON CONFLICT (scope_id, kind, window_start) DO UPDATE SET spent = c.spent + excluded.spent, debt = c.debt + excluded.debt`
  if (released.size === 0) return
  await tx.$executeRaw`
    UPDATE limit_counter c SET held = c.held - s.released
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS s(scope uuid, kind "LimitKind", "window" timestamptz, released numeric)
     WHERE c.scope_id = s.scope AND c.kind = s.kind AND c.window_start = s."window" AND s.released > 0`
  const leases = [...released].map(([id, nanos]) => ({ id, part: formatUsd(nanos) }))
  await tx.$executeRaw`
    UPDATE limit_lease l SET settled = l.settled + s.part
      FROM jsonb_to_recordset(${JSON.stringify(leases)}::jsonb) AS s(id uuid, part numeric) WHERE l.id = s.id`
}
