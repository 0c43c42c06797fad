import type { Actor } from './actor.ts'
import { RequestError } from './errors.ts'

interface StreamLimits {
  perActor: number
  perProcess: number
  /** Bounds of the streams that belong to an organization. */
  organization?: {
    most: number
    /** The last streams of the process, reserved for organizations that have fewer than `mostReserved`. */
    reserved: number
    mostReserved: number
  }
}

const full = (message: string) => new RequestError('RATE_LIMITED', message)

/** Counts the open streams of this process: each holds memory, and every change wakes it. */
export class Streams {
  readonly #limits: StreamLimits
  readonly #byOwner = new Map<string, number>()
  #open = 0

  constructor(limits: StreamLimits) {
    this.#limits = limits
  }

  /** Number of open streams. */
  get open(): number {
    return this.#open
  }

  /**
   * Counts one more stream, or throws RATE_LIMITED. Returns a function that ends the stream. Calling the function again
   * has no effect.
   */
  begin(actor: Actor, organizationId: string | null = null): () => void {
    const { perActor, perProcess } = this.#limits
    const owner = 'id' in actor ? `${actor.kind} ${actor.id}` : actor.kind
    if (this.#openOf(owner) >= perActor) {
      throw full(`You have ${perActor} open streams, which is the maximum. Close one first.`)
    }
    if (organizationId !== null) this.#requireShare(organizationId)
    if (this.#open >= perProcess) {
      throw full('The server has reached its maximum of open streams. Try again in a minute.')
    }
    const owners = organizationId === null ? [owner] : [owner, organizationId]
    this.#open += 1
    for (const each of owners) this.#byOwner.set(each, this.#openOf(each) + 1)
    let ended = false
    return () => {
      if (ended) return
      ended = true
      this.#open -= 1
      for (const each of owners) this.#end(each)
    }
  }

  /** Each key is a separate actor. Without this check, one organization could use up all streams. */
  #requireShare(organizationId: string): void {
    const { organization: limits, perProcess } = this.#limits
    if (!limits) return
    const own = this.#openOf(organizationId)
    if (own >= limits.most) {
      throw full(`This organization has ${limits.most} open streams, which is the maximum. Close one first.`)
    }
    if (this.#open >= perProcess - limits.reserved && own >= limits.mostReserved) {
      throw full(
        `The server has few streams left and reserves them for organizations with fewer than ${limits.mostReserved} streams. Try again in a minute.`,
      )
    }
  }

  #openOf(owner: string): number {
    return this.#byOwner.get(owner) ?? 0
  }

  #end(owner: string): void {
    const left = this.#openOf(owner) - 1
    if (left > 0) this.#byOwner.set(owner, left)
    else this.#byOwner.delete(owner)
  }
}
