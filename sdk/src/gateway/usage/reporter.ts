import { usageRecord } from '../../generated/gateway-documents.ts'
import type { RejectedUsageEvent } from '../../generated/types.ts'
import { backoff, wait } from '../../internal/retry.ts'
import { hasCode, isRefusal, orAborted, type Server } from '../link/server.ts'
import { eventOf, FORMS, match, sendable } from './event.ts'
import type { PendingEvent } from './spool.ts'
import { type Usage, UsageNotRecordedError, type UsageOptions } from './usage.ts'

const MAX_EVENTS = 1_000
const FLUSH_MS = 250
/** How often to check whether events were written to the spool, in milliseconds. */
const ENTERING_MS = 5
const CALL_MS = 10_000
const REFUSED_MS = 5_000

/** Reports usage in batches. Failed batches are resent. Each event has an id, so it is counted once. */
export interface UsageReporter {
  /** Resolves when the spool is open. */
  readonly opened: Promise<void> | undefined
  /** Number of events that are not recorded yet. */
  pending(): number
  /** Accepts an event. Waits while too many are pending. */
  record(usage: Usage): Promise<void>
  /** Releases the reservation of a request that was not served. */
  release(reservation: string): void
  /** Resolves when the server has received all currently pending events, or does not respond in time. */
  sent(): Promise<unknown>
  /** Sends all pending events. Throws an error with the events that could not be sent in time. */
  close(timeout?: number): Promise<void>
}

/** A caller that waits until another event is allowed to become pending. */
interface Waiter {
  event: PendingEvent
  enter: () => void
  fail: (error: unknown) => void
}

export function reportUsage(
  server: Server,
  { maxPending = 20_000, spool, onRejected }: UsageOptions,
  onError: (error: unknown) => void,
  /** The server's time, in milliseconds. */
  now: () => number,
): UsageReporter {
  if (!(maxPending >= 1)) throw new TypeError('`maxPending` has to be a number, 1 or more.')
  /** Queued events, in the order of sending. Other pending events are still being written to the spool. */
  const queue: PendingEvent[] = []
  const released = new Set<string>()
  const waiting: Waiter[] = []
  const closing = new AbortController()
  const { signal } = closing
  let pending = 0
  /** Maximum size of a batch. Reduced while a batch contains an event that the server cannot read. */
  let size = MAX_EVENTS
  let sending: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed: Promise<void> | undefined

  const opened = spool?.open(onError).then((events) => {
    for (const event of events) queue.push(event)
    pending += events.length
    schedule()
  })
  opened?.catch(onError)

  const asSent = (event: PendingEvent) => sendable(event, now())

  async function record(usage: Usage): Promise<void> {
    const event = eventOf(usage, now())
    if (closed) throw new TypeError('The gateway is closed.')
    if (pending < maxPending) pending += 1
    // `leave` already counts this event when it calls `enter`.
    else await new Promise<void>((enter, fail) => waiting.push({ event, enter, fail }))
    if (spool) {
      try {
        await opened
        await spool.append(event)
      } catch (error) {
        leave(1)
        throw error
      }
    }
    queue.push(event)
    schedule()
  }

  /** Makes room for waiting callers, the longest waiting first. */
  function leave(count: number): void {
    pending -= count
    const entering = waiting.splice(0, Math.max(0, maxPending - pending))
    pending += entering.length
    for (const { enter } of entering) enter()
  }

  function release(reservation: string): void {
    match('reservation', FORMS.reservation, reservation)
    // The server releases every reservation after a day anyway.
    if (released.size >= maxPending) released.delete([...released][0] ?? '')
    released.add(reservation)
    schedule()
  }

  function schedule(): void {
    if (sending || closed || queue.length + released.size === 0) return
    if (queue.length >= MAX_EVENTS) void flush()
    // The timer keeps a process alive while it has pending events.
    else timer ??= setTimeout(flush, FLUSH_MS)
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    sending ??= send().finally(() => {
      sending = null
      schedule()
    })
    return sending
  }

  async function sendAll(): Promise<void> {
    await sending
    if (queue.length + released.size > 0) await flush()
  }

  /** Sends batches until less than a full batch remains. The rest waits for more events. */
  async function send(): Promise<void> {
    let failures = 0
    do {
      try {
        await sendSome()
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        onError(error)
        // Someone may correct the rejected token, so no event is dropped.
        await wait(isRefusal(error) ? REFUSED_MS : backoff(failures), signal).catch(() => {})
        failures += 1
      }
    } while (!signal.aborted && (failures > 0 || queue.length + released.size >= size))
  }

  async function sendSome(): Promise<void> {
    const events = queue.slice(0, size)
    // While some events or reservations cannot be read, the two are sent separately.
    const names = size < MAX_EVENTS && events.length > 0 ? [] : [...released].slice(0, size)
    try {
      await ask(events, names)
    } catch (error) {
      // An unreadable event must not block the others. If nothing at all can be recorded, the event is not the cause.
      if (!hasCode(error, 'BAD_REQUEST', 'VALIDATION')) throw error
      await ask([], [])
      if (events.length + names.length > 1) {
        size = Math.ceil(Math.min(size, Math.max(events.length, names.length)) / 2)
        return
      }
      const [event] = events
      // The server cannot read this event, such as an edited line of a spool, or this reservation.
      if (event) reject(event, { eventId: event.eventId, field: null, code: 'INVALID', message: 'It cannot be read.' })
      else onError(error)
    }
    size = Math.min(MAX_EVENTS, size * 2)
    queue.splice(0, events.length)
    for (const name of names) released.delete(name)
    leave(events.length)
    if (events.length > 0) await spool?.remove(events.length).catch(onError)
  }

  async function ask(events: readonly PendingEvent[], names: readonly string[]): Promise<void> {
    const asked = server.ask(usageRecord, { input: { events: events.map(asSent), released: names } }, CALL_MS)
    for (const { index, ...refusal } of (await orAborted(asked, signal)).rejected) {
      const event = events[index]
      if (event) reject(event, refusal)
    }
  }

  function reject(event: PendingEvent, refusal: Omit<RejectedUsageEvent, 'index'>): void {
    try {
      if (onRejected) onRejected({ ...refusal, event: asSent(event) })
      else onError(new Error(`Usage event ${event.eventId} was rejected (${refusal.code}): ${refusal.message}`))
    } catch (error) {
      onError(error)
    }
  }

  async function closeIn(timeout: number): Promise<void> {
    const over = setTimeout(() => closing.abort(), timeout)
    while (pending + released.size > 0 && !signal.aborted) {
      if (queue.length + released.size > 0) await flush()
      else await wait(ENTERING_MS, undefined)
    }
    clearTimeout(over)
    for (const { event, fail } of waiting.splice(0)) fail(new UsageNotRecordedError([asSent(event)], false))
    await spool?.close()
    if (queue.length > 0) throw new UsageNotRecordedError(queue.map(asSent), spool !== undefined)
  }

  return {
    opened,
    pending: () => pending,
    record,
    release,
    sent: () => orAborted(sendAll(), AbortSignal.timeout(CALL_MS)).catch(onError),
    close: (timeout = 30_000) => (closed ??= closeIn(timeout)),
  }
}
