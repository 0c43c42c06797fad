import type { Credential, CredentialKind } from '@keyward/engine/decide'
import { Cache } from '@keyward/engine/knowledge/cache'
import { Freshness, type Known, type UNAVAILABLE } from '@keyward/engine/knowledge/freshness'
import { type LimitScope, limitOf } from '@keyward/engine/lease/balance'
import { isBucketKind, type LimitKind } from '@keyward/engine/lease/kind'
import { roundUsd } from '@keyward/engine/money'
import { parseNetworks } from '@keyward/engine/networks'
import type { Feed, Found, Host } from '@keyward/engine/ports'
import { gatewayLookUp } from '../generated/gateway-documents.ts'
import type { GatewayCredential, GatewayLimit, GatewayModel, GatewayResource } from '../generated/types.ts'
import type { Server } from './link/server.ts'
import { timeOf } from './time.ts'

const LOOK_UP_MS = 2_000
const MAX_LOOK_UPS = 4
/** The server would reject other names, and the whole look-up with them. */
const NAME = /^[!-~]{1,200}$/

/** A credential in memory. */
export interface KeyRecord
  extends Credential,
    Pick<GatewayCredential, 'subjects' | 'credentialId' | 'name' | 'secretVersion' | 'organizationId' | 'useId'> {
  /** `expiresAt` as text. */
  readonly expiry: string | null
  /** When its use was last reported, in milliseconds. */
  toldAt: number
}

/*
 * A newer server may have scopes and kinds that this module does not know. Decisions return them unchanged. If a limit
 * has an unknown kind, the server rejects its exchange, and its key is denied.
 */
const readLimit = ({ scope, scopeId, subject, kind, model, limit, onLimit }: GatewayLimit) =>
  limitOf({
    scope: scope as LimitScope,
    scopeId,
    subject,
    kind: kind as LimitKind,
    model,
    amount: (isBucketKind(kind as LimitKind) ? BigInt(Math.trunc(Number(limit))) : roundUsd(limit)) ?? 0n,
    isEnforced: onLimit === 'REJECT',
  })

const readCredential = (of: GatewayCredential): KeyRecord => ({
  ...of,
  kind: of.kind as CredentialKind,
  isRevoked: of.revoked,
  isArchived: of.projectArchived,
  // If there is no pause, a time long ago.
  pausedUntil: of.paused ? timeOf(of.pausedUntil) : 0,
  retiresAt: timeOf(of.retiresAt),
  expiresAt: timeOf(of.expiresAt),
  expiry: of.expiresAt,
  workloads: new Set(of.workloads),
  networks: parseNetworks(of.allowedIps),
  limits: of.limits.map(readLimit),
  toldAt: 0,
})

/** Cache keys consist of one of these digits and a name. */
export const CREDENTIAL = '0'
export const RESOURCE = '1'
export const MODEL = '2'

/** The type of the rows for each digit. */
interface Rows {
  [CREDENTIAL]: KeyRecord
  [RESOURCE]: GatewayResource
  [MODEL]: GatewayModel
}

type Row = Rows[keyof Rows]

type Finding<Found extends Row> = Known<Found> | Promise<Known<Found> | typeof UNAVAILABLE>

/** Credentials, and the resources and models that requests name: in memory, or looked up at the server. */
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

  /** Whether a row is in memory. */
  has(key: string): boolean {
    return this.#cache.get(key) !== undefined
  }

  /** Finds a resource by its id, or a model by its slug. Null without a name, or if no row can have it. */
  find<Kind extends keyof Rows>(kind: Kind, name: string | null | undefined): Finding<Rows[Kind]> | null {
    return name != null && NAME.test(name) ? this.get(kind + name) : null
  }

  /**
   * Finds a row by its cache key, whose first digit is its kind. Each new string has to be hashed, so callers keep the
   * key.
   */
  get<Found extends Rows[keyof Rows]>(key: string): Finding<Found> {
    return this.#freshness.find(this.#cache, key) as Finding<Found>
  }

  /** Drops the rows about a changed subject. */
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
    const named = (kind: string) => keys.filter((key) => key.startsWith(kind)).map((key) => key.slice(1))
    const input = {
      secretHashes: named(CREDENTIAL),
      resourceIds: named(RESOURCE),
      models: named(MODEL),
      checksOrigins: true,
    }
    const found = await this.#server.ask(gatewayLookUp, { input }, LOOK_UP_MS)
    const rows = new Map<string, Row | null>()
    for (const each of found.credentials) rows.set(CREDENTIAL + each.secretHash, readCredential(each))
    for (const hash of found.unreadable) rows.set(CREDENTIAL + hash, null)
    for (const each of found.resources) rows.set(RESOURCE + each.resourceId, each)
    for (const each of found.models) rows.set(MODEL + each.slug, each)
    return { rows, asOf: Date.parse(found.asOf) }
  }
}
