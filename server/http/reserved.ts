const MOST = 1_000

/**
 * Releases reservations in batches, one batch at a time, so that many lost responses do not fill the queue of changes.
 */
export class Releases {
  readonly #release: (tokens: readonly string[]) => Promise<void>
  readonly #onFailure: (error: unknown) => void
  #tokens: string[] = []
  #running: Promise<void> | null = null

  constructor(release: (tokens: readonly string[]) => Promise<void>, onFailure: (error: unknown) => void) {
    this.#release = release
    this.#onFailure = onFailure
  }

  /** Releases reservations with the next batch. */
  add(tokens: readonly string[]): void {
    this.#tokens.push(...tokens)
    this.#running ??= this.#run()
  }

  /** Resolves when all reservations are released or the release has failed. */
  async settled(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#tokens.length > 0) await this.#release(this.#tokens.splice(0, MOST)).catch(this.#onFailure)
    this.#running = null
  }
}

/**
 * A response's reservations. If the response does not reach the client, they are released, because their usage will
 * never be recorded.
 */
export class Reserved {
  readonly #release: (tokens: readonly string[]) => void
  #tokens: string[] = []
  #isLost = false

  constructor(release: (tokens: readonly string[]) => void) {
    this.#release = release
  }

  /** Whether the response contains reservations. */
  get isEmpty(): boolean {
    return this.#tokens.length === 0
  }

  /** Adds a decision's reservation. If the response is already lost, the reservation is released immediately. */
  add(token: string): void {
    if (this.#isLost) this.#release([token])
    else this.#tokens.push(token)
  }

  /** Releases all reservations, including those added later, because the response will not reach the client. */
  lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    if (this.#tokens.length > 0) this.#release(this.#tokens)
    this.#tokens = []
  }
}
