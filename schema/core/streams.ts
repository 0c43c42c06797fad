import type { Actor } from './actor.ts'
import { RequestError } from './errors.ts'

/** Counts the open streams of this process: each holds memory, and every change wakes it. */
export class Streams {
  readonly #limits: { perActor: number; perProcess: number }
  readonly #byActor = new Map<string, number>()
  #open = 0

  constructor(limits: { perActor: number; perProcess: number }) {
    this.#limits = limits
  }

  /** How many are open. */
  get open(): number {
    return this.#open
  }

  /** Counts one more stream, or throws RATE_LIMITED. Returns a function that ends it; calling it again has no effect. */
  begin(actor: Actor): () => void {
    const { perActor, perProcess } = this.#limits
    const key = 'id' in actor ? `${actor.kind} ${actor.id}` : actor.kind
    const own = this.#byActor.get(key) ?? 0
    if (own >= perActor) {
      throw new RequestError(
        'RATE_LIMITED',
        `You have ${perActor} open streams, which is the maximum. Close one first.`,
      )
    }
    if (this.#open >= perProcess) {
      throw new RequestError(
        'RATE_LIMITED',
        'The server has reached its maximum of open streams. Try again in a minute.',
      )
    }
    this.#open += 1
    this.#byActor.set(key, own + 1)
    let ended = false
    return () => {
      if (ended) return
      ended = true
      this.#open -= 1
      const left = (this.#byActor.get(key) ?? 1) - 1
      if (left > 0) this.#byActor.set(key, left)
      else this.#byActor.delete(key)
    }
  }
}
