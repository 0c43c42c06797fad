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

  /** Releases reservations soon. */
  add(tokens: readonly string[]): void {
    this.#tokens.push(...tokens)
    this.#running ??= this.#run()
  }

  /** Resolves when all reservations are released, or when this failed. */
  async settled(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#tokens.length > 0) await this.#release(this.#tokens.splice(0, MOST)).catch(this.#onFailure)
    this.#running = null
  }
}

/**
 * The reservations of a response. If the response reaches nobody, they are released, because no usage will ever settle
 * them.
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

  /** Adds the reservation of a decision. If the response is already lost, the reservation is released at once. */
  add(token: string): void {
    if (this.#isLost) this.#release([token])
    else this.#tokens.push(token)
  }

  /** Releases all reservations, including those added later, because nobody receives the response. */
  lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    if (this.#tokens.length > 0) this.#release(this.#tokens)
    this.#tokens = []
  }
}
