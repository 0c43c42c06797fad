const WIDTH = 30

/** A progress bar on standard error. Hidden if standard error is not a terminal. */
export class Progress {
  readonly #total: number
  readonly #isShown: boolean

  constructor(total: number, isWanted: boolean) {
    this.#total = total
    this.#isShown = isWanted && process.stderr.isTTY === true
  }

  show(done: number): void {
    if (!this.#isShown) return
    const filled = Math.round((done / this.#total) * WIDTH)
    const bar = '#'.repeat(filled) + '.'.repeat(WIDTH - filled)
    process.stderr.write(`\r\u001B[K[${bar}] ${done} of ${this.#total} rows`)
  }

  /** Removes the bar. */
  end(): void {
    if (this.#isShown) process.stderr.write('\r\u001B[K')
  }
}
