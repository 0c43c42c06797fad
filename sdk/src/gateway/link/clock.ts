/** How much further behind an answer is counted as the clocks drift apart, in milliseconds for each answer. */
const DRIFT_MS = 0.05

/**
 * The server's clock, as it is heard of. What an answer tells has grown older on its way, so that the newest of them comes
 * closest; never ahead of the server, so that nothing expires too early. The clock of this machine is not looked at.
 */
export class ServerClock {
  #offset: number | null = null

  /** Hears what time it was at the server when it answered. */
  hear(serverTime: string): void {
    const offset = Date.parse(serverTime) - performance.now()
    if (Number.isNaN(offset)) return
    this.#offset = this.#offset === null ? offset : Math.max(offset, this.#offset - DRIFT_MS)
  }

  /** The server's time in milliseconds; this machine's until the server was heard. */
  now(): number {
    return this.#offset === null ? Date.now() : performance.now() + this.#offset
  }
}
