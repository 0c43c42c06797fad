import { usageRecord } from '../generated/documents.ts'
import type { RejectedUsageEvent, UsageEventInput } from '../generated/types.ts'
import { backoff, wait } from '../retry.ts'
import { isRefusal } from './link.ts'
import { hasCode, orAborted, type Server } from './server.ts'
import { readLine, type Spool, type SpoolSegment } from './spool.ts'
import { eventOf, type Usage, UsageNotRecordedError, type UsageOptions } from './usage.ts'

const MAX_EVENTS = 1_000
const FLUSH_MS = 250
const CALL_MS = 10_000
const REFUSED_MS = 5_000
const DEFAULT_MAX_PENDING = 20_000
const DEFAULT_CLOSE_MS = 30_000

/** Events that are sent together. */
interface Batch {
  events: UsageEventInput[]
  segment: SpoolSegment | null
  /** Whether it is being sent, or is full: then no more events get in. */
  isClosed: boolean
  /** Those on their way into the spool. */
  keeping: Set<Promise<void>>
}

/** Someone who waits until an event more may be pending. */
interface Waiter {
  event: UsageEventInput
  enter: () => void
  fail: (error: unknown) => void
}

/** Reports usage in batches, each event once: what fails is sent again, and counts once by its id. */
export class UsageReporter {
  readonly #server: Server
  readonly #options: UsageOptions & { onError: (error: unknown) => void }
  readonly #maxPending: number
  /** In the order in which they are sent. One leaves when all of it is recorded. */
  readonly #batches: Batch[] = []
  readonly #released = new Set<string>()
  #pending = 0
  readonly #waiting: Waiter[] = []
  /** Events that may be pending and are not in a batch for good. */
  readonly #entering = new Set<Promise<void>>()
  #sending: Promise<void> | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #closing = new AbortController()
  #closed: Promise<void> | null = null
  /** Resolves once the spool is open; null where there is none. */
  readonly opened: Promise<void> | null

  constructor(server: Server, options: UsageOptions & { onError: (error: unknown) => void }) {
    this.#server = server
    this.#options = options
    this.#maxPending = options.maxPending ?? DEFAULT_MAX_PENDING
    if (!(this.#maxPending >= 1)) throw new TypeError('`maxPending` has to be a number, 1 or more.')
    this.opened = options.spool ? this.#open(options.spool) : null
    this.opened?.catch(options.onError)
  }

  /** How many events have not been recorded yet. */
  get pending(): number {
    return this.#pending
  }

  /** Takes an event on; waits while too many are pending. */
  async record(usage: Usage): Promise<void> {
    const event = eventOf(usage)
    if (this.#closed) throw new TypeError('The gateway is closed.')
    if (this.#pending < this.#maxPending) this.#pending += 1
    // Whoever makes room counts this event in.
    else await new Promise<void>((enter, fail) => this.#waiting.push({ event, enter, fail }))
    const entering = this.#keep(event)
    this.#entering.add(entering)
    try {
      await entering
    } catch (error) {
      this.#leave(1)
      throw error
    } finally {
      this.#entering.delete(entering)
    }
    this.#schedule()
  }

  /** Lets a reservation go whose request came to nothing. */
  release(reservation: string): void {
    // One that is not told of is let go by the server, which takes a day.
    if (this.#released.size >= this.#maxPending) this.#released.delete([...this.#released][0] ?? '')
    this.#released.add(reservation)
    this.#schedule()
  }

  /** Sends everything; what cannot be sent in time is thrown. */
  close(timeout: number = DEFAULT_CLOSE_MS): Promise<void> {
    this.#closed ??= this.#close(timeout)
    return this.#closed
  }

  async #close(timeout: number): Promise<void> {
    const { spool } = this.#options
    const { signal } = this.#closing
    const over = setTimeout(() => this.#closing.abort(), timeout)
    clearTimeout(this.#timer)
    while ((this.#pending > 0 || this.#released.size > 0) && !signal.aborted) {
      await orAborted(Promise.allSettled(this.#entering), signal).catch(() => {})
      await this.#flush()
    }
    clearTimeout(over)
    for (const { event, fail } of this.#waiting.splice(0)) fail(new UsageNotRecordedError([event], false))
    const left = this.#batches.flatMap(({ events }) => events)
    await spool?.close()
    if (left.length > 0) throw new UsageNotRecordedError(left, spool !== undefined)
  }

  async #open(spool: Spool): Promise<void> {
    for (const segment of await spool.open()) {
      const events = segment.lines.map(readLine).filter((event) => event !== null)
      if (events.length < segment.lines.length) {
        this.#options.onError(new Error('The spool of usage events has lines that are none; they are passed over.'))
      }
      this.#batches.push({ events, segment, isClosed: true, keeping: new Set() })
      this.#pending += events.length
    }
    if (this.#batches.length > 0) this.#schedule()
  }

  /** Puts an event into a batch, and into the spool. */
  async #keep(event: UsageEventInput): Promise<void> {
    if (this.opened) await this.opened
    const batch = this.#batchToFill()
    batch.events.push(event)
    if (!batch.segment) return
    const keeping = batch.segment.append(JSON.stringify(event))
    batch.keeping.add(keeping)
    try {
      await keeping
    } catch (error) {
      // The caller is told that it was not taken on.
      batch.events.splice(batch.events.indexOf(event), 1)
      throw error
    } finally {
      batch.keeping.delete(keeping)
    }
  }

  #batchToFill(): Batch {
    const last = this.#batches.at(-1)
    if (last && !last.isClosed && last.events.length < MAX_EVENTS) return last
    const segment = this.#options.spool?.begin() ?? null
    const batch: Batch = { events: [], segment, isClosed: false, keeping: new Set() }
    this.#batches.push(batch)
    return batch
  }

  /** Makes room: whoever waits longest enters first. */
  #leave(count: number): void {
    this.#pending -= count
    const entering = this.#waiting.splice(0, Math.max(0, this.#maxPending - this.#pending))
    this.#pending += entering.length
    for (const { enter } of entering) enter()
  }

  #schedule(): void {
    if (this.#sending || this.#closed) return
    if (this.#pending >= MAX_EVENTS) void this.#flush()
    // A process that ends by itself has to wait for what is pending: this timer is not let go.
    else this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_MS)
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null
      if (this.#pending > 0 || this.#released.size > 0) this.#schedule()
    })
    return this.#sending
  }

  /** Sends what is there by now, batch by batch; what comes meanwhile gathers for the next time. */
  async #send(): Promise<void> {
    const { spool, onError } = this.#options
    for (let left = Math.max(1, this.#batches.length); left > 0; left -= 1) {
      const [batch] = this.#batches
      if (batch) {
        batch.isClosed = true
        if (spool) await Promise.allSettled(batch.keeping)
      }
      const events = batch?.events ?? []
      const released = [...this.#released].slice(0, MAX_EVENTS)
      for (let from = 0; from < Math.max(1, events.length); from += MAX_EVENTS) {
        const some = events.slice(from, from + MAX_EVENTS)
        if (!(await this.#deliver(some, from === 0 ? released : []))) return
      }
      for (const reservation of released) this.#released.delete(reservation)
      if (!batch) return
      this.#batches.shift()
      this.#leave(events.length)
      await batch.segment?.remove().catch(onError)
    }
  }

  /** Sends until it is answered; false once there is no more time. */
  async #deliver(events: readonly UsageEventInput[], released: readonly string[]): Promise<boolean> {
    const { signal } = this.#closing
    for (let failures = 0; !signal.aborted; failures += 1) {
      if (events.length === 0 && released.length === 0) return true
      try {
        await this.#ask(events, released)
        return true
      } catch (error) {
        if (signal.aborted) return false
        // One event that cannot be read must not be in the way of the others for ever.
        if (isUnreadable(error) && (await this.#canRecord())) return this.#deliverParts(events, released)
        this.#options.onError(error)
        // A token that is refused may be mended: nothing is given up.
        await wait(isRefusal(error) ? REFUSED_MS : backoff(failures), signal).catch(() => {})
      }
    }
    return false
  }

  async #ask(events: readonly UsageEventInput[], released: readonly string[]): Promise<void> {
    const asked = this.#server.ask(usageRecord, { input: { events, released } }, CALL_MS)
    const { rejected } = await orAborted(asked, this.#closing.signal)
    for (const { index, ...refusal } of rejected) this.#reject(events[index], refusal)
  }

  /** Whether usage can be recorded at all: if so, what was refused is refused for what it says. */
  async #canRecord(): Promise<boolean> {
    return this.#ask([], []).then(
      () => true,
      () => false,
    )
  }

  /** Sends halves of what could not be read, and halves of those, until what cannot be read is alone. */
  async #deliverParts(events: readonly UsageEventInput[], released: readonly string[]): Promise<boolean> {
    const [event] = events
    if (event && released.length > 0) return (await this.#deliver(events, [])) && this.#deliver([], released)
    const all = event ? events.length : released.length
    if (all === 1) {
      const message = 'The event cannot be read: one of its values is not of its kind.'
      if (event) this.#reject(event, { eventId: event.eventId, code: 'INVALID', message })
      else this.#options.onError(new Error('A reservation that was to be released is none.'))
      return true
    }
    const half = Math.ceil(all / 2)
    const first = await this.#deliver(events.slice(0, half), released.slice(0, half))
    return first && this.#deliver(events.slice(half), released.slice(half))
  }

  #reject(event: UsageEventInput | undefined, refusal: Omit<RejectedUsageEvent, 'index'>): void {
    if (!event) return
    const { onRejected, onError } = this.#options
    try {
      if (onRejected) onRejected({ ...refusal, event })
      else onError(new Error(`The usage event ${event.eventId} was refused (${refusal.code}): ${refusal.message}`))
    } catch (error) {
      onError(error)
    }
  }
}

/** Whether the server could not read what it was sent. */
const isUnreadable = (error: unknown): boolean => hasCode(error, 'BAD_REQUEST', 'VALIDATION')
