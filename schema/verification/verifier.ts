import { parseSecret } from '@keyward/engine/secret'
import type { Database } from '@keyward/prisma/database'
import type { LastUsed } from '../api-key/last-used.ts'
import { hexHashOf } from '../api-key/secret.ts'
import type { UsedTable } from '../api-key/sql.ts'
import { decodeId } from '../core/ids.ts'
import type { LimitKeeper, Taken } from '../limit/leases/keeper.ts'
import { writeReservation } from '../limit/ledger/reservation.ts'
import { findModels, type PricedModel } from '../usage/catalogue.ts'
import { costOfItem } from '../usage/cost.ts'
import type { ChangeFeed } from '../write/outbox/feed.ts'
import {
  type AuthorizeRequest,
  type CredentialKind,
  REJECTIONS,
  type Rejected,
  type RejectionReason,
  type Verification,
  type VerificationWarning,
  type VerifyRequest,
} from './answer.ts'
import { RowCache } from './cache.ts'
import { refusalOf, warningsOf } from './decide.ts'
import { Knowledge, MAX_STALENESS_SECONDS, UnknownError } from './knowledge.ts'
import { findUsableProjects, type UsableProject, usableKey } from './playground.ts'
import { findGateways, findResources, type GatewayRecord, type ResourceRecord } from './reach.ts'
import { findRecords, type KeyRecord } from './record.ts'

const RETRY_AFTER_SECONDS = 1
const KEYS = 200_000
const REACHED = 20_000

interface Options {
  database: Database
  changes: ChangeFeed
  lastUsed: LastUsed
  keeper: LimitKeeper
  /** For how long known keys are answered for while the database is away; 0: not at all. */
  outageGraceSeconds: number
}

const KEY_KINDS = [
  'API_KEY_UPDATED',
  'API_KEY_ROTATED',
  'API_KEY_ROTATION_FINISHED',
  'API_KEY_ROTATION_UNDONE',
  'API_KEY_REVOKED',
  'LEGACY_KEY_CHANGED',
  'PROJECT_CHANGED',
  'LIMITS_CHANGED',
  // Whose membership ends has no playground token any more.
  'MEMBERSHIP_CHANGED',
] as const

/** Where the use of a credential is noted; that of a playground token is shown nowhere. */
const USED: Record<CredentialKind, UsedTable | null> = {
  API_KEY: 'api_key_secret',
  LEGACY_KEY: 'legacy_key',
  PLAYGROUND: null,
}

/** Verifies secrets for gateways, from memory wherever what is known is fresh. */
export class Verifier {
  readonly #options: Options
  readonly #knowledge: Knowledge
  readonly #keys: RowCache<KeyRecord>
  readonly #resources: RowCache<ResourceRecord>
  readonly #models: RowCache<PricedModel>
  readonly #gateways: RowCache<GatewayRecord>
  readonly #usable: RowCache<UsableProject>
  #servedDuringOutage = 0

  constructor(options: Options) {
    this.#options = options
    this.#knowledge = new Knowledge(options)
    const { changes, database } = options
    this.#keys = new RowCache<KeyRecord>({
      changes,
      capacity: KEYS,
      kinds: KEY_KINDS,
      find: (hashes) =>
        findRecords(
          database,
          hashes.map((hash) => Buffer.from(hash, 'hex')),
        ),
      subjects: (record) => [record.id, record.projectId, record.organizationId],
    })
    this.#resources = new RowCache<ResourceRecord>({
      changes,
      capacity: REACHED,
      kinds: ['RESOURCE_CHANGED'],
      find: (ids) => findResources(database, ids),
      subjects: (resource) => [resource.id],
    })
    this.#models = new RowCache<PricedModel>({
      changes,
      capacity: REACHED,
      kinds: ['MODEL_CHANGED'],
      find: (slugs) => findModels(database, slugs),
      subjects: (model) => [model.id],
    })
    this.#gateways = new RowCache<GatewayRecord>({
      changes,
      capacity: REACHED,
      kinds: ['GATEWAY_CHANGED'],
      find: (hashes) =>
        findGateways(
          database,
          hashes.map((hash) => Buffer.from(hash, 'hex')),
        ),
      subjects: (gateway) => [gateway.id],
    })
    this.#usable = new RowCache<UsableProject>({
      changes,
      capacity: REACHED,
      kinds: ['MEMBERSHIP_CHANGED', 'PROJECT_CHANGED'],
      find: (keys) => findUsableProjects(database, keys),
      subjects: ({ userId, projectId }) => [userId, projectId],
    })
  }

  /** How many answers were given from knowledge that could not be refreshed. */
  get servedDuringOutage(): number {
    return this.#servedDuringOutage
  }

  close(): void {
    this.#keys.close()
    this.#resources.close()
    this.#models.close()
    this.#gateways.close()
    this.#usable.close()
  }

  /** The gateway that a token belongs to; null for any other string. Throws where that cannot be told at the moment. */
  async gatewayOf(token: string): Promise<GatewayRecord | null> {
    const parsed = parseSecret(token)
    if (parsed.shape !== 'keyward' || parsed.kind !== 'gate') return null
    const { row } = await this.#knowledge.of(this.#gateways, hexHashOf(token))
    if (row) this.#options.lastUsed.note('gateway', row.id)
    return row
  }

  /** Whether a secret may do what is asked; takes nothing of any limit. Never throws for what the request says. */
  verify(request: VerifyRequest): Promise<Verification> {
    return this.#answer(request, async () => ({ fits: true, reservation: null, limits: [] }))
  }

  /** Whether a secret may do what is asked and fits into its limits, of which it then takes. Never throws for what the request says. */
  authorize(request: AuthorizeRequest): Promise<Verification> {
    return this.#answer(request, async ({ limits }) => {
      if (limits.length === 0) return { fits: true, reservation: null, limits: [] }
      try {
        return await this.#options.keeper.take(limits, request.estimatedNanos ?? (await this.#estimate(request)))
      } catch (error) {
        // Whether a budget has room cannot be guessed.
        throw new UnknownError('The limits could not be asked', { cause: error })
      }
    })
  }

  /** What the units of a request cost by the present prices of its model; what has no price counts nothing. */
  async #estimate({ model, estimatedUnits }: AuthorizeRequest): Promise<bigint> {
    if (model == null || !estimatedUnits?.length) return 0n
    const now = this.#options.database.clock.now()
    const { row } = await this.#knowledge.of(this.#models, model)
    const costs = estimatedUnits.map(({ lineItem, quantity }) =>
      costOfItem(lineItem, quantity, row?.priceAt(lineItem, now) ?? 0n),
    )
    return costs.reduce((sum, cost) => sum + cost, 0n)
  }

  async #answer(request: VerifyRequest, take: (record: KeyRecord) => Promise<Taken>): Promise<Verification> {
    const { clock } = this.#options.database
    if (parseSecret(request.secret).shape === 'malformed') return this.#reject('MALFORMED', clock.now())
    try {
      const { row: record, asOf, isOutage } = await this.#knowledge.of(this.#keys, hexHashOf(request.secret))
      if (!record) return this.#reject('NOT_FOUND', asOf)
      const now = clock.now()
      const reason = refusalOf(record, request, now) ?? (await this.#unreachable(record, request))
      if (reason) return this.#reject(reason, asOf, record)
      const taken = await take(record)
      if (!taken.fits) return this.#refuseLimit(taken, asOf, record)
      const used = USED[record.kind]
      if (used) this.#options.lastUsed.note(used, record.useId)
      if (isOutage) this.#servedDuringOutage += 1
      return {
        accepted: true,
        kind: record.kind,
        ids: record.ids,
        name: record.name,
        secretVersion: record.version,
        expiresAt: record.expiresAt,
        warnings: [...warningsOf(record, now, isOutage), ...(isNearlySpent(taken) ? NEARLY_SPENT : [])],
        reservation: taken.reservation && writeReservation(taken.reservation),
        limits: taken.limits,
        asOf,
        maxStalenessSeconds: Math.max(MAX_STALENESS_SECONDS, this.#options.outageGraceSeconds),
      }
    } catch (error) {
      if (!(error instanceof UnknownError)) throw error
      return this.#reject('UNAVAILABLE', this.#options.changes.freshAt)
    }
  }

  #refuseLimit(
    { by, retryAfterSeconds, limits }: Extract<Taken, { fits: false }>,
    asOf: Date,
    record: KeyRecord,
  ): Rejected {
    const reason = by.kind === 'REQUESTS_PER_MINUTE' ? 'RATE_LIMITED' : 'BUDGET_EXCEEDED'
    return { ...this.#reject(reason, asOf, record), retryAfterSeconds, limits }
  }

  /** Whether a project's own resources and models are the credential's to use. */
  async #reaches(record: KeyRecord, projectId: string): Promise<boolean> {
    if (record.kind !== 'PLAYGROUND') return projectId === record.projectId
    return (await this.#knowledge.of(this.#usable, usableKey(record.id, record.organizationId, projectId))).row !== null
  }

  /** What the request reaches for beyond the key itself: a resource of the project, a model that is online for it. */
  async #unreachable(record: KeyRecord, { resourceId, model }: VerifyRequest): Promise<RejectionReason | null> {
    if (resourceId != null) {
      const id = decodeId('Resource', resourceId)
      const found = id ? (await this.#knowledge.of(this.#resources, id)).row : null
      if (!found || !(await this.#reaches(record, found.projectId))) return 'RESOURCE_NOT_IN_PROJECT'
    }
    if (model != null) {
      const found = isSlug(model) ? (await this.#knowledge.of(this.#models, model)).row : null
      const isReachable = found?.online && (found.projectId === null || (await this.#reaches(record, found.projectId)))
      if (!isReachable) return 'MODEL_NOT_AVAILABLE'
    }
    return null
  }

  #reject(reason: RejectionReason, asOf: Date, record?: KeyRecord): Rejected {
    return {
      accepted: false,
      reason,
      ...REJECTIONS[reason],
      retryAfterSeconds: reason === 'UNAVAILABLE' ? RETRY_AFTER_SECONDS : null,
      ids: record?.ids ?? null,
      limits: [],
      asOf,
    }
  }
}

const NEARLY_SPENT: VerificationWarning[] = ['BUDGET_NEARLY_SPENT']

/** Whether less than a tenth of a budget is left. */
const isNearlySpent = ({ limits }: Taken): boolean =>
  limits.some(({ limit, left }) => limit.kind !== 'REQUESTS_PER_MINUTE' && left !== null && left * 10n < limit.amount)

const isSlug = (model: string): boolean => /^[\x21-\x7e]{1,200}$/.test(model)
