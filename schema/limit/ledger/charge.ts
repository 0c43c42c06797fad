import { amountOf, type Estimate, type LimitKind, reservedOf, unitOf } from '@keyward/engine/lease/kind'
import type { Reservation } from '@keyward/engine/lease/reservation'
import { isModelAllowed } from '@keyward/engine/models'
import type { Transaction } from '@keyward/prisma/database'
import { uuidOfEachConsumer, uuidOfPart } from '../part.ts'
import { calendarReader, windowFinder } from '../windows/window.ts'
import {
  addSpent,
  findLeases,
  findLedgerLimits,
  giveBack,
  insertSettlements,
  type Lease,
  type LedgerLimit,
  type Sum,
  settleLeases,
} from './sql.ts'

/** The usage of a request. It is charged to the limits of the request's credential. */
export interface Charge {
  organizationId: string
  projectId: string
  /** Null for credentials that have no limits themselves: legacy keys and playground tokens. */
  apiKeyId: string | null
  /** The end customer, as the event names it. */
  consumer: string | null
  /** Slug of the model. */
  model: string | null
  occurredAt: Date
  /** Zero for a request that was not served: its reservation is released. */
  used: Estimate
  reservation: Reservation | null
  /**
   * Set for an adjustment: the adjusted usage was recorded at this time or later. The adjustment is not charged to
   * newer limits of parts, because those started at zero.
   */
  adjustsSince?: Date
}

/** A scope to which a charge is applied. */
interface Scope {
  id: string
  /** The owner of a part. */
  owner: string | null
  /** The scope whose limits apply if this one has no limits of its own. */
  fallback?: string
}

class Sums {
  readonly #sums = new Map<string, Sum>()

  of({ id: scope, owner }: Scope, kind: LimitKind, start: Date): Sum {
    const window = start.toISOString()
    const key = `${scope} ${kind} ${window}`
    const sum = this.#sums.get(key) ?? { scope, kind, owner, window, spent: 0n, debt: 0n }
    this.#sums.set(key, sum)
    return sum
  }

  get rows(): Sum[] {
    return [...this.#sums.values()]
  }
}

/** Limits by their scopes, the limited tags of keys, and rates by model of scopes. */
class LedgerLimits {
  readonly #ofScopes = new Map<string, LedgerLimit[]>()
  readonly #tagsOf = new Map<string, Set<string>>()
  readonly #byModel = new Map<string, Map<string, string>>()

  constructor(limits: readonly LedgerLimit[]) {
    for (const limit of limits) {
      const { scope_id: scope, tagged_key: key, model_of: owner, model } = limit
      // The limits of a tag come once for each of its keys.
      const known = this.#ofScopes.get(scope) ?? []
      if (!known.some(({ kind }) => kind === limit.kind)) this.#ofScopes.set(scope, [...known, limit])
      if (owner !== null && model !== null)
        this.#byModel.set(owner, (this.#byModel.get(owner) ?? new Map()).set(scope, model))
      if (key !== null) this.#tagsOf.set(key, (this.#tagsOf.get(key) ?? new Set()).add(scope))
    }
  }

  get isEmpty(): boolean {
    return this.#ofScopes.size === 0
  }

  of({ id, fallback }: Scope): readonly LedgerLimit[] {
    return this.#ofScopes.get(id) ?? (fallback === undefined ? [] : (this.#ofScopes.get(fallback) ?? []))
  }

  tagsOf({ apiKeyId, organizationId }: Charge): Scope[] {
    return [...(this.#tagsOf.get(apiKeyId ?? '') ?? [])].map((id) => ({ id, owner: organizationId }))
  }

  /** The rates by model of scopes that apply to a model. */
  byModel(scopes: readonly Scope[], model: string | null): Scope[] {
    if (model === null || this.#byModel.size === 0) return []
    return scopes.flatMap(({ id: owner }) =>
      [...(this.#byModel.get(owner) ?? [])].flatMap(([id, pattern]) =>
        isModelAllowed([pattern], model) ? [{ id, owner }] : [],
      ),
    )
  }
}

const scopesOf = ({ organizationId, projectId, apiKeyId, consumer }: Charge): Scope[] => {
  const whole = [organizationId, projectId, apiKeyId].flatMap((id) => (id === null ? [] : [{ id, owner: null }]))
  if (consumer === null) return whole
  const id = uuidOfPart({ kind: 'CONSUMER', ownerId: projectId, name: consumer })
  return [...whole, { id, owner: projectId, fallback: uuidOfEachConsumer(projectId) }]
}

const scopeOfLease = ({ scope_id: id, owner_id: owner }: Lease): Scope =>
  // Only a project has limits of each consumer.
  owner === null ? { id, owner } : { id, owner, fallback: uuidOfEachConsumer(owner) }

const idsOf = ({ id, fallback }: Scope): string[] => (fallback === undefined ? [id] : [id, fallback])

/**
 * All scopes of a charge: the given ones, their rates for its model, the tags of its key, and the parts that only its
 * reservation names.
 */
function allScopesOf(charge: Charge, limits: LedgerLimits, held: readonly Lease[]): Scope[] {
  const named = scopesOf(charge)
  const all = [...named, ...limits.byModel(named, charge.model), ...limits.tagsOf(charge)]
  const scopes = new Map(all.map((scope) => [scope.id, scope]))
  for (const lease of held) {
    const isPart = lease.owner_id !== null && scopes.has(lease.owner_id)
    if (isPart && !scopes.has(lease.scope_id)) scopes.set(lease.scope_id, scopeOfLease(lease))
  }
  return [...scopes.values()]
}

/**
 * Charges budgets and rates in tokens, and settles or releases reservations, each reservation once. A request with a
 * reservation is charged to the window of the reservation. Other requests are charged to the window of their time. Call
 * it last in a transaction: it locks the counters that gateways wait for.
 * @returns The scopes whose limits were charged.
 */
export async function settleUsage(tx: Transaction, now: Date, charges: readonly Charge[]): Promise<string[]> {
  const settled = await settleOnce(tx, now, charges)
  const leases = await findLeases(tx, [...new Set(settled.flatMap(({ leases }) => leases))])
  const scopes = [...charges.flatMap(scopesOf), ...[...leases.values()].map(scopeOfLease)].flatMap(idsOf)
  const keys = charges.flatMap(({ apiKeyId }) => apiKeyId ?? [])
  const limits = new LedgerLimits(await findLedgerLimits(tx, [...new Set(scopes)], [...new Set(keys)]))
  if (limits.isEmpty && leases.size === 0) return []
  const live = new Set(settled)
  const sums = new Sums()
  const calendarOf = calendarReader()
  const windowOf = windowFinder()
  const settling: { lease: Lease; amount: bigint }[] = []
  for (const charge of charges) {
    const { used, occurredAt, reservation } = charge
    const isLive = reservation !== null && live.has(reservation)
    const held = (isLive ? reservation.leases : []).map((id) => leases.get(id)).filter((lease) => lease !== undefined)
    for (const lease of held) {
      // The counter is locked together with the others, always in the same order.
      sums.of(scopeOfLease(lease), lease.kind, lease.window_start)
      if (reservation) settling.push({ lease, amount: reservedOf(unitOf(lease.kind), reservation.estimate) })
    }
    for (const scope of allScopesOf(charge, limits, held)) {
      for (const { kind, set_at, ...row } of limits.of(scope)) {
        const lease = held.find((each) => each.scope_id === scope.id && each.kind === kind)
        const { start, end } = windowOf(kind, occurredAt.getTime(), calendarOf(row))
        // Usage from before the limit was set belongs to a window without the limit.
        if (!lease && end <= set_at.getTime()) continue
        if (charge.adjustsSince && (unitOf(kind) !== null || (scope.owner !== null && set_at > charge.adjustsSince)))
          continue
        const sum = sums.of(scope, kind, lease?.window_start ?? new Date(start))
        const amount = amountOf(unitOf(kind), used)
        sum.spent += amount
        const reserved = reservation && lease ? reservedOf(unitOf(kind), reservation.estimate) : amount
        if (amount > reserved) sum.debt += amount - reserved
      }
    }
  }
  const backs = sums.rows.filter(({ spent }) => spent < 0n)
  await addSpent(
    tx,
    sums.rows.filter(({ spent }) => spent >= 0n),
  )
  if (backs.length > 0) await giveBack(tx, backs)
  if (settling.length > 0) await release(tx, settling)
  return sums.rows.map(({ scope }) => scope)
}

/** Settles reservations and returns those that were not settled before. */
async function settleOnce(tx: Transaction, now: Date, charges: readonly Charge[]): Promise<Reservation[]> {
  const named = new Map<string, Reservation>()
  for (const { reservation } of charges) {
    // The token of a gateway's running request may name no lease.
    if (reservation && reservation.leases.length > 0 && !named.has(reservation.id))
      named.set(reservation.id, reservation)
  }
  if (named.size === 0) return []
  const fresh = await insertSettlements(tx, now, [...named.keys()].sort())
  return fresh.map((id) => named.get(id)).filter((reservation) => reservation !== undefined)
}

/** Releases reservations, but no more than their leases still hold. Their counters are locked. */
async function release(tx: Transaction, settling: { lease: Lease; amount: bigint }[]): Promise<void> {
  const parts = new Map<string, bigint>()
  for (const { lease, amount } of settling) parts.set(lease.id, (parts.get(lease.id) ?? 0n) + amount)
  await settleLeases(tx, parts)
}
