import { gainedSince, type Readings } from '@keyward/engine/wall-watch'

const readings = (): Readings => ({ wall: Date.now(), elapsed: performance.now() })

/** How far the estimate moves back with each message, in milliseconds, since clocks drift apart. */
const DRIFT_MS = 0.05

/**
 * The server's clock. A time grows old on its way here, so the message with the shortest delay comes closest. The
 * result is never ahead of the server, so that nothing expires too early, unless this machine's clock moves ahead: it may
 * have been suspended, so its time counts until the next message.
 */
export class ServerClock {
  #offset: number | null = null
  #heard: Readings | null = null
  #isForgotten = false

  /** Applies the time of a message of the server. */
  hear(serverTime: string): void {
    const heard = readings()
    const offset = Date.parse(serverTime) - heard.elapsed
    if (Number.isNaN(offset)) return
    this.#heard = heard
    const known = this.#isForgotten ? null : this.#offset
    this.#isForgotten = false
    this.#offset = known === null ? offset : Math.max(offset, known - DRIFT_MS)
  }

  /** Replaces the estimate with the next message: another database may have another time. */
  forget(): void {
    this.#isForgotten = true
  }

  /** The server's time in milliseconds. This machine's time before the first message. */
  now(): number {
    const now = readings()
    if (this.#offset === null || this.#heard === null) return now.wall
    return now.elapsed + this.#offset + gainedSince(this.#heard, now)
  }
}
