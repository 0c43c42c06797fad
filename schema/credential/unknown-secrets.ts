import { Cache } from '@keyward/engine/knowledge/cache'
import { UNAVAILABLE } from '@keyward/engine/knowledge/freshness'
import { Rows } from '@keyward/engine/knowledge/rows'
import { type Bound, UnknownBound } from '@keyward/engine/knowledge/unknown-bound'
import { formatNetwork, parseClientAddress } from '@keyward/engine/networks'
import type { Host } from '@keyward/engine/ports'
import type { Database } from '@keyward/prisma/database'
import { DatabaseUnavailableError } from '@keyward/prisma/errors'
import { RequestError } from '../core/errors.ts'
import { hostOf } from '../core/host.ts'
import { inTime, isReachable, LateError } from '../core/in-time.ts'
import { UNKNOWN_SECRETS } from '../core/quotas.ts'
import type { ChangeFeed } from '../write/outbox/feed.ts'
import type { ChangeKind } from '../write/outbox/kinds.ts'
import { findExistingHashes } from './sql.ts'

const REMEMBERED = 50_000

/**
 * Changes after which a secret that was unknown can exist: imports of keys, of a legacy key and of an organization. The
 * server makes all other secrets, and nobody has one before it is stored.
 */
const IMPORTS: readonly ChangeKind[] = ['API_KEY_CREATED', 'LEGACY_KEY_CHANGED', 'ORGANIZATION_CHANGED']

/** A source of secrets: a gateway, a client that a gateway names, or a client of the server itself. */
export interface Source {
  name: string
  bound: Bound
  /** Maximum number of look-ups of the source that may wait at a time. */
  waiting: number
}

/** Finds the sources of a secret. Called only if the secret is not in memory. */
export type FindSources = () => readonly Source[]

/** Each client of IPv6 has a whole network of 64 bits. */
function nameOfClient(address: string | null): string {
  const bytes = parseClientAddress(address ?? '')
  return bytes ? formatNetwork({ bytes, bits: Math.min(bytes.length * 8, 64) }) : 'unknown'
}

const nameOfClientOf = (gatewayId: string, address: string | null): string => `${gatewayId} ${nameOfClient(address)}`

/** A client of the server, identified by its address. Null if the address is unknown. */
export const clientSource = (address: string | null): Source[] => [
  { name: nameOfClient(address), ...UNKNOWN_SECRETS.perAddress },
]

/**
 * A gateway, and the client whose secret it presents. The same address at another gateway is another client. A gateway
 * that names its clients waits only if all of them together exceed its bound.
 */
export function gatewaySource(gatewayId: string, clientIp: string | null | undefined): Source[] {
  const gateway = { name: gatewayId, ...UNKNOWN_SECRETS.perGateway }
  if (!parseClientAddress(clientIp ?? '')) return [gateway]
  return [{ name: nameOfClientOf(gatewayId, clientIp ?? null), ...UNKNOWN_SECRETS.perAddress }, gateway]
}

/** Thrown if the source presented too many unknown secrets, and too many of its requests wait. HTTP 429. */
export class UnknownSecretsLimitedError extends RequestError {
  constructor() {
    super('RATE_LIMITED', 'Too many unknown secrets came from this address. Try again in a second.', {
      retryAfterSeconds: 1,
    })
  }
}

/** Whether a secret can exist and must be looked up. UNAVAILABLE: the database does not answer in time. */
export type Presence = 'POSSIBLE' | 'ABSENT' | 'LIMITED' | typeof UNAVAILABLE

/**
 * Makes unknown secrets cheap. The server remembers secrets that exist nowhere on the instance. Before it uses such an
 * entry, it reads the changes committed in the meantime, in a statement that all simultaneous requests share. So an
 * imported key works at once on every replica. Sources that present too many unknown secrets wait for look-ups that
 * they share.
 */
export class UnknownSecrets {
  readonly #host: Host
  readonly #changes: ChangeFeed
  readonly #bound: UnknownBound
  /** Hashes of secrets that do not exist on the instance. */
  readonly #absent: Cache<true>
  /**
   * Hashes that a look-up did not find. The next request checks whether they exist at all, for example as a credential
   * of another kind.
   */
  readonly #missed = new Rows<true>(REMEMBERED, () => [])
  /** Hashes that were found. They do not wait. */
  readonly #found = new Rows<true>(REMEMBERED, () => [])
  readonly #unsubscribe: () => void

  constructor({ database, changes }: { database: Database; changes: ChangeFeed }) {
    const host: Host = hostOf(database)
    this.#host = host
    this.#changes = changes
    this.#bound = new UnknownBound(host)
    this.#absent = new Cache<true>(host, {
      capacity: REMEMBERED,
      subjectsOf: () => [],
      lookUp: async (hashes) => {
        const asOf = host.now()
        const existing = await findExistingHashes(database, hashes)
        return { rows: new Map(hashes.filter((hash) => !existing.has(hash)).map((hash) => [hash, true])), asOf }
      },
    })
    this.#unsubscribe = changes.subscribe({
      onChange: ({ kind }) => {
        if (IMPORTS.includes(kind)) this.#absent.clear()
      },
      onReset: () => this.#absent.clear(),
    })
  }

  close(): void {
    this.#unsubscribe()
  }

  /** Decides whether to look up a hash, in hexadecimal. Returns without waiting for nearly every existing secret. */
  check(hash: string, sources: readonly Source[]): Presence | Promise<Presence> {
    if (this.#found.get(hash)) return 'POSSIBLE'
    const over = sources.find(({ name, bound }) => this.#bound.isOver(name, bound))
    const isAbsent = this.#absent.get(hash) !== undefined
    if (!over && !isAbsent && !this.#missed.get(hash)) {
      // Counted before the look-up ends. Otherwise, any number of simultaneous look-ups would be within the bound.
      for (const { name, bound } of sources) this.#bound.count(name, bound)
      return 'POSSIBLE'
    }
    return this.#checkLater(hash, sources, over)
  }

  /**
   * Looks a secret up, unless it is known to be unknown.
   * @throws {UnknownSecretsLimitedError} The source has presented too many unknown secrets.
   * @throws {DatabaseUnavailableError} The database does not answer in time.
   */
  async find<Found>(
    hash: string,
    sources: readonly Source[],
    look: () => Promise<Found | null>,
  ): Promise<Found | null> {
    const checked = this.check(hash, sources)
    // Without the database, the look-up itself reports the outage.
    const presence = checked instanceof Promise ? await checked.catch(() => 'POSSIBLE' as const) : checked
    if (presence === 'LIMITED') throw new UnknownSecretsLimitedError()
    if (presence === 'ABSENT') return null
    // The look-up would wait as long again.
    if (presence === UNAVAILABLE) throw new DatabaseUnavailableError('The database does not answer. Try again later.')
    return this.#noted(hash, sources, look)
  }

  /** Runs a look-up and records its result. */
  async #noted<Found>(
    hash: string,
    sources: readonly Source[],
    look: () => Promise<Found | null>,
  ): Promise<Found | null> {
    const forget = () => this.forget(hash, sources)
    const found = await look().catch((error: unknown) => {
      forget()
      throw error
    })
    if (found === UNAVAILABLE) forget()
    else this.note(hash, found !== null, sources)
    return found
  }

  /** Records the result of a look-up. */
  note(hash: string, isFound: boolean, sources: readonly Source[]): void {
    if (isFound) {
      this.#missed.delete(hash)
      this.forget(hash, sources)
      this.#found.set(hash, true)
      return
    }
    this.#found.delete(hash)
    this.#missed.set(hash, true)
  }

  /** Stops counting a look-up that failed. Otherwise, first uses during an outage would be denied as unknown after it. */
  forget(hash: string, sources: readonly Source[]): void {
    // Look-ups of other hashes were not counted.
    if (!this.#found.get(hash)) for (const { name, bound } of sources) this.#bound.forgive(name, bound)
  }

  async #checkLater(hash: string, sources: readonly Source[], over: Source | undefined): Promise<Presence> {
    if (over) {
      // A source is denied only because of its own secrets. Secrets of other clients of the same gateway only make it
      // wait.
      const most = over === sources[0] ? over.waiting : Number.POSITIVE_INFINITY
      const turn = this.#bound.wait(over.name, most)
      if (!turn) return 'LIMITED'
      await turn
    }
    const isAbsent = await inTime(
      this.#isAbsent(hash),
      isReachable(this.#changes.freshAt, new Date(this.#host.now())),
    ).catch((error: unknown) => {
      if (error instanceof LateError) return null
      throw error
    })
    if (isAbsent === null) return UNAVAILABLE
    if (!isAbsent) {
      this.#missed.delete(hash)
      this.#found.set(hash, true)
      return 'POSSIBLE'
    }
    for (const { name, bound } of sources) this.#bound.count(name, bound)
    return 'ABSENT'
  }

  /** Whether a secret exists nowhere: from memory, with the changes since then, or looked up. */
  async #isAbsent(hash: string): Promise<boolean> {
    const isCurrent = this.#absent.get(hash) !== undefined && (await this.#changes.readAll())
    return (isCurrent && this.#absent.get(hash) !== undefined) || !!(await this.#absent.load(hash)).row
  }
}
