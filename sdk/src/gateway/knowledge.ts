import type { Credential, CredentialKind } from '@keyward/engine/decide'
import { Cache } from '@keyward/engine/knowledge/cache'
import { Freshness, type Known, type UNAVAILABLE } from '@keyward/engine/knowledge/freshness'
import { type LimitScope, limitOf } from '@keyward/engine/lease/balance'
import { isBucketKind, type LimitKind } from '@keyward/engine/lease/kind'
import { roundUsd } from '@keyward/engine/money'
import { parseNetworks } from '@keyward/engine/networks'
import type { Feed, Found, Host } from '@keyward/engine/ports'
import { gatewayLookUp } from '../generated/gateway-documents.ts'
import type { GatewayCredential, GatewayLimit, GatewayModel, GatewayResource, LimitState } from '../generated/types.ts'
import type { Server } from './link/server.ts'
import { timeOf } from './time.ts'

const LOOK_UP_MS = 2_000
const MAX_LOOK_UPS = 4
/** The server would reject any other name, and the whole look-up with it. */
const NAME = /^[!-~]{1,200}$/

/** A credential in memory. */
export interface KeyRecord extends Credential, Pick<GatewayCredential, 'subjects'> {
  /** The credential as the server sent it. */
  readonly of: GatewayCredential
  /** When its use was last reported, in milliseconds. */
  toldAt: number
  /** Its limits in the form that decisions contain. Null before the first decision. */
  states: readonly LimitState[] | null
}

/*
 * A newer server may send scopes and kinds that this module does not know. Decisions return them unchanged. If a limit
 * has an unknown kind, the server rejects its exchange and the key is denied.
 */
const readLimit = ({ limit, ...of }: GatewayLimit) => {
  const kind = of.kind as LimitKind
  return limitOf({
    ...of,
    kind,
    scope: of.scope as LimitScope,
    amount: (isBucketKind(kind) ? BigInt(Math.trunc(Number(limit))) : roundUsd(limit)) ?? 0n,
    isEnforced: of.onLimit === 'REJECT',
  })
}

/** Writes every field explicitly: V8 stores the fields of a spread object in two places, which slows every decision. */
const readCredential = (of: GatewayCredential): KeyRecord => ({
  kind: of.kind as CredentialKind,
  isRevoked: of.revoked,
  isArchived: of.projectArchived,
  // A key that is not paused gets a time long ago.
  pausedUntil: of.paused ? timeOf(of.pausedUntil) : 0,
  retiresAt: timeOf(of.retiresAt),
  expiresAt: timeOf(of.expiresAt),
  workloads: new Set(of.workloads),
  models: of.models,
  networks: parseNetworks(of.allowedIps),
  origins: of.origins,
  limits: of.limits.map(readLimit),
  projectId: of.projectId,
  subjects: of.subjects,
  toldAt: 0,
  states: null,
  of,
})

/**
 * Prefixes of cache keys for resources and models. A credential's cache key is its hash in hexadecimal digits without a
 * prefix, because hashing a newly joined string would slow every request.
 */
export const RESOURCE = 'r:'
export const MODEL = 'm:'

/** The row type for each prefix. */
interface Rows {
  [RESOURCE]: GatewayResource
  [MODEL]: GatewayModel
}

type Row = KeyRecord | Rows[keyof Rows]

type Finding<Found extends Row> = Known<Found> | Promise<Known<Found> | typeof UNAVAILABLE>

/** Credentials, resources and models that requests name, either in memory or looked up at the server. */
export class Knowledge {
  readonly #server: Server
  readonly #freshness: Freshness
  readonly #cache: Cache<Row>

  constructor(host: Host, server: Server, feed: Feed & { readonly isFollowing: boolean }, capacity: number) {
    this.#server = server
    this.#freshness = new Freshness(host, feed)
    this.#cache = new Cache<Row>(host, {
      capacity,
      subjectsOf: ({ subjects }) => subjects,
      isFollowing: () => feed.isFollowing,
      lookUp: (keys) => this.#lookUp(keys),
      maxLookUps: MAX_LOOK_UPS,
    })
  }

  /** Number of credentials, resources and models in memory. */
  get size(): number {
    return this.#cache.size
  }

  /** The credential with a hash, if it is in memory, even if outdated. */
  recall(hash: string): KeyRecord | undefined {
    return this.#cache.get(hash) as KeyRecord | undefined
  }

  /** Finds a resource by its id, or a model by its slug. Null if the name is missing or no row can have it. */
  find<Kind extends keyof Rows>(kind: Kind, name: string | null | undefined): Finding<Rows[Kind]> | null {
    return name != null && NAME.test(name)
      ? (this.#freshness.find(this.#cache, kind + name) as Finding<Rows[Kind]>)
      : null
  }

  /** Finds the credential with a hash. `row` is the credential in memory, if any. */
  findCredential(hash: string, row: KeyRecord | undefined, now: number): Finding<KeyRecord> {
    return this.#freshness.find(this.#cache, hash, row, now) as Finding<KeyRecord>
  }

  /** Drops all rows about a changed subject. */
  change(subject: string): void {
    this.#cache.change(subject)
  }

  /** Drops all rows, because changes may have been missed. */
  clear(): void {
    this.#cache.clear()
  }

  /** Makes the next use of a row look it up again. */
  forget(key: string): void {
    this.#cache.delete(key)
  }

  async #lookUp(keys: readonly string[]): Promise<Found<Row>> {
    const named = (kind: string) => keys.filter((key) => key.startsWith(kind)).map((key) => key.slice(2))
    const input = {
      secretHashes: keys.filter((key) => key[1] !== ':'),
      resourceIds: named(RESOURCE),
      models: named(MODEL),
      checksOrigins: true,
    }
    const found = await this.#server.ask(gatewayLookUp, { input }, LOOK_UP_MS)
    const rows = new Map<string, Row | null>()
    for (const each of found.credentials) rows.set(each.secretHash, readCredential(each))
    for (const hash of found.unreadable) rows.set(hash, null)
    for (const each of found.resources) rows.set(RESOURCE + each.resourceId, each)
    for (const each of found.models) rows.set(MODEL + each.slug, each)
    return { rows, asOf: Date.parse(found.asOf) }
  }
}
