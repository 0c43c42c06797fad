import { AsyncResource } from 'node:async_hooks'

/** Number of fields that one turn of the event loop completes: about two milliseconds of work. */
const TURN_FIELDS = 500

/** Number of fields that a request completes without waiting, so that short responses take no extra turns. */
const FREE_FIELDS = 1_000

interface Waiting {
  fields: number
  resolve: () => void
}

/** The progress of one request. */
interface Progress {
  /** Number of fields of the items that did not have to wait. */
  taken: number
  waiting: Waiting[]
  /** The position of the next waiting item. */
  next: number
  /** Work that begins when no item waits any longer. */
  held: (() => void)[]
}

/** Splits long work into turns of the event loop. Waiting requests take turns, and each turn belongs to one of them. */
export class Pace {
  readonly #requests = new WeakMap<object, Progress>()
  readonly #queue: Progress[] = []

  /**
   * Accepts an item with some fields at once. False if the item has to wait for a later turn. The first items never
   * wait.
   */
  take(request: object, fields: number): boolean {
    const progress = this.#progressOf(request)
    if (progress.taken >= FREE_FIELDS) return false
    progress.taken += fields
    return true
  }

  /** Resolves in a later turn, for an item with some fields. */
  later<Item>(request: object, fields: number, item: Item): Promise<Item> {
    const progress = this.#progressOf(request)
    return new Promise((resolve) => {
      progress.waiting.push({ fields, resolve: () => resolve(item) })
      if (progress.waiting.length - progress.next > 1) return
      this.#queue.push(progress)
      if (this.#queue.length === 1) setImmediate(() => this.#turn())
    })
  }

  /**
   * Begins work for all items of a request, such as a statement, when none of them waits any longer. Otherwise each
   * turn would send its own statement. False if none waits now, so that the caller begins the work.
   */
  hold(request: object | undefined, work: () => void): boolean {
    const progress = request && this.#requests.get(request)
    if (!progress || progress.next >= progress.waiting.length) return false
    // Runs in the scope of its own request, because another request may have started the turns.
    progress.held.push(AsyncResource.bind(work))
    return true
  }

  #progressOf(request: object): Progress {
    const known = this.#requests.get(request)
    if (known) return known
    const progress = { taken: 0, waiting: [], next: 0, held: [] }
    this.#requests.set(request, progress)
    return progress
  }

  #turn(): void {
    const progress = this.#queue.shift()
    if (!progress) return
    for (let fields = 0; fields < TURN_FIELDS && progress.next < progress.waiting.length; progress.next += 1) {
      const item = progress.waiting[progress.next]
      fields += item?.fields ?? 0
      item?.resolve()
    }
    if (progress.next < progress.waiting.length) this.#queue.push(progress)
    else this.#release(progress)
    if (this.#queue.length > 0) setImmediate(() => this.#turn())
  }

  /** Begins the deferred work after the last items have asked for it, unless more items are waiting by then. */
  #release(progress: Progress): void {
    const { held } = progress
    Object.assign(progress, { waiting: [], next: 0, held: [] })
    if (held.length === 0) return
    // The prisma plugin collects rows until a timer that it starts in this turn.
    setTimeout(() => {
      if (progress.next < progress.waiting.length) progress.held.push(...held)
      else for (const work of held) work()
    }, 0)
  }
}

/** One instance for the process, because all requests share its event loop. */
export const pace = new Pace()

/** Maps the items of a list in turns, with a number of items each. A list that fits into one turn does not wait. */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  size: number,
  map: (item: Item, index: number) => Result,
): Promise<Result[]> {
  const work = {}
  const results: Result[] = []
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % size === 0) await pace.later(work, TURN_FIELDS, null)
    results.push(map(item, index))
  }
  return results
}
