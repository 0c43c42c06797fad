import type { ClientBase, Pool } from 'pg'
import type { Channel } from './channels.ts'
import type { Clock } from './clock.ts'
import type { Sharing } from './embedded.ts'
import type { PrismaClient } from './generated/prisma/client.ts'
import type { Tracing } from './tracing.ts'
import type { Transaction, TransactionOptions } from './transactions.ts'

/** Options of `openDatabase`. */
export interface DatabaseOptions {
  /** Shifts the clock ahead of the database's. For tests. */
  clockOffsetMs?: number
  /** Called with every SQL statement, including BEGIN and COMMIT. For tests that count statements. */
  onStatement?: (sql: string) => void
  /** Creates spans for the statements that requests and jobs run. By default nothing is traced. */
  tracing?: Tracing | null
  /** Maximum number of connections; 10 by default. */
  poolSize?: number
  /**
   * The URL of PostgreSQL itself, if the other URL is that of a pooler in transaction mode. Listeners and migrations
   * use it. This code does not configure sessions of the pooler, so its role has to be configured (`requireSettings`).
   */
  directUrl?: string | undefined
  /** The longest wait for a connection, in milliseconds; 10 seconds by default. For tests. */
  connectionWaitMs?: number
  /** The longest wait for the answer to a statement of PostgreSQL, in milliseconds; 33 seconds by default. For tests. */
  statementDeadlineMs?: number
  /**
   * How many times longer than usual to wait for a response of PostgreSQL; 1 by default. For tests on a busy machine.
   */
  patience?: number
  /** Checks each new connection. If it throws, the connection is closed, and the waiting work fails. */
  admit?: (connection: ClientBase) => Promise<void>
  /** Whether processes share the embedded database; `none` by default. */
  sharing?: Sharing
}

/** An open database, embedded or PostgreSQL, with one interface for both. */
export interface Database {
  readonly kind: 'embedded' | 'postgresql'
  readonly url: string
  /** Identifies the directory of the embedded database. Empty for PostgreSQL, which has its own identifier. */
  readonly place: string
  /** Whether another process runs the embedded database that this one uses. */
  readonly isJoined: boolean
  /** Traces the work of this process; null while tracing is off. */
  readonly tracing: Tracing | null
  /** The client for use outside transactions. Throws inside `transaction()`. */
  readonly prisma: PrismaClient
  /**
   * The client for reading what a selection of the graph requests. A query that selects relations becomes one
   * statement. All other queries are the same as those of `prisma`.
   */
  readonly rows: PrismaClient
  /** The database's clock. */
  readonly clock: Clock
  /**
   * Runs the work in one transaction. Retries it up to five times after a serialization failure or a deadlock, so the
   * work must use only `tx`. Throws DatabaseUnavailableError if the retries fail or the transaction did not begin, and
   * OutcomeUnknownError if the connection was lost during COMMIT.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * The database for work that can be cancelled. When the signal aborts, the work gets no further connection, so that
   * it does not delay other work: its next statement throws DatabaseUnavailableError. PostgreSQL cancels the running
   * statement if it only reads. A write and an open transaction run to their end.
   */
  wantedBy(signal: AbortSignal): Database
  /** Identifies the request that can cancel the work. Undefined outside of requests. */
  readonly requester: object | undefined
  /** Starts work independently of the transaction that calls it: a shared look-up, a background job, a timer. */
  detached<T>(work: () => T): T
  /**
   * Runs a prepared query outside of transactions. The text must be constant, because each connection keeps every
   * prepared text.
   */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /**
   * Runs a query outside of transactions that is planned for its values each time. Use it for queries over many rows.
   * For a prepared query, PostgreSQL makes a general plan, which expects few rows and takes many times as long.
   */
  analyze<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]>
  /**
   * Calls back for every notification on a channel, and with an empty payload after a broken connection. Returns a
   * function that unsubscribes. The default channel carries changes. Its payload is the position of the last event.
   */
  listen(onNotify: (payload: string) => void, channel?: Channel): Promise<() => void>
  /** Counts the connections of the pool, and the statements and transactions that wait for one. */
  connections(): { total: number; idle: number; waiting: number; max: number }
  /** Whether a write failed within the last 30 seconds because the database has no space. */
  readonly isFull: boolean
  /** Opens a separate pool of connections. The caller ends it. */
  openPool(size: number): Pool
  close(): Promise<void>
}
