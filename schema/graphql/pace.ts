/** How long answers may hold the event loop before other requests get a turn, in milliseconds. */
const TURN_MS = 10

/**
 * Items of each request that never wait: as many as pages of the usual size have. So no long answer delays a short one, and
 * the loaders of a short one send the same batches whatever the machine does.
 */
const FREE_ITEMS = 200

/** Splits the work of long answers into turns of the event loop. Waiting work goes on in its order of arrival. */
export class Pace {
  readonly #taken = new WeakMap<object, number>()
  #waiting: (() => void)[] = []

  /** Takes an item of a request at once. False if it has to wait for a later turn. */
  take(request: object): boolean {
    const taken = this.#taken.get(request) ?? 0
    if (taken >= FREE_ITEMS) return false
    this.#taken.set(request, taken + 1)
    return true
  }

  /** Resolves in a later turn. */
  later(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      if (this.#waiting.length === 1) setImmediate(() => void this.#turn())
    })
  }

  async #turn(): Promise<void> {
    const began = performance.now()
    let next = 0
    // The work of an item is queued before the next item, and so runs before it.
    for (; next < this.#waiting.length && performance.now() - began < TURN_MS; next += 1) {
      this.#waiting[next]?.()
      await null
    }
    this.#waiting = this.#waiting.slice(next)
    if (this.#waiting.length > 0) setImmediate(() => void this.#turn())
  }
}
