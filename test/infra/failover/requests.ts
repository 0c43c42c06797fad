/** The outcome of a request under load. */
export type Outcome =
  /** The expected answer. */
  | 'right'
  /** No decision or no change: the answer says so, or there was none. */
  | 'unavailable'
  /** An answer that contradicts what was acknowledged before. */
  | 'false'

/** A request without the expected answer. Times are of `performance.now()`. */
export interface Failure {
  kind: string
  outcome: Exclude<Outcome, 'right'>
  began: number
  ended: number
  reason: string
}

/** Counts requests by kind, and keeps those that failed. */
export class Requests {
  readonly failures: Failure[] = []
  readonly sent = new Map<string, number>()
  /** The longest duration of a request, by kind, in milliseconds. */
  readonly slowest = new Map<string, number>()

  /** Times a request. An exception counts as no answer. */
  async time<T>(
    kind: string,
    send: () => Promise<{ outcome: Outcome; reason?: string; value?: T }>,
  ): Promise<T | null> {
    const began = performance.now()
    const {
      outcome,
      reason = '',
      value,
    } = await send().catch((error: unknown) => ({
      outcome: 'unavailable' as const,
      reason: describe(error),
      value: undefined,
    }))
    const ended = performance.now()
    this.sent.set(kind, (this.sent.get(kind) ?? 0) + 1)
    this.slowest.set(kind, Math.max(this.slowest.get(kind) ?? 0, ended - began))
    if (outcome !== 'right') this.failures.push({ kind, outcome, began, ended, reason })
    return outcome === 'right' ? (value ?? null) : null
  }

  /** Answers that contradict an acknowledgement. */
  get false(): Failure[] {
    return this.failures.filter(({ outcome }) => outcome === 'false')
  }

  /** Failures outside the given windows of time. */
  outside(windows: readonly { from: number; to: number }[]): Failure[] {
    return this.failures.filter(({ began, ended }) => !windows.some(({ from, to }) => began <= to && ended >= from))
  }

  /** The time of the last failure that began after a time; that time if there was none. */
  lastFailureAfter(time: number): number {
    return Math.max(time, ...this.failures.filter(({ ended }) => ended > time).map(({ ended }) => ended))
  }

  get total(): number {
    return [...this.sent.values()].reduce((sum, count) => sum + count, 0)
  }
}

/** An error with the errors that caused it. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`
}
