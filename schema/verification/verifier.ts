import { decide, reasonOfLimit, roomAfter, warningsOf } from '@keyward/engine/decide'
import { type Known, MAX_STALENESS_MS, UNAVAILABLE } from '@keyward/engine/knowledge/freshness'
import { limitsOf } from '@keyward/engine/lease/applicable'
import type { Limit } from '@keyward/engine/lease/balance'
import { countTokens } from '@keyward/engine/lease/kind'
import type { Charged } from '@keyward/engine/lease/manager'
import { readEstimate } from '@keyward/engine/money'
import type { Host } from '@keyward/engine/ports'
import { canBelongTo, isCredential, parseSecret } from '@keyward/engine/secret'
import type { Database } from '@keyward/prisma/database'
import { hexHashOf } from '../api-key/secret.ts'
import { hostOf } from '../core/host.ts'
import { decodeId } from '../core/ids.ts'
import type { LastUsed } from '../credential/last-used.ts'
import type { FindSources, UnknownSecrets } from '../credential/unknown-secrets.ts'
import type { DenialCounter } from '../denial/counter.ts'
import type { LimitLeases } from '../limit/leases/limit-leases.ts'
import { isSlug } from '../usage/catalogue.ts'
import { costOfItem } from '../usage/cost.ts'
import type { ChangeFeed } from '../write/outbox/feed.ts'
import type { KeyRecord } from './credential.ts'
import {
  type AuthorizeRequest,
  type DenialReason,
  deny,
  denyLimited,
  type Verification,
  type VerifyRequest,
} from './decision.ts'
import { type FoundGateway, VerifierMemory } from './memory.ts'

const DEFAULT_OUTAGE_GRACE_SECONDS = 60
/**
 * Maximum number of times that a credential is looked up again because one of its limits was removed in the meantime.
 */
const MAX_STALE = 3

/** How long known keys may still be decided while the database is unreachable, in seconds. */
export const outageGraceOf = ({ outageGraceSeconds }: { outageGraceSeconds?: number }): number =>
  outageGraceSeconds ?? DEFAULT_OUTAGE_GRACE_SECONDS

interface Options {
  database: Database
  changes: ChangeFeed
  lastUsed: LastUsed
  denials: Pick<DenialCounter, 'count'>
  leases: Pick<LimitLeases, 'charge'>
  unknownSecrets: Pick<UnknownSecrets, 'check' | 'find' | 'note' | 'forget'>
  /** How long known keys are decided while the database is unreachable. 0: not at all. */
  outageGraceSeconds: number
  onUnreadable?: ((error: unknown) => void) | undefined
}

/** The outcome of a decision: ALLOWED, or the reason of the denial. */
export type Outcome = DenialReason | 'ALLOWED'

type Facts = Omit<Parameters<typeof decide>[0], 'credential'>

const UNCHARGED: Charged = { outcome: 'FITS', reservation: null }
const AWAY: Charged = { outcome: 'AWAY' }

/** Verifies secrets for gateways, from memory as long as the memory is current. */
export class KeyVerifier {
  readonly #options: Options
  readonly #host: Host
  readonly #memory: VerifierMemory
  #servedDuringOutage = 0
  /** Number of decisions of this process, by outcome. */
  readonly decisions = new Map<Outcome, number>()
  /** Number of rows that each cache looked up in the database. */
  readonly lookUps: VerifierMemory['lookUps']

  constructor(options: Options) {
    const { database, changes, unknownSecrets, outageGraceSeconds, onUnreadable } = options
    this.#options = options
    this.#host = hostOf(database)
    this.#memory = new VerifierMemory({ database, changes, unknownSecrets, outageGraceSeconds, onUnreadable })
    this.lookUps = this.#memory.lookUps
  }

  /** Number of decisions that were made from memory because it could not be refreshed. */
  get servedDuringOutage(): number {
    return this.#servedDuringOutage
  }

  /** Whether known keys can be decided from memory, even if the database is unreachable. */
  get isWithinGrace(): boolean {
    const { changes, outageGraceSeconds } = this.#options
    return this.#host.now() - changes.freshAt.getTime() <= Math.max(MAX_STALENESS_MS, outageGraceSeconds * 1_000)
  }

  close(): void {
    this.#memory.close()
  }

  /**
   * The gateway that a token belongs to. Null for any other string. UNAVAILABLE while the token cannot be looked up.
   * @throws {UnknownSecretsLimitedError} The source has presented too many unknown secrets.
   */
  gatewayOf(token: string, findSources: FindSources): FoundGateway | Promise<FoundGateway> {
    const parsed = parseSecret(token)
    if (parsed.shape !== 'keyward' || parsed.kind !== 'gate') return null
    const noted = (gateway: FoundGateway) => {
      if (gateway !== null && gateway !== UNAVAILABLE) this.#options.lastUsed.note('gateway', gateway.id)
      return gateway
    }
    const found = this.#memory.findGateway(hexHashOf(token), findSources)
    return found instanceof Promise ? found.then(noted) : noted(found)
  }

  /** Decides about a request without charging its limits. An unknown secret counts towards the bound of its source. */
  verify(request: VerifyRequest, findSources: FindSources = NOBODY): Promise<Verification> {
    return this.#answer(
      request,
      findSources,
      () => [],
      () => UNCHARGED,
    )
  }

  /** Decides about a request and charges its limits. An unknown secret counts towards the bound of its source. */
  authorize(request: AuthorizeRequest, findSources: FindSources = NOBODY): Promise<Verification> {
    const limitsFor = ({ limits }: KeyRecord) => limitsOf(limits, request)
    const charge = (limits: readonly Limit[], now: number) =>
      limits.length === 0 ? UNCHARGED : this.#charge(request, limits, now)
    return this.#answer(request, findSources, limitsFor, charge)
  }

  #charge(request: AuthorizeRequest, limits: readonly Limit[], now: number): Charged | Promise<Charged> {
    const { estimatedCost } = request
    const of = (nanos: bigint | typeof UNAVAILABLE | null) =>
      // Without an estimate, it is unknown whether a budget has room.
      nanos === UNAVAILABLE || nanos === null
        ? AWAY
        : this.#options.leases.charge(limits, { nanos, ...countTokens(request.estimatedUnits ?? []) }, now)
    return estimatedCost == null ? this.#estimate(request, now).then(of) : of(readEstimate(estimatedCost))
  }

  async #answer(
    request: VerifyRequest,
    findSources: FindSources,
    limitsFor: (record: KeyRecord) => readonly Limit[],
    charge: (limits: readonly Limit[], now: number) => Charged | Promise<Charged>,
  ): Promise<Verification> {
    const verification = await this.#decide(request, findSources, limitsFor, charge)
    const outcome = verification.allowed ? 'ALLOWED' : verification.reason
    this.decisions.set(outcome, (this.decisions.get(outcome) ?? 0) + 1)
    // Only reasons of the engine have a record.
    if (!verification.allowed && verification.record && verification.reason !== 'UNKNOWN_SECRETS_LIMITED')
      this.#options.denials.count(verification.record, verification.reason, this.#host.now())
    return verification
  }

  async #decide(
    request: VerifyRequest,
    findSources: FindSources,
    limitsFor: (record: KeyRecord) => readonly Limit[],
    charge: (limits: readonly Limit[], now: number) => Charged | Promise<Charged>,
  ): Promise<Verification> {
    const parsed = parseSecret(request.secret)
    if (parsed.shape === 'malformed') return deny('MALFORMED', this.#host.now())
    if (!isCredential(parsed)) return deny('NOT_FOUND', this.#host.now())
    const hash = hexHashOf(request.secret)
    const sources = this.#memory.hasKey(hash) ? null : findSources()
    if (sources) {
      const checked = this.#memory.presenceOf(hash, sources)
      const presence = checked instanceof Promise ? await checked : checked
      const asOf = this.#options.changes.freshAt.getTime()
      if (presence === 'ABSENT') return deny('NOT_FOUND', asOf)
      if (presence === UNAVAILABLE) return deny(UNAVAILABLE, asOf)
      if (presence === 'LIMITED') return denyLimited(asOf)
    }
    for (let stale = 0; stale < MAX_STALE; stale += 1) {
      const found = this.#memory.findKey(hash)
      const known = found instanceof Promise ? await found : found
      if (known === UNAVAILABLE) {
        if (sources) this.#options.unknownSecrets.forget(hash, sources)
        break
      }
      const { row: record, asOf, isOutage } = known
      if (sources) this.#options.unknownSecrets.note(hash, record !== undefined, sources)
      // A key whose row cannot be read is not unknown: the operator has to restore the row.
      if (record === null) break
      if (!record || !canBelongTo(parsed, record.kind, record.isChild)) return deny('NOT_FOUND', asOf)
      const now = this.#host.now()
      let decision = decide({ credential: record }, request, now)
      if (decision.allowed && (request.resourceId != null || request.model != null)) {
        const facts = await this.#factsOf(record, request)
        if (facts === UNAVAILABLE) break
        decision = decide({ ...facts, credential: record }, request, now)
      }
      if (!decision.allowed) return deny(decision.reason, asOf, record)
      const limits = limitsFor(record)
      const charging = charge(limits, now)
      const charged = charging instanceof Promise ? await charging : charging
      if (charged.outcome === 'MISSING') {
        const { limit } = charged
        const all = [limit, ...limits.filter((each) => each !== limit)]
        return { ...deny(reasonOfLimit(limit), asOf, record), retryAfterSeconds: roomAfter(limit, now), limits: all }
      }
      if (charged.outcome !== 'FITS') {
        if (charged.outcome === 'AWAY') break
        this.#memory.forgetKey(hash)
        continue
      }
      this.#noteUse(record)
      if (isOutage) this.#servedDuringOutage += 1
      return {
        allowed: true,
        record,
        warnings: warningsOf(record, limits, now, isOutage),
        reservation: charged.reservation,
        limits,
        asOf,
        maxStalenessSeconds: Math.max(MAX_STALENESS_MS / 1_000, this.#options.outageGraceSeconds),
      }
    }
    return deny('UNAVAILABLE', this.#options.changes.freshAt.getTime())
  }

  /** The last use of a playground token is not recorded, because nothing shows it. */
  #noteUse({ kind, useId }: KeyRecord): void {
    if (kind !== 'PLAYGROUND') this.#options.lastUsed.note(kind === 'API_KEY' ? 'api_key_secret' : 'legacy_key', useId)
  }

  /** Prices the units of a request with its model. A unit without a price costs nothing. */
  async #estimate(
    { model, estimatedUnits, serviceTier }: AuthorizeRequest,
    now: number,
  ): Promise<bigint | typeof UNAVAILABLE> {
    if (model == null || !estimatedUnits?.length) return 0n
    const known = await this.#memory.findModel(model)
    if (known === UNAVAILABLE) return known
    const { input } = countTokens(estimatedUnits)
    const priced = { tier: serviceTier ?? 'STANDARD', input, at: new Date(now) }
    const costs = estimatedUnits.map(({ lineItem, quantity }) =>
      costOfItem(lineItem, quantity, known.row?.priceOf(lineItem, priced) ?? 0n),
    )
    return costs.reduce((sum, cost) => sum + cost, 0n)
  }

  /**
   * Looks up the resource and the model that a request names, and whether a playground token may use their projects.
   */
  async #factsOf(record: KeyRecord, { resourceId, model: slug }: VerifyRequest): Promise<Facts | typeof UNAVAILABLE> {
    const id = resourceId == null ? null : decodeId('Resource', resourceId)
    const [resource, model] = await Promise.all([
      id === null ? NONE : this.#memory.findResource(id),
      slug != null && isSlug(slug) ? this.#memory.findModel(slug) : NONE,
    ])
    if (resource === UNAVAILABLE || model === UNAVAILABLE) return UNAVAILABLE
    const named = {
      ...(resourceId == null ? {} : { resource: resource.row ?? null }),
      ...(slug == null ? {} : { model: model.row ?? null }),
    }
    if (record.kind !== 'PLAYGROUND') return named
    const projects = [resource.row?.projectId, model.row?.projectId].filter((project) => project != null)
    const usable = await Promise.all(projects.map((project) => this.#memory.findUsable(record, project)))
    const reach: string[] = []
    for (const each of usable) {
      if (each === UNAVAILABLE) return UNAVAILABLE
      if (each.row) reach.push(each.row.projectId)
    }
    return { ...named, reach }
  }
}

/** The sources of a caller that may send any number of unknown secrets. */
const NOBODY: FindSources = () => []

const NONE: Known<never> = { row: undefined, asOf: 0, isOutage: false }
