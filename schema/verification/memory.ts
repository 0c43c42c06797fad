import { Cache } from '@keyward/engine/knowledge/cache'
import { Freshness, type Known, UNAVAILABLE } from '@keyward/engine/knowledge/freshness'
import type { Host } from '@keyward/engine/ports'
import type { Database } from '@keyward/prisma/database'
import { isUnavailable } from '@keyward/prisma/errors'
import { hostOf } from '../core/host.ts'
import type { FindSources, Presence, Source, UnknownSecrets } from '../credential/unknown-secrets.ts'
import { findModels, type PricedModel } from '../usage/catalogue.ts'
import type { ChangeFeed } from '../write/outbox/feed.ts'
import type { ChangeKind } from '../write/outbox/kinds.ts'
import { type KeyRecord, subjectsOf } from './credential.ts'
import { findRecords, findUsableProjects, type UsableProject, usableKey } from './playground.ts'
import { findGateways, findResources, type GatewayRecord, type ResourceRecord } from './sql.ts'

const KEYS = 200_000
const REACHED = 20_000

interface Options {
  database: Database
  changes: ChangeFeed
  unknownSecrets: Pick<UnknownSecrets, 'check' | 'find' | 'note' | 'forget'>
  /** How long cached rows may be used while the database is unreachable, in seconds. */
  outageGraceSeconds: number
  onUnreadable?: ((error: unknown) => void) | undefined
}

type Found<Row> = Known<Row> | typeof UNAVAILABLE

/** A gateway. Null if no gateway has the token. UNAVAILABLE while the token cannot be looked up. */
export type FoundGateway = GatewayRecord | typeof UNAVAILABLE | null

const rowOf = (known: Found<GatewayRecord>): FoundGateway => (known === UNAVAILABLE ? known : (known.row ?? null))

/** Caches the rows that decisions need. Changes remove outdated rows. */
export class VerifierMemory {
  readonly #options: Options
  readonly #host: Host
  readonly #freshness: Freshness
  readonly #unsubscribe: (() => void)[] = []
  readonly #keys: Cache<KeyRecord>
  readonly #resources: Cache<ResourceRecord>
  readonly #models: Cache<PricedModel>
  readonly #gateways: Cache<GatewayRecord>
  readonly #usable: Cache<UsableProject>
  /** Rows that each cache looked up in the database. */
  readonly lookUps = { keys: 0, resources: 0, models: 0, gateways: 0, projects: 0 }

  constructor(options: Options) {
    const { database, changes, outageGraceSeconds } = options
    this.#options = options
    this.#host = hostOf(database)
    const graceMs = outageGraceSeconds * 1_000
    this.#freshness = new Freshness(this.#host, {
      get asOf() {
        return changes.freshAt.getTime()
      },
      graceMs,
    })
    const oneId = ({ id }: { id: string }) => [id]
    this.#keys = this.#cache({
      name: 'keys',
      capacity: KEYS,
      kinds: [
        'API_KEY_UPDATED',
        'API_KEY_ROTATED',
        'API_KEY_ROTATION_FINISHED',
        'API_KEY_ROTATION_UNDONE',
        'API_KEY_REVOKED',
        'LEGACY_KEY_CHANGED',
        'API_KEY_PAUSED',
        'API_KEY_RESUMED',
        'PROJECT_CHANGED',
        'ORGANIZATION_CHANGED',
        'LIMITS_CHANGED',
        // The end of a membership also ends playground tokens.
        'MEMBERSHIP_CHANGED',
      ],
      find: (from, hashes) => findRecords(from, hashes, options.onUnreadable),
      subjectsOf,
    })
    this.#resources = this.#cache({
      name: 'resources',
      kinds: ['RESOURCE_CHANGED'],
      find: findResources,
      subjectsOf: oneId,
    })
    this.#models = this.#cache({ name: 'models', kinds: ['MODEL_CHANGED'], find: findModels, subjectsOf: oneId })
    this.#gateways = this.#cache({
      name: 'gateways',
      kinds: ['GATEWAY_CHANGED'],
      find: findGateways,
      subjectsOf: oneId,
    })
    this.#usable = this.#cache({
      name: 'projects',
      kinds: ['MEMBERSHIP_CHANGED', 'PROJECT_CHANGED'],
      find: findUsableProjects,
      subjectsOf: ({ userId, projectId }) => [userId, projectId],
    })
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  hasKey(hash: string): boolean {
    return this.#keys.get(hash) !== undefined
  }

  /** Whether a key that is not in memory may exist. Without the database, memory and the look-up decide. */
  presenceOf(hash: string, sources: readonly Source[]): Presence | Promise<Presence> {
    const checked = this.#options.unknownSecrets.check(hash, sources)
    return checked instanceof Promise ? checked.catch(() => 'POSSIBLE' as const) : checked
  }

  findKey(hash: string): Found<KeyRecord> | Promise<Found<KeyRecord>> {
    return this.#freshness.find(this.#keys, hash)
  }

  /** Makes the next request look a key up again, because one of its limits was removed in the meantime. */
  forgetKey(hash: string): void {
    this.#keys.delete(hash)
  }

  /**
   * The gateway of a token. Null if there is none.
   * @throws {UnknownSecretsLimitedError} The source has presented too many unknown secrets.
   */
  findGateway(hash: string, findSources: FindSources): FoundGateway | Promise<FoundGateway> {
    const find = () => this.#freshness.find(this.#gateways, hash)
    if (this.#gateways.get(hash) !== undefined) {
      const known = find()
      return known instanceof Promise ? known.then(rowOf) : rowOf(known)
    }
    return this.#options.unknownSecrets
      .find(hash, findSources(), async () => rowOf(await find()))
      .catch((error: unknown) => {
        if (isUnavailable(error)) return UNAVAILABLE
        throw error
      })
  }

  findResource(id: string): Found<ResourceRecord> | Promise<Found<ResourceRecord>> {
    return this.#freshness.find(this.#resources, id)
  }

  findModel(slug: string): Found<PricedModel> | Promise<Found<PricedModel>> {
    return this.#freshness.find(this.#models, slug)
  }

  /** The project. Null if the person of a playground token may not use it. */
  findUsable(record: KeyRecord, projectId: string): Found<UsableProject> | Promise<Found<UsableProject>> {
    return this.#freshness.find(this.#usable, usableKey(record.id, record.organizationId, projectId))
  }

  #cache<Row>({
    name,
    kinds,
    capacity = REACHED,
    find,
    subjectsOf,
  }: {
    name: keyof VerifierMemory['lookUps']
    /** Kinds of changes that make rows outdated. */
    kinds: readonly ChangeKind[]
    capacity?: number
    find: (database: Database, keys: readonly string[]) => Promise<Map<string, Row | null>>
    subjectsOf: (row: Row) => readonly string[]
  }): Cache<Row> {
    const { database, changes } = this.#options
    const cache = new Cache<Row>(this.#host, {
      capacity,
      subjectsOf,
      lookUp: async (keys) => {
        this.lookUps[name] += keys.length
        const asOf = this.#host.now()
        return { rows: await find(database, keys), asOf }
      },
    })
    this.#unsubscribe.push(
      changes.subscribe({
        onChange: ({ kind, subjectId }) => {
          if (kinds.includes(kind)) cache.change(subjectId)
        },
        onReset: () => cache.clear(),
      }),
    )
    return cache
  }
}
