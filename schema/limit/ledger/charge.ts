import { amountOf, type Estimate, type LimitKind, reservedOf, unitOf } from '@keyward/engine/lease/kind'
import type { Reservation } from '@keyward/engine/lease/reservation'
import type { Transaction } from '@keyward/prisma/database'
import { addSpent, findBudgets, findLeases, insertSettlements, type Lease, type Sum, settleLeases } from './sql.ts'
import { windowAt } from './window.ts'

/** The usage of a request, which the limits of its credential are charged with. */
export interface Charge {
  organizationId: string
  projectId: string
  /** Null for what has no limits of its own: legacy keys, playground tokens. */
  apiKeyId: string | null
  occurredAt: Date
  /** Nothing releases the reservation of a request that was not served. */
  used: Estimate
  reservation: Reservation | null
}

class Sums {
  readonly #sums = new Map<string, Sum>()

  of(scope: string, kind: LimitKind, start: Date): Sum {
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
  const budgets = await findBudgets(tx, scopes)
  const settled = await settleOnce(tx, now, charges)
  const leases = await findLeases(tx, [...new Set(settled.flatMap(({ leases }) => leases))])
  if (budgets.length === 0 && leases.size === 0) return
  const live = new Set(settled)
  const byScope = new Map<string, typeof budgets>()
  for (const budget of budgets) byScope.set(budget.scope_id, [...(byScope.get(budget.scope_id) ?? []), budget])
  const sums = new Sums()
  const settling: { lease: Lease; amount: bigint }[] = []
  for (const charge of charges) {
    const { used, occurredAt, reservation } = charge
    const isLive = reservation !== null && live.has(reservation)
    const held = (isLive ? reservation.leases : []).map((id) => leases.get(id)).filter((lease) => lease !== undefined)
    for (const lease of held) {
      // Its counter is locked with the others, in their one order.
      sums.of(lease.scope_id, lease.kind, lease.window_start)
      if (reservation) settling.push({ lease, amount: reservedOf(unitOf(lease.kind), reservation.estimate) })
    }
    for (const { scope_id: scope, kind, set_at } of scopesOf(charge).flatMap((id) => byScope.get(id) ?? [])) {
      const lease = held.find((each) => each.scope_id === scope && each.kind === kind)
      const window = windowAt(kind, occurredAt)
      // Usage from before the budget was set is in a window without it.
      if (!lease && window.end !== null && window.end <= set_at) continue
      const sum = sums.of(scope, kind, lease?.window_start ?? window.start)
      const amount = amountOf(unitOf(kind), used)
      sum.spent += amount
      const reserved = reservation && lease ? reservedOf(unitOf(kind), reservation.estimate) : amount
      if (amount > reserved) sum.debt += amount - reserved
    }
  }
  await addSpent(tx, sums.rows)
  if (settling.length > 0) await release(tx, settling)
}

/** Settles reservations and returns those that were not settled before. */
async function settleOnce(tx: Transaction, now: Date, charges: readonly Charge[]): Promise<Reservation[]> {
  const named = new Map<string, Reservation>()
  for (const { reservation } of charges) {
    // The token of a gateway's request under way may name no lease.
    if (reservation && reservation.leases.length > 0 && !named.has(reservation.id))
      named.set(reservation.id, reservation)
  }
  if (named.size === 0) return []
  const fresh = await insertSettlements(tx, now, [...named.keys()].sort())
  return fresh.map((id) => named.get(id)).filter((reservation) => reservation !== undefined)
}

/** Releases reservations, none for more than its lease still holds. Their counters are locked. */
async function release(tx: Transaction, settling: { lease: Lease; amount: bigint }[]): Promise<void> {
  const parts = new Map<string, bigint>()
  for (const { lease, amount } of settling) parts.set(lease.id, (parts.get(lease.id) ?? 0n) + amount)
  await settleLeases(tx, parts)
}
