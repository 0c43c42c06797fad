import { setTimeout as delay } from 'node:timers/promises'

/** An observer: a forward-auth endpoint of a replica, or a gateway module. */
export interface Observer {
  name: string
  accepts(secret: string): boolean | Promise<boolean>
}

/** A key that will be revoked. */
export interface Doomed {
  id: string
  secret: string
}

/** Time of an observer's first denial, in milliseconds after the acknowledgement of the revocation. */
export interface Seen {
  observer: string
  afterMs: number
}

const PAUSE_MS = 2

/**
 * Revokes a key that every observer has cached, and polls all of them until each denies it. A denial before the
 * acknowledgement counts as 0. Throws if one allows the key again or never denies it.
 */
export async function watchRevocation(
  observers: readonly Observer[],
  key: Doomed,
  revoke: (id: string) => Promise<void>,
  patienceMs = 30_000,
): Promise<Seen[]> {
  for (const { name, accepts } of observers) {
    if (!(await accepts(key.secret))) throw new Error(`${name} denies a key that is not revoked`)
  }
  let acknowledgedAt = Number.POSITIVE_INFINITY
  const watch = async ({ name, accepts }: Observer): Promise<Seen> => {
    while (await accepts(key.secret)) {
      if (performance.now() > acknowledgedAt + patienceMs) throw new Error(`${name} never applied a revocation`)
      await delay(PAUSE_MS)
    }
    const refusedAt = performance.now()
    return { observer: name, afterMs: Math.max(0, refusedAt - Math.min(acknowledgedAt, refusedAt)) }
  }
  const watching = Promise.all(observers.map(watch))
  const revoking = revoke(key.id).then(() => {
    acknowledgedAt = performance.now()
  })
  const [seen] = await Promise.all([watching, revoking])
  for (const { name, accepts } of observers) {
    if (await accepts(key.secret)) throw new Error(`${name} accepts a revoked key again`)
  }
  return seen
}

/** Statistics of the delays, in whole milliseconds. */
export function figuresOf(seen: readonly Seen[]): { p50: number; p99: number; max: number } {
  const sorted = seen.map(({ afterMs }) => afterMs).sort((a, b) => a - b)
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0)
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

/** Statistics by observer, one line each. */
export function tellFigures(seen: readonly Seen[]): string {
  const names = [...new Set(seen.map(({ observer }) => observer))]
  const line = (name: string, of: readonly Seen[]) => {
    const { p50, p99, max } = figuresOf(of)
    return `  ${name}: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms of ${of.length}`
  }
  return [
    ...names.map((name) =>
      line(
        name,
        seen.filter(({ observer }) => observer === name),
      ),
    ),
    line('all', seen),
  ].join('\n')
}
