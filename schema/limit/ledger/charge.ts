import type { Reservation } from '@keyward/engine/lease/reservation'
import type { BudgetPeriod } from '@keyward/engine/lease/window'
import { formatUsd } from '@keyward/engine/money'
import type { Transaction } from '@keyward/prisma/database'
import { windowAt } from './window.ts'

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

interface Lease {
  id: string
  scope_id: string
  kind: BudgetPeriod
  window_start: Date
}

/** What one counter is charged with. */
interface Sum {
  scope: string
  kind: BudgetPeriod
  window: string
  spent: bigint
  debt: bigint
}

class Sums {
  readonly #sums = new Map<string, Sum>()

  of(scope: string, kind: BudgetPeriod, start: Date): Sum {
    const window = start.toISOString()
    const key = `${scope} ${kind} ${window}`
    const sum = this.#sums.get(key) ?? { scope, kind, window, spent: 0n, debt: 0n }
    this.#sums.set(key, sum)
    return sum
  }

  get rows(): Sum[] {
    return [...this.#sums.values()]
  }
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
  const leases = await findLeases(tx, [...new Set(settled.flatMap(({ leases }) => leases))])
  if (budgets.length === 0 && leases.size === 0) return
  const live = new Set(settled)
  const byScope = new Map<string, typeof budgets>()
  for (const budget of budgets) byScope.set(budget.scope_id, [...(byScope.get(budget.scope_id) ?? []), budget])
  const sums = new Sums()
  const settling: { lease: Lease; nanos: bigint }[] = []
  for (const charge of charges) {
    const { nanos, occurredAt, reservation } = charge
    const isLive = reservation !== null && live.has(reservation)
    const held = (isLive ? reservation.leases : []).map((id) => leases.get(id)).filter((lease) => lease !== undefined)
    for (const lease of held) {
      // Its counter is locked with the others, in their one order.
      sums.of(lease.scope_id, lease.kind, lease.window_start)
      settling.push({ lease, nanos: reservation?.nanos ?? 0n })
    }
    for (const { scope_id: scope, kind, set_at } of scopesOf(charge).flatMap((id) => byScope.get(id) ?? [])) {
      const lease = held.find((each) => each.scope_id === scope && each.kind === kind)
      const window = windowAt(kind, occurredAt)
      // What came before a budget was set is in a window that it does not bound.
      if (!lease && window.end !== null && window.end <= set_at) continue
      const sum = sums.of(scope, kind, lease?.window_start ?? window.start)
      sum.spent += nanos
      if (lease && reservation && nanos > reservation.nanos) sum.debt += nanos - reservation.nanos
    }
  }
  await addSpent(tx, sums.rows)
  if (settling.length > 0) await release(tx, settling)
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

async function findLeases(tx: Transaction, ids: string[]): Promise<Map<string, Lease>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<Lease[]>`
    SELECT id, scope_id, kind::text AS kind, window_start FROM limit_lease WHERE id = ANY(${ids}::uuid[])`
  return new Map(rows.map((row) => [row.id, row]))
}

/** Charges the counters, which locks them in the one order that everybody locks them in. */
async function addSpent(tx: Transaction, sums: Sum[]): Promise<void> {
  const rows = sums.map((sum) => ({ ...sum, spent: formatUsd(sum.spent), debt: formatUsd(sum.debt) }))
  await tx.$executeRaw`
    INSERT INTO limit_counter AS c (scope_id, kind, window_start, spent, debt)
    SELECT scope, kind, "window", spent, debt FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS s(scope uuid, kind "LimitKind", "window" timestamptz, spent numeric, debt numeric)
     ORDER BY scope, kind, "window"
    ON CONFLICT (scope_id, kind, window_start) DO UPDATE SET spent = c.spent + excluded.spent, debt = c.debt + excluded.debt`
}

/** Lets reservations go, none for more than its lease still holds. Their counters are locked. */
async function release(tx: Transaction, settling: { lease: Lease; nanos: bigint }[]): Promise<void> {
  const parts = new Map<string, bigint>()
  for (const { lease, nanos } of settling) parts.set(lease.id, (parts.get(lease.id) ?? 0n) + nanos)
  const rows = JSON.stringify([...parts].map(([id, nanos]) => ({ id, part: formatUsd(nanos) })))
  await tx.$executeRaw`
    WITH part AS (
           SELECT l.id, l.scope_id, l.kind, l.window_start, least(s.part, l.taken - l.returned - l.settled) AS usd
             FROM jsonb_to_recordset(${rows}::jsonb) AS s(id uuid, part numeric) JOIN limit_lease l ON l.id = s.id),
         lease AS (UPDATE limit_lease l SET settled = l.settled + part.usd FROM part WHERE l.id = part.id)
    UPDATE limit_counter c SET held = c.held - gone.usd
      FROM (SELECT scope_id, kind, window_start, sum(usd) AS usd FROM part GROUP BY 1, 2, 3) AS gone
     WHERE c.scope_id = gone.scope_id AND c.kind = gone.kind AND c.window_start = gone.window_start`
}
