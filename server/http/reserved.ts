/**
 * The reservations of a response. A response that reaches nobody loses them: no usage will ever settle them, so they are
 * released.
 */
export class Reserved {
  readonly #release: (tokens: readonly string[]) => void
  #tokens: string[] = []
  #isLost = false

  constructor(release: (tokens: readonly string[]) => void) {
    this.#release = release
  }

  /** Whether the response has any. */
  get isEmpty(): boolean {
    return this.#tokens.length === 0
  }

  /** Adds the reservation of a decision. It is released at once if the response is lost already. */
  add(token: string): void {
    if (this.#isLost) this.#release([token])
    else this.#tokens.push(token)
  }

  /** Releases all reservations, those that are still to come too: nobody receives the response. */
  lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    if (this.#tokens.length > 0) this.#release(this.#tokens)
    this.#tokens = []
  }
}
