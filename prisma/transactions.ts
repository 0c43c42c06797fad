import { setTimeout as delay } from 'node:timers/promises'
import {
  asUnavailable,
  DatabaseUnavailableError,
  isRetryable,
  mayHaveCommitted,
  OutcomeUnknownError,
} from './errors.ts'
import type { Prisma, PrismaClient } from './generated/prisma/client.ts'
import type { Scope, Scopes } from './scope.ts'
import { Turns } from './turns.ts'

/** The client that services use inside a transaction. */
export type Transaction = Prisma.TransactionClient

/** Options of one transaction. */
export interface TransactionOptions {
  /**
   * The longest duration from its start, in milliseconds; 15 seconds by default. Set it for commands that move large
   * amounts of data.
   */
  timeoutMs?: number
}

/** The longest wait of a transaction for its turn, in milliseconds. */
const TURN_WAIT = 30_000
const RETRIES = 5
const RETRY_DELAY = 20

const TURN = {
  most: TURN_WAIT,
  onTimeout: () => new DatabaseUnavailableError('Too many changes were waiting for their turn. Try again later.'),
}

/** Runs transactions, and limits how many run at once. */
export class Transactions {
  readonly #root: PrismaClient
  readonly #scopes: Scopes
  /**
   * Transactions wait for their turn here. Otherwise Prisma and the pool would count this time as waiting for a
   * connection.
   */
  readonly #turns: Turns

  constructor(root: PrismaClient, scopes: Scopes, most: number) {
    this.#root = root
    this.#scopes = scopes
    this.#turns = new Turns(most)
  }

  /** See `Database.transaction`. */
  async run<T>(
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions = {},
    wanted?: AbortSignal,
  ): Promise<T> {
    return this.#turns.run(() => this.#begin(work, options, wanted), TURN)
  }

  async #begin<T>(
    work: (tx: Transaction) => Promise<T>,
    { timeoutMs }: TransactionOptions,
    wanted: AbortSignal | undefined,
  ): Promise<T> {
    for (let attempts = 0; ; attempts++) {
      const state: Scope = { open: true, wanted }
      let isCommitting = false
      const begin = () =>
        this.#root.$transaction(
          async (tx) => {
            const result = await this.#scopes.run(state, () => work(tx))
            isCommitting = true
            return result
          },
          timeoutMs === undefined ? {} : { timeout: timeoutMs },
        )
      try {
        return await (wanted ? this.#scopes.run({ open: false, wanted }, begin) : begin())
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
