import { DatabaseUnavailableError } from '@keyward/prisma/errors'

/**
 * The time limit of a request. It pauses while the request waits for its turn to change something and while the change
 * commits. After the change it restarts: the outcome is known by then, and its response must not get lost.
 */
export class TimeLimit {
  readonly milliseconds: number
  readonly #passing = new AbortController()
  #changes = 0
  #timer: NodeJS.Timeout | undefined

  /** `elapsed` is the part of the limit that has already passed. */
  constructor(milliseconds: number, elapsed: number) {
    this.milliseconds = milliseconds
    this.#start(milliseconds - elapsed)
  }

  /** Aborts when the limit has passed. */
  get passed(): AbortSignal {
    return this.#passing.signal
  }

  /** Whether a change of this request has committed. */
  get hasChanged(): boolean {
    return this.#changes > 0
  }

  /** Settles like `work`, or with the result of `onPassed` when the limit has passed. */
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
   * Runs a change outside of the limit, which restarts after the change. Throws if the limit has passed, because the
   * response already said that nothing was changed.
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
