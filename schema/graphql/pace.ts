/** How long answers may hold the event loop before other requests get a turn, in milliseconds. */
const TURN_MS = 10

/**
 * Items that one turn always takes. Requests of pages of the usual size are answered in one turn, so that their loaders send
 * the same batches whatever the machine does.
 */
const TURN_ITEMS = 200

/** Splits the work of long answers into turns of the event loop. Waiting work goes on in its order of arrival. */
export class Pace {
  #waiting: (() => void)[] = []
  /** Work of the current turn; null before its first item. */
  #turn: { began: number; items: number } | null = null

  /** Takes an item in the current turn. False if it has to wait for a later one. */
  take(): boolean {
    if (this.#waiting.length > 0) return false
    return this.#hasRoom()
  }

  /** Resolves in a later turn. */
  later(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      if (this.#waiting.length === 1) setImmediate(() => void this.#goOn())
    })
  }

  #hasRoom(): boolean {
    if (this.#turn === null) {
      this.#turn = { began: performance.now(), items: 0 }
      setImmediate(() => {
        this.#turn = null
      })
    }
    this.#turn.items += 1
    return this.#turn.items <= TURN_ITEMS || performance.now() - this.#turn.began < TURN_MS
  }

  async #goOn(): Promise<void> {
    this.#turn = null
    let next = 0
    // The work of an item is queued before the next item, and so runs before it.
    for (; next < this.#waiting.length && this.#hasRoom(); next += 1) {
      this.#waiting[next]?.()
      await null
    }
    this.#waiting = this.#waiting.slice(next)
    if (this.#waiting.length > 0) setImmediate(() => void this.#goOn())
  }
}
