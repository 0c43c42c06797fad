/** How far the estimate moves back with each message, in milliseconds, since clocks drift apart. */
const DRIFT_MS = 0.05

/**
 * The server's clock. A time grows old on its way here, so the message with the shortest delay comes closest. The
 * result is never ahead of the server, so that nothing expires too early. This machine's clock is ignored.
 */
export class ServerClock {
  #offset: number | null = null

  /** Applies the time of a message of the server. */
  hear(serverTime: string): void {
    const offset = Date.parse(serverTime) - performance.now()
    if (Number.isNaN(offset)) return
    this.#offset = this.#offset === null ? offset : Math.max(offset, this.#offset - DRIFT_MS)
  }

  /** The server's time in milliseconds. This machine's time before the first message. */
  now(): number {
    return this.#offset === null ? Date.now() : performance.now() + this.#offset
  }
}
