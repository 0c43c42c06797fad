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
  /** Makes spans of the statements that requests and jobs run. By default nothing is traced. */
  tracing?: Tracing | null
  /** Maximum number of connections; 10 by default. */
  poolSize?: number
  /**
   * The URL of PostgreSQL itself, if the other URL is of a pooler that gives each transaction another session. Listeners and
   * migrations use it. Sessions of the pooler are not configured: its role has to be (`requireSettings`).
   */
  directUrl?: string | undefined
  /** The longest wait for a connection, in milliseconds; 10 seconds by default. For tests. */
  connectionWaitMs?: number
  /** The longest wait for the answer to a statement of PostgreSQL, in milliseconds; 33 seconds by default. For tests. */
  statementDeadlineMs?: number
  /** How many times longer than usual to wait for a sign of life of PostgreSQL; 1 by default. For tests on a busy machine. */
  patience?: number
  /** Checks each new connection. If it throws, the connection is closed, and the work that wanted it fails. */
  admit?: (connection: ClientBase) => Promise<void>
  /** Whether processes share the embedded database; `none` by default. */
  sharing?: Sharing
}

/** An open database, embedded or PostgreSQL, with one interface for both. */
export interface Database {
  readonly kind: 'embedded' | 'postgresql'
  readonly url: string
  /** Identifies the directory of the embedded database. Empty for PostgreSQL, which identifies itself. */
  readonly place: string
  /** Whether another process runs the embedded database that this one uses. */
  readonly isJoined: boolean
  /** Traces the work of this process; null while tracing is off. */
  readonly tracing: Tracing | null
  /** The client for use outside transactions. Throws inside `transaction()`. */
  readonly prisma: PrismaClient
  /**
   * The client for what a selection of the graph reads. Queries that select relations are one statement, and all others are
   * the same as those of `prisma`.
   */
  readonly rows: PrismaClient
  /** The database's clock. */
  readonly clock: Clock
  /**
   * Runs the work in one transaction and retries it up to five times after a serialization failure or a deadlock, so the
   * work must only use `tx`. Throws DatabaseUnavailableError when the retries fail, or when the transaction did not begin,
   * and OutcomeUnknownError when the connection was lost during COMMIT.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * The database for work that somebody may give up. Once the signal aborts, the work gets no further connection, so that it
   * delays nobody else: its next statement throws DatabaseUnavailableError. PostgreSQL cancels the statement that it runs,
   * if that only reads. A write and an open transaction run to their end.
   */
  wantedBy(signal: AbortSignal): Database
  /** Identifies the request that may give the work up. Undefined outside requests. */
  readonly requester: object | undefined
  /**
   * Starts work apart from the transaction that calls it: a shared look-up, a background job, a timer.
   */
  detached<T>(work: () => T): T
  /** Runs a prepared query outside transactions. The text must be constant: each connection keeps every text prepared. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /**
   * Runs a query outside transactions that is planned for its values each time. For questions over many rows: the plan
   * that PostgreSQL makes for any values of a prepared query expects few rows, and takes many times as long.
   */
  analyze<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]>
  /**
   * Calls back for every notification on a channel, and with an empty payload after a broken connection. Returns a
   * function that stops it. The default channel carries changes; its payload is the position of the last event.
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
