import type { Host } from '../ports.ts'

/** Number of unknown secrets that a source may present at once. It regains one after each interval, in milliseconds. */
export interface Bound {
  readonly burst: number
  readonly intervalMs: number
}

/** Interval at which the look-ups of all sources over their bound are sent together. */
const TURN_MS = 100
const MOST_SOURCES = 50_000

/**
 * Limits look-ups of unknown secrets by their source, such as a client address. Look-ups of a source over its bound
 * wait for a shared turn. So they cost only a few statements a second, regardless of their number. A valid secret among
 * them is delayed. It is denied only if too many look-ups of its source already wait.
 */
export class UnknownBound {
  readonly #host: Pick<Host, 'elapsed' | 'after'>
  /** The time at which each source has regained its whole bound, by the process's clock. */
  readonly #regained = new Map<string, number>()
  /** Look-ups that wait for the next turn, by source. */
  #waiting = new Map<string, number>()
  #turn: Promise<void> | undefined

  constructor(host: Pick<Host, 'elapsed' | 'after'>) {
    this.#host = host
  }

  /** Counts a secret of a source that may be unknown. */
  count(source: string, { burst, intervalMs }: Bound): void {
    const now = this.#host.elapsed()
    const regained = Math.max(this.#regained.get(source) ?? 0, now) + intervalMs
    // Deleting an entry first keeps the sources in the order of their last unknown secret.
    this.#regained.delete(source)
    this.#regained.set(source, Math.min(regained, now + burst * intervalMs))
    for (const oldest of this.#regained.keys()) {
      if (this.#regained.size <= MOST_SOURCES) break
      this.#regained.delete(oldest)
    }
  }

  /** Stops counting a secret that turned out to be known, or could not be looked up. */
  forgive(source: string, { intervalMs }: Bound): void {
    const regained = this.#regained.get(source)
    if (regained !== undefined) this.#regained.set(source, regained - intervalMs)
  }

  /** Whether a source is over its bound. */
  isOver(source: string, { burst, intervalMs }: Bound): boolean {
    const regained = this.#regained.get(source)
    return regained !== undefined && regained - this.#host.elapsed() > (burst - 1) * intervalMs
  }

  /** Waits for the next turn. Null if too many look-ups of the source already wait. */
  wait(source: string, most: number): Promise<void> | null {
    const waiting = this.#waiting.get(source) ?? 0
    if (waiting >= most) return null
    this.#waiting.set(source, waiting + 1)
    this.#turn ??= new Promise((resolve) => {
      this.#host.after(TURN_MS, () => {
        this.#turn = undefined
        this.#waiting = new Map()
        resolve()
      })
    })
    return this.#turn
  }
}
