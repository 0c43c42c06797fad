import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '@keyward/prisma/database'
import { innermostReason, isUnavailable } from '@keyward/prisma/errors'
import { encodeId } from '../../core/ids.ts'
import { lineOf } from './line.ts'
import { confirm, disown, noteAttempt, own, type Place, readDue } from './sql.ts'

const POLL_MS = 1_000
/** How long a process remains the sender without renewing. Longer than an attempt takes. */
const OWNED_MS = 30_000
const RENEW_MS = 10_000
const LONGEST_WAIT_MS = 60_000
/** Maximum number of events of one organization in a batch, so that a busy organization does not delay others. */
const OF_EACH = 100
const AT_MOST = 500
const BYTES = 1_000_000
const FIRST = '00000000-0000-0000-0000-000000000000'

/** Events that are sent together, unchanged in every attempt. */
export interface Batch {
  id: string
  /** JSON Lines. Each line ends with a line break. */
  body: string
  /** The last event of each organization in the batch. */
  last: ReadonlyMap<string, Place>
  /**
   * Organizations in the batch whose last confirmed event the log lacks. Their streams restart with their first event.
   */
  restarted: ReadonlySet<string>
}

export interface StreamOptions {
  database: Database
  /** Passes a batch to the receiver. Throws unless the receiver has stored it. */
  deliver(batch: Batch, signal: AbortSignal): Promise<void>
  /** Called at the first of successive failures, and with null when the receiver accepts events again. */
  onChange(failure: Error | null): void
  /**
   * Called with the public ids of organizations whose events are sent from the first one, because the log has another
   * history.
   */
  onRestart(organizationIds: string[]): void
}

/** A running stream. */
export interface AuditStream {
  /** Stops, so that another process continues. The batch in progress can be sent twice. */
  stop(): Promise<void>
}

/**
 * Streams audit events to a receiver: at least once, and each organization's events in the order of its chain. The events are
 * read from the log that changes have committed, so no change waits for the receiver. One process of the instance sends.
 */
export function streamAuditEvents({ database, deliver, onChange, onRestart }: StreamOptions): AuditStream {
  const owner = randomUUID()
  const closing = new AbortController()
  const { signal } = closing
  let ownedSince = Number.NEGATIVE_INFINITY
  let after = FIRST
  let pending: Batch | null = null
  let failures = 0
  /** Whether the database knows about the last success. Another process may have stored its failures there. */
  let isNoted = false

  const wait = (ms: number) => delay(ms, undefined, { signal, ref: false }).catch(() => undefined)

  async function isOwner(): Promise<boolean> {
    const at = performance.now()
    if (at - ownedSince < RENEW_MS) return true
    const now = database.clock.now()
    const owns = await own(database, owner, { now, until: new Date(now.getTime() + OWNED_MS) })
    // Another process may have sent the batch that this process prepared.
    if (!owns) {
      pending = null
      isNoted = false
    }
    ownedSince = owns ? at : Number.NEGATIVE_INFINITY
    return owns
  }

  /** Sends the next batch. Returns how long to wait before the one after it, in milliseconds. */
  async function step(): Promise<number> {
    if (!(await isOwner())) return POLL_MS
    if (!pending) {
      pending = await nextBatch(database, after)
      const restarted = [...(pending?.restarted ?? [])]
      if (restarted.length > 0) onRestart(restarted.map((id) => encodeId('Organization', id)))
    }
    if (!pending) {
      await noteSuccess()
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
    if (failure) return noteFailure(failure)
    // An event that a failover or a restore replaced in the meantime is not confirmed. The next batch contains the new
    // one.
    await confirm(database, batch.last)
    pending = null
    after = [...batch.last.keys()].at(-1) ?? FIRST
    await noteSuccess()
    return 0
  }

  async function noteSuccess(): Promise<void> {
    if (failures > 0) onChange(null)
    failures = 0
    if (!isNoted) await noteAttempt(database, owner, database.clock.now(), null)
    isNoted = true
  }

  /** Records a failed attempt. Returns how long to wait before the next one, in milliseconds. */
  async function noteFailure(failure: Error): Promise<number> {
    if (failures === 0) onChange(failure)
    failures += 1
    isNoted = false
    await noteAttempt(database, owner, database.clock.now(), failure.message)
    return Math.min(POLL_MS * 2 ** (failures - 1), LONGEST_WAIT_MS)
  }

  /** Called after an error of the step itself. While the database is unreachable, the next step tries again. */
  const afterError = (error: unknown): number | Promise<number> =>
    isUnavailable(error) ? POLL_MS : noteFailure(new Error(innermostReason(error).reason))

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const ms = await step()
        .catch(afterError)
        .catch(() => POLL_MS)
      if (ms > 0) await waitAsOwner(ms)
    }
    await disown(database, owner).catch(() => undefined)
  }

  /** Waits and stays the sender, because the receiver would be unreachable for another process, too. */
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
  const last = new Map<string, Place>()
  const restarted = new Set<string>()
  let size = 0
  for (const row of rows) {
    const line = `${lineOf(row)}\n`
    size += Buffer.byteLength(line)
    if (lines.length > 0 && size > BYTES) break
    lines.push(line)
    last.set(row.organization_id, { sequence: row.sequence, hash: row.hash.toString('hex') })
    if (row.restarts) restarted.add(row.organization_id)
  }
  return lines.length === 0 ? null : { id: randomUUID(), body: lines.join(''), last, restarted }
}
