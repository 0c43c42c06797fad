import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '@keyward/prisma/database'
import type { Source } from '@keyward/prisma/reading-from'
import type { Grants } from '../core/policy.ts'
import { withTimeout } from '../core/timeout.ts'
import type { ChangeFeed } from '../write/outbox/feed.ts'
import { PendingChanges } from './changes.ts'
import { ANSWER_MS, openProbe, unfitness, whyUnreachable } from './fit.ts'
import { Lag } from './lag.ts'
import { WritePositions } from './positions.ts'
import { type Reached, StandbyServer } from './server.ts'
import type { ReplicaSettings, ReplicaState } from './settings.ts'
import { type Requirement, readSample, readStandby, type Sample } from './sql.ts'

/**
 * Interval at which the standby reports its position, in milliseconds. A reader's own change waits no longer than this.
 */
const LOOK_MS = 50
/** Interval between attempts to reach the standby. */
const RETRY_MS = 500
/** Interval at which the primary reports its position. */
const SAMPLE_MS = 1_000

/**
 * Why a request reads from the primary. `busy`: too many statements wait for the replica's connections, and none for the
 * primary's. `lost`: the request began at the replica, which failed.
 */
export const CAUSES = ['away', 'behind', 'written', 'changed', 'history', 'busy', 'lost'] as const
export type Cause = (typeof CAUSES)[number]

/** A replica from which a request reads. */
export interface ChosenReplica extends Source {
  /** The newest change of the outbox that the replica is known to contain. */
  reached: Reached
}

/**
 * Decides for each request whether a streaming replica may be read for it. The position of the replica is read at
 * intervals, not for each request, so that a request costs no additional statement.
 */
export class Replica {
  readonly #database: Database
  readonly #settings: ReplicaSettings
  readonly #changes: PendingChanges
  readonly #lag = new Lag(2 * SAMPLE_MS)
  readonly #closing = new AbortController()
  readonly #watching: Promise<unknown>
  readonly positions: WritePositions
  /** Number of requests, by where they read from. */
  readonly requests: Record<'replica' | Cause, number>
  #probe: Database | null = null
  #server: StandbyServer | null = null
  /** The primary as of its last sample. */
  #sample: Sample | null = null
  /** Why the last sample of the primary failed; null if it did not. */
  #unsampled: string | null = null
  /** Null before the first sample. */
  #state: ReplicaState | null = null

  constructor(database: Database, settings: ReplicaSettings, feed: ChangeFeed) {
    this.#database = database
    this.#settings = settings
    this.#changes = new PendingChanges(feed)
    this.positions = new WritePositions(database)
    this.requests = { replica: 0, away: 0, behind: 0, written: 0, changed: 0, history: 0, busy: 0, lost: 0 }
    this.#watching = database.detached(() => Promise.all([this.#watchStandby(), this.#watchPrimary()]))
  }

  /** Whether requests can read from the replica. */
  get isUsed(): boolean {
    return this.#state === 'USED'
  }

  /** The position of the outbox that the replica is known to have. Null while the replica is not read. */
  get position(): bigint | null {
    return this.#server?.reached.position ?? null
  }

  /** The age of the replica's state in seconds. Null if unknown. */
  get lagSeconds(): number | null {
    const age = this.#lag.ageAt(performance.now())
    return this.#server === null || !Number.isFinite(age) ? null : age / 1_000
  }

  /** Whether a request can use the replica. Otherwise, counts the request. */
  isThere(): boolean {
    if (this.#server === null) this.requests.away += 1
    return this.#server !== null
  }

  /**
   * Returns the replica if it contains everything that a reader has changed or received an event about. Otherwise null.
   */
  choose(principalId: string, grants: Grants, required: Requirement): ChosenReplica | null {
    const server = this.#server
    const cause = this.#causeFor(principalId, grants, required) ?? (this.#shouldShare() ? 'busy' : null)
    this.requests[cause ?? 'replica'] += 1
    if (server === null || cause !== null) return null
    return {
      database: server.database,
      lost: server.lost,
      hasFailed: false,
      reached: server.reached,
      onFailure: () => {
        this.requests.lost += 1
      },
    }
  }

  /** Whether a request can continue to read from the replica. */
  allows(chosen: ChosenReplica, principalId: string, grants: Grants, required: Requirement): boolean {
    const isSame = this.#server?.database === chosen.database && !chosen.hasFailed
    return isSame && this.#causeFor(principalId, grants, required) === null
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#changes.close()
    await this.#watching
    // A server that does not respond does not end its connections either.
    for (const each of [this.#server, this.#probe])
      if (each) await withTimeout(each.close(), ANSWER_MS, () => undefined)
  }

  #causeFor(principalId: string, grants: Grants, required: Requirement): Cause | null {
    const server = this.#server
    if (server === null) return 'away'
    const { reached, replayed } = server
    if (!server.follows(required)) return 'history'
    if (this.positions.isUnknown(principalId)) return 'written'
    if (required.written !== null && BigInt(required.written) > replayed) return 'written'
    if (this.#changes.concern(grants, reached.position, BigInt(required.changes), required.history)) return 'changed'
    return this.#isBehind() ? 'behind' : null
  }

  /** Whether the replica has more statements than it can run, and the primary, which decisions need, does not. */
  #shouldShare(): boolean {
    return this.#server?.isBusy === true && this.#database.connections().waiting === 0
  }

  #isBehind(): boolean {
    return this.#lag.ageAt(performance.now()) > this.#settings.maxLagSeconds * 1_000
  }

  async #watchStandby(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const isThere = await this.#look().catch((error: unknown) => this.#lose('UNREACHABLE', whyUnreachable(error)))
      await delay(isThere ? LOOK_MS : RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #watchPrimary(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const at = performance.now()
      try {
        this.#sample = await readSample(this.#database)
        const { flushed } = this.#sample
        if (flushed !== null) this.#lag.sample(BigInt(flushed), at)
        // Not awaited: a record that waits for a lock must not delay the next sample.
        void this.positions.retry()
        this.#unsampled = null
      } catch (error) {
        // Without samples, the measured age grows.
        this.#unsampled = whyUnreachable(error)
      }
      await delay(SAMPLE_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  /** Whether the server can be read now or after it has caught up. */
  async #look(): Promise<boolean> {
    this.#probe ??= await openProbe(this.#settings.url)
    const standing = await readStandby(this.#probe)
    const primary = this.#sample
    if (primary === null)
      return this.#unsampled === null || this.#lose('UNREACHABLE', `the primary: ${this.#unsampled}`)
    const unfit = unfitness(standing, primary)
    if (unfit !== null) return this.#lose(unfit)
    if (this.#server?.started !== standing.started) {
      this.#drop()
      this.#server = await StandbyServer.open(this.#settings, standing)
    }
    this.#server.advance(standing)
    this.#lag.replayed(this.#server.replayed)
    this.#changes.replayed(this.#server.reached.position)
    if (this.#lag.isKnown) this.#report(this.#isBehind() ? 'BEHIND' : 'USED')
    return true
  }

  #lose(state: ReplicaState, reason?: string): false {
    this.#drop()
    this.#report(state, reason)
    return false
  }

  #drop(): void {
    const server = this.#server
    if (server === null) return
    this.#server = null
    this.#lag.reset()
    // Its connections may never respond.
    void server.close().catch(() => undefined)
  }

  #report(state: ReplicaState, reason?: string): void {
    if (this.#state === state || this.#closing.signal.aborted) return
    this.#state = state
    this.#settings.onState(state, reason)
  }
}
