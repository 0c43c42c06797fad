import { AsyncLocalStorage } from 'node:async_hooks'

/** Properties of the running work. */
export interface Scope {
  /** Whether it is inside a transaction. */
  open: boolean
  /** Aborts when the work is cancelled. */
  wanted: AbortSignal | undefined
}

/**
 * Properties that follow work through its promises. On Node.js 20, every promise of the process costs more while any
 * work has such properties. So only work that needs them has them: transactions, and reads of Prisma for a request.
 */
export class Scopes {
  readonly #storage = new AsyncLocalStorage<Scope>()
  #running = 0
  #calling: { wanted: AbortSignal | undefined } | null = null

  /** Whether the work is inside a transaction. */
  get isOpen(): boolean {
    return this.#storage.getStore()?.open ?? false
  }

  /** Aborts when the work is cancelled. Undefined for work that cannot be cancelled. */
  get wanted(): AbortSignal | undefined {
    return this.#calling ? this.#calling.wanted : this.#storage.getStore()?.wanted
  }

  /** Runs work with these properties. */
  async run<T>(scope: Scope, work: () => PromiseLike<T>): Promise<T> {
    this.#running += 1
    try {
      return await this.#storage.run(scope, async () => await work())
    } finally {
      // Callbacks of a connection that is opened in the meantime keep these properties.
      Object.assign(scope, { open: false, wanted: undefined })
      this.#running -= 1
      if (this.#running === 0) this.#storage.disable()
    }
  }

  /** Calls a function that acquires its connection before it returns. Undefined: the work cannot be cancelled. */
  call<T>(wanted: AbortSignal | undefined, take: () => T): T {
    const before = this.#calling
    this.#calling = { wanted }
    try {
      return take()
    } finally {
      this.#calling = before
    }
  }

  /** Runs work without the properties of its caller. */
  exit<T>(work: () => T): T {
    return this.call(undefined, () => this.#storage.exit(work))
  }
}
