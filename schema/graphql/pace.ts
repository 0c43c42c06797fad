/**
 * Items that one turn of the event loop takes together. They share the batches of their loaders, so a smaller number sends
 * more statements.
 */
const TURN_ITEMS = 1_000

/** Splits the work of long answers into turns of the event loop. Waiting work goes on in its order of arrival. */
export class Pace {
  readonly #taken = new WeakMap<object, number>()
  #waiting: (() => void)[] = []

  /** Takes an item of a request at once. False if it has to wait for a later turn: the first items never do. */
  take(request: object): boolean {
    const taken = this.#taken.get(request) ?? 0
    if (taken >= TURN_ITEMS) return false
    this.#taken.set(request, taken + 1)
    return true
  }

  /** Resolves in a later turn. */
  later(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      if (this.#waiting.length === 1) setImmediate(() => this.#turn())
    })
  }

  #turn(): void {
    const now = this.#waiting.slice(0, TURN_ITEMS)
    this.#waiting = this.#waiting.slice(TURN_ITEMS)
    for (const resolve of now) resolve()
    if (this.#waiting.length > 0) setImmediate(() => this.#turn())
  }
}
