import { gainedSince, type Readings } from '@keyward/engine/wall-watch'

export const readings = (): Readings => ({ wall: Date.now(), elapsed: performance.now() })

/** How far each message moves the estimate back, in milliseconds, to allow for clock drift. */
const DRIFT_MS = 0.05

/** How long after a suspension a message may still date from before it, in milliseconds. */
const BUFFERED_MS = 1_000

/**
 * Estimates the server's clock. A time is outdated by the delay of its message, so the message with the shortest delay
 * is the most accurate. The estimate is never ahead of the server, so that nothing expires too early. There is one
 * exception: if this machine's clock jumps ahead, the machine may have been suspended. Its time is then used until a
 * message arrives that was sent afterwards. A late message never sets the clock back. A response does: the server sent
 * it after the request, so its time is an upper bound of the server's time.
 */
export class ServerClock {
  #offset: number | null = null
  #heard: Readings | null = null
  #isForgotten = false
  /** Time at which the wall clock was first seen to have jumped ahead. */
  #gainedAt: number | null = null

  /** Applies the time in a server message. The message may be the response to a request that was sent at `asked`. */
  hear(serverTime: string, asked?: Readings): void {
    const heard = readings()
    const time = Date.parse(serverTime)
    const offset = time - heard.elapsed
    if (Number.isNaN(offset)) return
    const known = this.#isForgotten ? null : this.#offset
    this.#isForgotten = false
    this.#offset = known === null ? offset : Math.max(offset, known - DRIFT_MS)
    // Not used across a suspension, because `elapsed` does not include its duration.
    if (asked && gainedSince(asked, heard) === 0) this.#offset = Math.min(this.#offset, time - asked.elapsed)
    if (!this.#isPerhapsBuffered(known, offset, heard)) this.#heard = heard
  }

  /** Whether the machine may have been suspended between sending and receiving a message. */
  #isPerhapsBuffered(known: number | null, offset: number, heard: Readings): boolean {
    const gained = known === null || this.#heard === null ? 0 : gainedSince(this.#heard, heard)
    // A message that was sent after the suspension already includes its duration.
    if (known === null || gained === 0 || offset - known > gained / 2) {
      this.#gainedAt = null
      return false
    }
    this.#gainedAt ??= heard.elapsed
    if (heard.elapsed - this.#gainedAt < BUFFERED_MS) return true
    this.#gainedAt = null
    return false
  }

  /** Makes the next message replace the estimate, because another database may have a different time. */
  forget(): void {
    this.#isForgotten = true
  }

  /** The server's time in milliseconds. Before the first message, this machine's time. */
  now(): number {
    const now = readings()
    if (this.#offset === null || this.#heard === null) return now.wall
    return now.elapsed + this.#offset + gainedSince(this.#heard, now)
  }
}
