import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '@keyward/prisma/database'
import { lineOf } from './line.ts'
import { confirm, disown, noteAttempt, own, readDue } from './sql.ts'

const POLL_MS = 1_000
/** How long a process sends before it must say so again: longer than an attempt. */
const OWNED_MS = 30_000
const RENEW_MS = 10_000
const LONGEST_WAIT_MS = 60_000
/** One busy organization must not hold up the others. */
const OF_EACH = 100
const AT_MOST = 500
const BYTES = 1_000_000
const FIRST = '00000000-0000-0000-0000-000000000000'

/** Events that are sent together: the same at every attempt. */
export interface Batch {
  id: string
  /** JSON Lines. Each line ends with a line break. */
  body: string
  /** The last sequence of each organization in it. */
  last: ReadonlyMap<string, string>
}

export interface StreamOptions {
  database: Database
  /** Hands a batch to the receiver. Throws unless the receiver has stored it. */
  deliver(batch: Batch, signal: AbortSignal): Promise<void>
  /** Called with the first failure in a row, and with null once the receiver takes events again. */
  onChange(failure: Error | null): void
}

/** A stream that runs. */
export interface AuditStream {
  /** Stops, and lets another process continue. A batch that is being sent may be sent again. */
  stop(): Promise<void>
}

/**
 * Streams audit events to a receiver: at least once, and each organization's events in the order of its chain. The events are
 * read from the log that changes have committed, so no change waits for the receiver. One process of the instance sends.
 */
export function streamAuditEvents({ database, deliver, onChange }: StreamOptions): AuditStream {
  const owner = randomUUID()
  const closing = new AbortController()
  const { signal } = closing
  let ownedSince = Number.NEGATIVE_INFINITY
  let after = FIRST
  let pending: Batch | null = null
  let failures = 0

  const wait = (ms: number) => delay(ms, undefined, { signal, ref: false }).catch(() => undefined)

  async function isOwner(): Promise<boolean> {
    const at = performance.now()
    if (at - ownedSince < RENEW_MS) return true
    const now = database.clock.now()
    const owns = await own(database, owner, { now, until: new Date(now.getTime() + OWNED_MS) })
    // Another process may have sent what this one held.
    if (!owns) pending = null
    ownedSince = owns ? at : Number.NEGATIVE_INFINITY
    return owns
  }

  /** Sends the next batch. Returns how long to wait before the one after it, in milliseconds. */
  async function step(): Promise<number> {
    if (!(await isOwner())) return POLL_MS
    pending ??= await nextBatch(database, after)
    if (!pending) {
      const isDone = after === FIRST
      after = FIRST
      return isDone ? POLL_MS : 0
    }
    const batch = pending
    const failure = await deliver(batch, signal).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    )
    if (failure && signal.aborted) return 0
    if (failure ? failures === 0 : failures > 0) onChange(failure)
    failures = failure ? failures + 1 : 0
    if (!failure) {
      await confirm(database, batch.last)
      pending = null
      after = [...batch.last.keys()].at(-1) ?? FIRST
    }
    await noteAttempt(database, owner, database.clock.now(), failure?.message ?? null)
    return failure ? Math.min(POLL_MS * 2 ** (failures - 1), LONGEST_WAIT_MS) : 0
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      // The database is away: the next step tries again.
      const ms = await step().catch(() => POLL_MS)
      if (ms > 0) await waitAsOwner(ms)
    }
    await disown(database, owner).catch(() => undefined)
  }

  /** Waits, and stays the owner meanwhile: another process would find the same receiver away. */
  async function waitAsOwner(ms: number): Promise<void> {
    for (let left = ms; left > 0 && !signal.aborted; left -= RENEW_MS) {
      await wait(Math.min(left, RENEW_MS))
      if (left > RENEW_MS) await isOwner().catch(() => false)
    }
  }

  const running = database.detached(run)
  return {
    async stop() {
      closing.abort()
      await running
    },
  }
}

async function nextBatch(database: Database, after: string): Promise<Batch | null> {
  const rows = await readDue(database, after, { ofEach: OF_EACH, atMost: AT_MOST })
  const lines: string[] = []
  const last = new Map<string, string>()
  let size = 0
  for (const row of rows) {
    const line = `${lineOf(row)}\n`
    size += Buffer.byteLength(line)
    if (lines.length > 0 && size > BYTES) break
    lines.push(line)
    last.set(row.organization_id, row.sequence)
  }
  return lines.length === 0 ? null : { id: randomUUID(), body: lines.join(''), last }
}
