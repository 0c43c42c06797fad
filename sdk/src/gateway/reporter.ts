import { usageRecord } from '../generated/documents.ts'
import type { RejectedUsageEvent, UsageEventInput } from '../generated/types.ts'
import { backoff, wait } from '../retry.ts'
import { isRefusal, unref } from './link.ts'
import type { Server } from './server.ts'

const MAX_EVENTS = 1_000
const FLUSH_MS = 250
const CALL_MS = 10_000
const REFUSED_MS = 5_000
const DEFAULT_MAX_PENDING = 20_000
const DEFAULT_CLOSE_MS = 30_000

/** What one request used and did cost. */
export interface Usage extends Omit<UsageEventInput, 'eventId' | 'occurredAt' | 'credentialId'> {
  /**
   * What `authorize` answered: tells what the usage is attributed to, and which reservation it settles. Without it,
   * `credentialId` has to be given.
   */
  readonly answer?:
    | {
        readonly credentialId: string
        readonly kind: string
        readonly organizationId: string
        readonly reservation: string | null
      }
    | undefined
  /** What the usage is attributed to; what `answer` tells if not given. */
  readonly credentialId?: string | undefined
  /** What the event is known by; a new UUID if not given. */
  readonly eventId?: string | undefined
  /** When it happened; now if not given. */
  readonly occurredAt?: string | undefined
}

/** Keeps events where a crash of the process does not reach them, until they are recorded. */
export interface Spool {
  /** What was kept and not recorded when the process ended, in segments. */
  open(): Promise<{ readonly segment: string; readonly lines: readonly string[] }[]>
  /** Keeps lines; answers the segment that they are in. */
  append(lines: readonly string[]): Promise<string>
  /** Begins a new segment: nothing more is put into the last one. */
  rotate(): void
  /** Forgets a segment. */
  remove(segment: string): Promise<void>
  close(): Promise<void>
}

/** An event that the server refused, and why. It is not sent again. */
export interface UsageRejection extends Omit<RejectedUsageEvent, 'index'> {
  readonly event: UsageEventInput
}

/** How usage is reported. */
export interface UsageOptions {
  /** How many events may wait to be recorded; beyond it `record` waits. 20,000 if not given. */
  readonly maxPending?: number | undefined
  /** Where events are kept until they are recorded; only in memory if not given. */
  readonly spool?: Spool | undefined
  /** Hears of events that the server refused; `onError` of the gateway does if not given. */
  readonly onRejected?: ((rejection: UsageRejection) => void) | undefined
}

/** Usage that could not be recorded before the time was over. */
export class UsageNotRecordedError extends Error {
  static {
    UsageNotRecordedError.prototype.name = 'UsageNotRecordedError'
  }
  /** The events, to be recorded by other means: each counts once, however often it is sent. */
  readonly events: readonly UsageEventInput[]

  constructor(events: readonly UsageEventInput[], isSpooled: boolean) {
    const fate = isSpooled ? 'They are in the spool, and are recorded at the next start.' : 'They are in `events`.'
    super(`${events.length} usage events could not be recorded in time. ${fate}`)
    this.events = events
  }
}

interface Batch {
  events: UsageEventInput[]
  segment: string | null
}

/** Reports usage in batches, each event once: what fails is sent again, and counts once by its id. */
export class UsageReporter {
  readonly #server: Server
  readonly #options: UsageOptions & { onError: (error: unknown) => void }
  readonly #maxPending: number
  #batches: Batch[] = []
  #released: string[] = []
  #pending = 0
  /** Events on their way into the spool. */
  readonly #keeping = new Set<Promise<void>>()
  #sending: Promise<void> | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #room: (() => void)[] = []
  readonly #closing = new AbortController()
  #isClosed = false
  readonly #opened: Promise<void>

  constructor(server: Server, options: UsageOptions & { onError: (error: unknown) => void }) {
    this.#server = server
    this.#options = options
    this.#maxPending = options.maxPending ?? DEFAULT_MAX_PENDING
    if (!(this.#maxPending >= 1)) throw new TypeError('`maxPending` has to be a number, 1 or more.')
    this.#opened = this.#open()
    this.#opened.catch(options.onError)
  }

  /** How many events have not been recorded yet. */
  get pending(): number {
    return this.#pending
  }

  /** Takes an event on; waits while too many are pending. */
  async record(usage: Usage): Promise<void> {
    const event = eventOf(usage)
    if (this.#isClosed) throw new TypeError('The gateway is closed.')
    while (this.#pending >= this.#maxPending) await new Promise<void>((resolve) => this.#room.push(resolve))
    this.#pending += 1
    const keeping = this.#keep(event)
    this.#keeping.add(keeping)
    try {
      await keeping
    } catch (error) {
      this.#pending -= 1
      throw error
    } finally {
      this.#keeping.delete(keeping)
    }
    this.#schedule()
  }

  /** Lets a reservation go whose request came to nothing. */
  release(reservation: string): void {
    this.#released.push(reservation)
    this.#schedule()
  }

  /** Sends everything; what cannot be sent in time is thrown. */
  async close(timeout = DEFAULT_CLOSE_MS): Promise<void> {
    this.#isClosed = true
    const over = setTimeout(() => this.#closing.abort(), timeout)
    const { signal } = this.#closing
    while ((this.#pending > 0 || this.#released.length > 0) && !signal.aborted) {
      await this.#flush()
    }
    clearTimeout(over)
    clearTimeout(this.#timer)
    await this.#options.spool?.close()
    const left = this.#batches.flatMap(({ events }) => events)
    if (left.length > 0) throw new UsageNotRecordedError(left, this.#options.spool !== undefined)
  }

  async #keep(event: UsageEventInput): Promise<void> {
    await this.#opened
    this.#add(event, (await this.#options.spool?.append([JSON.stringify(event)])) ?? null)
  }

  async #open(): Promise<void> {
    for (const { segment, lines } of (await this.#options.spool?.open()) ?? []) {
      const events = lines.map(readLine).filter((event) => event !== null)
      this.#batches.push({ events, segment })
      this.#pending += events.length
    }
    if (this.#batches.length > 0) this.#schedule()
  }

  #add(event: UsageEventInput, segment: string | null): void {
    const last = this.#batches.at(-1)
    if (last && last.segment === segment && (segment !== null || last.events.length < MAX_EVENTS))
      last.events.push(event)
    else this.#batches.push({ events: [event], segment })
  }

  #schedule(): void {
    if (this.#sending || this.#isClosed) return
    if (this.#pending >= MAX_EVENTS) void this.#flush()
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined
        void this.#flush()
      }, FLUSH_MS)
      // A process that ends by itself has to wait for what is pending: this timer is not let go.
      if (this.#pending === 0) unref(this.#timer)
    }
  }

  #flush(): Promise<void> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null
      if (this.#pending > 0 || this.#released.length > 0) this.#schedule()
    })
    return this.#sending
  }

  /** Sends what is there by now, batch by batch; what fails for a while is tried again until it succeeds. */
  async #send(): Promise<void> {
    this.#options.spool?.rotate()
    // A segment is complete once everything that was on its way into it has arrived.
    await Promise.allSettled(this.#keeping)
    const batches = this.#batches
    this.#batches = []
    const open: Batch = { events: [], segment: null }
    for (const batch of batches.length > 0 ? batches : [open]) {
      while (batch.events.length > 0 || this.#released.length > 0) {
        const events = batch.events.slice(0, MAX_EVENTS)
        const released = this.#released.slice(0, MAX_EVENTS)
        if (!(await this.#sendOnce(events, released))) {
          // The time is over: what is left goes back to the front.
          this.#batches = [...batches.filter(({ events: left }) => left.length > 0), ...this.#batches]
          return
        }
        batch.events.splice(0, events.length)
        this.#released.splice(0, released.length)
        this.#pending -= events.length
        for (const resolve of this.#room.splice(0)) resolve()
      }
      if (batch.segment !== null) await this.#options.spool?.remove(batch.segment).catch(this.#options.onError)
    }
  }

  /** Whether events were sent; false once there is no more time. */
  async #sendOnce(events: UsageEventInput[], released: string[]): Promise<boolean> {
    const { signal } = this.#closing
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const { rejected } = await this.#server.ask(usageRecord, { input: { events, released } }, CALL_MS)
        for (const { index, ...refusal } of rejected) this.#reject(events[index], refusal)
        return true
      } catch (error) {
        if (signal.aborted) return false
        this.#options.onError(error)
        // A token that is refused may be mended: nothing is given up.
        await wait(isRefusal(error) ? REFUSED_MS : backoff(failures), signal).catch(() => {})
      }
    }
    return false
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

function eventOf({ answer, credentialId, eventId, occurredAt, ...rest }: Usage): UsageEventInput {
  const attributed = credentialId ?? answer?.credentialId
  if (attributed === undefined) throw new TypeError('Give `answer`, or `credentialId`.')
  return {
    ...(answer?.kind === 'PLAYGROUND' ? { organizationId: answer.organizationId } : {}),
    ...(answer?.reservation ? { reservation: answer.reservation } : {}),
    ...rest,
    credentialId: attributed,
    eventId: eventId ?? crypto.randomUUID(),
    occurredAt: occurredAt ?? new Date().toISOString(),
  }
}

/** An event of a spool; null for a line that a crash cut off: whoever wrote it was not told that it is kept. */
function readLine(line: string): UsageEventInput | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
