import { AsyncLocalStorage } from 'node:async_hooks'

/** Facts of the work that runs. */
export interface Scope {
  /** Whether it is inside a transaction. */
  open: boolean
  /** Aborts when the work is given up. */
  wanted: AbortSignal | undefined
}

/**
 * Facts that follow work through its promises. On Node.js 20, every promise of the process costs more while any work has
 * them, so only work that needs them has them: transactions, and what Prisma reads for a request.
 */
export class Scopes {
  readonly #storage = new AsyncLocalStorage<Scope>()
  #running = 0
  #calling: { wanted: AbortSignal | undefined } | null = null

  /** Whether the work is inside a transaction. */
  get isOpen(): boolean {
    return this.#storage.getStore()?.open ?? false
  }

  /** Aborts when the work is given up. Undefined for work that is not. */
  get wanted(): AbortSignal | undefined {
    return this.#calling ? this.#calling.wanted : this.#storage.getStore()?.wanted
  }

  /** Runs work with these facts. */
  async run<T>(scope: Scope, work: () => PromiseLike<T>): Promise<T> {
    this.#running += 1
    try {
      return await this.#storage.run(scope, async () => await work())
    } finally {
      // Callbacks of a connection that was opened meanwhile keep these facts.
      Object.assign(scope, { open: false, wanted: undefined })
      this.#running -= 1
      if (this.#running === 0) this.#storage.disable()
    }
  }

  /** Calls a function that takes its connection before it returns. Undefined: nobody can give the work up. */
  call<T>(wanted: AbortSignal | undefined, take: () => T): T {
    const before = this.#calling
    this.#calling = { wanted }
    try {
      return take()
    } finally {
      this.#calling = before
    }
  }

  /** Runs work without the facts of its caller. */
  exit<T>(work: () => T): T {
    return this.call(undefined, () => this.#storage.exit(work))
  }
}
