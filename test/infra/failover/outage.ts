import { setTimeout as delay } from 'node:timers/promises'
import { vi } from 'vitest'
import { WatchedClient } from '../../../prisma/watched-client.ts'
import type { Load } from './load.ts'

/** The longest time limit of a request: that of a change, whose statements end after 33 s. */
export const DEADLINE_MS = 35_000
/** Without a failure for this long, an outage is over. */
const CALM_MS = 5_000

/** The figures of an outage. Times are in milliseconds. */
export interface Outage {
  /** From the fault until the new primary accepts writes. */
  promotion: number
  /** From then on until the last failure of any kind of request. */
  recovery: number
  failures: number
  slowest: number
  /** The time of the last failure. */
  ended: number
}

/** Resolves with the time at which a standby accepts writes. */
export async function promotionOf(url: string): Promise<{ at: Promise<number> }> {
  const client = new WatchedClient({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  const watch = async () => {
    for (;;) {
      const { rows } = await client.query<{ away: boolean }>('SELECT pg_is_in_recovery() AS away')
      if (rows[0]?.away === false) break
      await delay(10)
    }
    const at = performance.now()
    await client.end()
    return at
  }
  return { at: watch() }
}

/** Waits until every kind of request is answered again, and returns the figures of the outage. */
export async function endOfOutage({ requests }: Load, began: number, promoted: number): Promise<Outage> {
  const before = new Map(requests.sent)
  const isOver = () =>
    performance.now() - requests.lastFailureAfter(promoted) > CALM_MS &&
    [...before].every(([kind, count]) => (requests.sent.get(kind) ?? 0) > count + 10)
  await vi.waitUntil(isOver, { timeout: 180_000, interval: 100 })
  const during = requests.failures.filter(({ ended }) => ended >= began)
  const ended = requests.lastFailureAfter(promoted)
  return {
    ended,
    promotion: Math.round(promoted - began),
    recovery: Math.round(ended - promoted),
    failures: during.length,
    slowest: Math.round(Math.max(0, ...requests.slowest.values())),
  }
}

/** Failures by kind and reason, most frequent first, for the output of a test. */
export function summaryOf({ requests }: Load): string {
  const counts = new Map<string, number>()
  for (const { kind, reason } of requests.failures) {
    const line = `${kind}: ${reason}`
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  const lines = [...counts].sort(([, a], [, b]) => b - a).map(([line, count]) => `  ${count} × ${line}`)
  return lines.slice(0, 15).join('\n')
}

/** The figures, for the output of a test. */
export const figuresOf = ({ promotion, recovery, failures, slowest }: Outage): string =>
  `promoted after ${promotion} ms, the last failure ${recovery} ms later, ${failures} failures, the slowest request ${slowest} ms`
