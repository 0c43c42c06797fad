import { DatabaseUnavailableError } from '@keyward/prisma/errors'

/**
 * A request's time limit. It pauses while the request waits for its turn to change something and while the change
 * commits. It restarts after the change: the outcome is known by then, and the response must not be lost.
 */
export class TimeLimit {
  readonly milliseconds: number
  readonly #passing = new AbortController()
  #changes = 0
  #timer: NodeJS.Timeout | undefined

  /** `elapsed` is the time that has already passed. */
  constructor(milliseconds: number, elapsed: number) {
    this.milliseconds = milliseconds
    this.#start(milliseconds - elapsed)
  }

  /** Aborts when the time limit has passed. */
  get passed(): AbortSignal {
    return this.#passing.signal
  }

  /** Whether this request has committed a change. */
  get hasChanged(): boolean {
    return this.#changes > 0
  }

  /** Settles like `work`, or with the result of `onPassed` once the limit has passed. */
  async race<T>(work: Promise<T>, onPassed: () => T): Promise<T> {
    const passed = new Promise<void>((resolve) => {
      this.passed.addEventListener('abort', () => resolve(), { once: true })
    })
    try {
      return await Promise.race([work, passed.then(onPassed)])
    } finally {
      clearTimeout(this.#timer)
    }
  }

  /**
   * Runs a change outside the time limit, which restarts afterwards. Throws if the limit has already passed, because
   * the response said that nothing was changed.
   */
  async pauseFor<T>(work: () => Promise<T>): Promise<T> {
    if (this.passed.aborted) throw new DatabaseUnavailableError('The request was cancelled before this change')
    clearTimeout(this.#timer)
    try {
      const result = await work()
      this.#changes += 1
      return result
    } finally {
      this.#start(this.milliseconds)
    }
  }

  #start(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#passing.abort(), milliseconds)
  }
}
