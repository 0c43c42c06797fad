import { EventEmitter } from 'node:events'
import type { Database } from '@keyward/prisma/database'
import { type Continuation, type Point, type PointProblem, readAfter, readNewest, renewHistory } from './history-sql.ts'
import type { Change } from './kinds.ts'
import { type ChangeOwner, readChangesOf } from './sql.ts'

/** NOTIFY only wakes the reader. The poll covers lost notifications. */
const POLL_MS = 1_000
const BATCH = 500

/** Handlers of a subscriber of the feed. */
export interface Subscriber {
  onChange(change: Change): void
  /** Called if changes may have been missed or undone, so that everything in memory may be wrong. */
  onReset(problem: PointProblem): void
}

const pointOf = ({ history, position, at }: Change): Point => ({ history, position, at: at.getTime() })

/**
 * Reads the outbox for this process: every committed change once, in commit order. It restarts if the database does not
 * continue from the last position, for example after a restore.
 */
export class ChangeFeed {
  readonly #database: Database
  readonly #events = new EventEmitter<{ change: [Change]; reset: [PointProblem] }>().setMaxListeners(0)
  #point: Point
  #reading: Promise<void> | null = null
  #again = false
  /** Called after each reading, with whether it was complete. */
  #following: ((isRead: boolean) => void)[] = []
  readonly #closing = new AbortController()
  #timer: NodeJS.Timeout
  #unlisten: () => void = () => {}
  #freshAt: Date

  private constructor(database: Database, point: Point) {
    this.#database = database
    this.#point = point
    this.#freshAt = database.clock.now()
    this.#timer = setInterval(() => this.#wake(), POLL_MS).unref()
  }

  /** Opens a feed that starts after the newest committed change. */
  static async open(database: Database): Promise<ChangeFeed> {
    const feed = new ChangeFeed(database, await readNewest(database))
    feed.#unlisten = await database.listen(() => feed.#wake())
    return feed
  }

  /** The newest change that this process has read. */
  get point(): Point {
    return this.#point
  }

  /** The newest committed change. This process may not yet have read it. */
  newest(): Promise<Point> {
    return readNewest(this.#database)
  }

  /** Reads a batch of changes after a point, if the database continues from it. */
  after(point: Point, upTo: bigint | null = null): Promise<Continuation> {
    return readAfter(this.#database, point, upTo, BATCH)
  }

  /**
   * Checks whether the database continues from a point. If a witness has a point that the database lacks, a new history
   * begins for all readers.
   */
  async check(point: Point, isWitness: boolean): Promise<PointProblem | null> {
    const { problem } = await readAfter(this.#database, point, null, 0)
    if (problem === 'DIVERGED' && isWitness) await renewHistory(this.#database, point.history)
    return problem
  }

  /** Aborts when the feed is closed, which ends every stream. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted
  }

  /**
   * The database's time up to which every committed change was read. It does not advance while the database is
   * unreachable.
   */
  get freshAt(): Date {
    return this.#freshAt
  }

  /**
   * Reads every change that was committed before this call. Simultaneous calls share a statement. False if the database
   * cannot be read.
   */
  readAll(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#following.push(resolve)
      this.#wake()
    })
  }

  /** Calls the handlers from now on. Returns a function that unsubscribes them. */
  subscribe({ onChange, onReset }: Subscriber): () => void {
    this.#events.on('change', onChange)
    this.#events.on('reset', onReset)
    return () => {
      this.#events.off('change', onChange)
      this.#events.off('reset', onReset)
    }
  }

  /**
   * Yields the changes of a project or an organization after a point: stored ones first, then new ones, without a gap. Ends
   * when the signal aborts, when the feed closes, or when the point's history ends.
   */
  async *of(owner: ChangeOwner, after: Point, signal: AbortSignal): AsyncGenerator<Change, void, undefined> {
    let { position } = after
    const ended = AbortSignal.any([signal, this.#closing.signal])
    while (!ended.aborted && this.#point.history === after.history) {
      // Waiting starts before reading, so that a change committed in between is seen by one of them.
      const woken = this.#next(owner, ended)
      // Only the feed knows whether the database continues from a point, so nothing is read beyond what the feed has
      // read.
      const upTo = this.#point.position
      const changes = await readChangesOf(this.#database, owner, { after: position, upTo }, BATCH)
      for (const change of changes) {
        position = change.position
        if (ended.aborted || change.history !== after.history) return
        yield change
      }
      if (changes.length < BATCH) await woken
    }
  }

  /** Ends every stream and stops reading. */
  async close(): Promise<void> {
    this.#closing.abort()
    clearInterval(this.#timer)
    this.#unlisten()
    await this.#reading
  }

  /** Resolves at the next change of a project or an organization, or when the signal aborts. */
  #next(owner: ChangeOwner, signal: AbortSignal): Promise<void> {
    const concerns = (change: Change) =>
      'projectId' in owner ? change.projectId === owner.projectId : change.organizationId === owner.organizationId
    return new Promise((resolve) => {
      const done = () => {
        forget()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const forget = this.subscribe({
        onChange: (change) => {
          if (concerns(change)) done()
        },
        onReset: done,
      })
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    })
  }

  #wake(): void {
    if (this.#closed) {
      for (const follow of this.#following.splice(0)) follow(false)
      return
    }
    this.#again = true
    if (this.#reading) return
    const reading = this.#database.detached(() => this.#read())
    this.#reading = reading.finally(() => {
      this.#reading = null
      // These callers asked while the last reading was ending.
      if (this.#following.length > 0) this.#wake()
    })
  }

  async #read(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false
      const asked = this.#database.clock.now()
      // Callers that ask from now on wait for the next reading.
      const following = this.#following
      this.#following = []
      const follow = (isRead: boolean) => {
        for (const each of following) each(isRead)
      }
      try {
        const { problem, changes, isAll } = await this.after(this.#point)
        if (problem !== null) {
          await this.#restart(problem)
          this.#freshAt = asked
          this.#again = true
          follow(true)
          continue
        }
        for (const change of changes) {
          this.#point = pointOf(change)
          this.#events.emit('change', change)
        }
        if (isAll) {
          this.#freshAt = asked
          follow(true)
        } else {
          this.#again = true
          this.#following.unshift(...following)
        }
      } catch {
        // The database is unreachable. The poll tries again from the same position.
        follow(false)
        for (const each of this.#following.splice(0)) each(false)
        return
      }
    }
  }

  /** Continues from the newest change. Everything that was known before may be wrong. */
  async #restart(problem: PointProblem): Promise<void> {
    // Everything that this process has read was committed. If the database does not contain it, this is another
    // history.
    if (problem === 'DIVERGED') await renewHistory(this.#database, this.#point.history)
    this.#point = await readNewest(this.#database)
    this.#events.emit('reset', problem)
  }
}
