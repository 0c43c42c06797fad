import type { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import {
  asUnavailable,
  DatabaseUnavailableError,
  isRetryable,
  mayHaveCommitted,
  OutcomeUnknownError,
} from './errors.ts'
import type { Prisma, PrismaClient } from './generated/prisma/client.ts'
import { Turns } from './turns.ts'

/** The client that services use inside a transaction. */
export type Transaction = Prisma.TransactionClient

/** Options of one transaction. */
export interface TransactionOptions {
  /** The longest duration from its start, in milliseconds; 15 seconds by default. For commands that move much at once. */
  timeoutMs?: number
}

/** Facts of the work that runs. */
export interface Scope {
  /** Whether it is inside a transaction. */
  open: boolean
  /** Aborts when the work is given up. */
  wanted: AbortSignal | undefined
}

/** The longest wait of a transaction for its turn, in milliseconds. */
const TURN_WAIT = 30_000
const RETRIES = 5
const RETRY_DELAY = 20

const TURN = {
  most: TURN_WAIT,
  onTimeout: () => new DatabaseUnavailableError('Too many changes were waiting for their turn. Try again later.'),
}

/** Runs transactions, with a bound on how many run at once. */
export class Transactions {
  readonly #root: PrismaClient
  readonly #scope: AsyncLocalStorage<Scope>
  /** Transactions wait for their turn here. Prisma and the pool would count that time against the wait for a connection. */
  readonly #turns: Turns

  constructor(root: PrismaClient, scope: AsyncLocalStorage<Scope>, most: number) {
    this.#root = root
    this.#scope = scope
    this.#turns = new Turns(most)
  }

  /** See `Database.transaction`. */
  async run<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#turns.run(() => this.#begin(work, options), TURN)
  }

  async #begin<T>(work: (tx: Transaction) => Promise<T>, { timeoutMs }: TransactionOptions): Promise<T> {
    for (let attempts = 0; ; attempts++) {
      const state: Scope = { open: true, wanted: this.#scope.getStore()?.wanted }
      let isCommitting = false
      try {
        return await this.#root.$transaction(
          async (tx) => {
            const result = await this.#scope.run(state, () => work(tx))
            isCommitting = true
            return result
          },
          timeoutMs === undefined ? {} : { timeout: timeoutMs },
        )
      } catch (error) {
        if (isCommitting && mayHaveCommitted(error)) throw new OutcomeUnknownError(error)
        if (!isRetryable(error)) throw asUnavailable(error) ?? error
        if (attempts === RETRIES) {
          throw new DatabaseUnavailableError('The transaction kept conflicting with others. Try again later.', {
            cause: error,
          })
        }
      } finally {
        state.open = false
      }
      await delay(RETRY_DELAY * 2 ** attempts * Math.random())
    }
  }
}
