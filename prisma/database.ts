import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { type ClientConfig, Pool, type QueryResultRow } from 'pg'
import { type Clock, DatabaseClock } from './clock.ts'
import { openEmbedded, type Sharing } from './embedded.ts'
import {
  asUnavailable,
  DatabaseUnavailableError,
  InsideTransactionError,
  mayHaveCommitted,
  OutcomeUnknownError,
  sqlState,
} from './errors.ts'
import { PrismaClient } from './generated/prisma/client.ts'
import { connectWhileWanted } from './given-up.ts'
import { guardClient } from './guard.ts'
import { Listener } from './listener.ts'
import { isReadMethod, type RunStatement, readingClient } from './rows/reading-client.ts'
import { Scopes } from './scope.ts'
import { SESSION_POSTGRESQL, SESSION_READING, STRICT_TYPES } from './session.ts'
import { Space } from './space.ts'
import { statementName, statementNamer } from './statement-names.ts'
import { connectWithinWork, tracedClient } from './traced-client.ts'
import type { Tracing } from './tracing.ts'
import { type Transaction, type TransactionOptions, Transactions } from './transactions.ts'
import { wantedClient } from './wanted-client.ts'
import { textOf, WatchedClient, type WatchedConfig, WRITES } from './watched-client.ts'

export type { Clock } from './clock.ts'
export type { Transaction, TransactionOptions } from './transactions.ts'

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

/** Notified when a change event is inserted. */
export const CHANGES_CHANNEL = 'keyward_changes'

/** Notified when holders of leases should return their unused amounts. */
export const RECALLS_CHANNEL = 'keyward_recalls'

/**
 * Makes a single statement commit without waiting for the disk; belongs in its FROM. Only a crash of PostgreSQL can lose
 * such a write, and only one from the last fraction of a second.
 */
export const NOT_AWAITED = "set_config('synchronous_commit', 'off', true)"

export type Channel = typeof CHANGES_CHANNEL | typeof RECALLS_CHANNEL

const POOL_SIZE = 10
/** Connections that transactions leave to reads, so that they do not wait for each other's locks. */
const RESERVED_FOR_READS = 2
/** The longest wait for a connection, in milliseconds. */
const CONNECTION_WAIT = 10_000
/** The longest duration of a transaction from its start, in milliseconds. */
const TRANSACTION_TIMEOUT = 15_000
/** The longest wait for the answer to a statement, in milliseconds: beyond PostgreSQL's own statement_timeout. */
const STATEMENT_DEADLINE = 33_000

/** Opens `postgresql://…`, `embedded:/absolute/directory`, or `embedded-memory:`, which closing deletes. */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  if (/^postgres(ql)?:\/\//.test(url)) {
    const at = { kind: 'postgresql', url, place: '', isJoined: false } as const
    return connect(at, { connectionString: url }, options, async () => undefined)
  }
  let directory = /^embedded:(.+)$/s.exec(url)?.[1]
  let cleanUp = async () => {}
  if (url === 'embedded-memory:') {
    const temporary = await mkdtemp(join(tmpdir(), 'keyward-memory-'))
    const removeNow = () => rmSync(temporary, { recursive: true, force: true })
    process.once('exit', removeNow)
    cleanUp = async () => {
      process.off('exit', removeNow)
      await rm(temporary, { recursive: true, force: true })
    }
    directory = temporary
  }
  if (directory === undefined || !isAbsolute(directory)) {
    throw new TypeError('The database URL must be postgresql://…, embedded:/absolute/directory or embedded-memory:')
  }
  try {
    const server = await openEmbedded(directory, options.sharing)
    const config = { host: server.socketDirectory, port: 5432, user: 'postgres', database: 'postgres' }
    const at = { kind: 'embedded', url, place: server.place, isJoined: server.isJoined } as const
    return await connect(at, config, options, async () => {
      await server.close()
      await cleanUp()
    })
  } catch (error) {
    await cleanUp()
    throw error
  }
}

/** A client class that reports every statement except those that configure the session. */
function reportingClient(onStatement: (sql: string) => void): typeof WatchedClient {
  return class extends WatchedClient {
    constructor(config?: ClientConfig) {
      super(config)
      // query() has many overloads: pass the arguments on unchanged.
      this.query = new Proxy(this.query, {
        apply: (target, _this, args: [unknown, ...unknown[]]) => {
          const [query] = args
          const text = textOf(query)
          if (text !== SESSION_READING && text !== SESSION_POSTGRESQL) onStatement(text)
          return Reflect.apply(target, this, args)
        },
      })
    }
  }
}

async function connect(
  { kind, url, place, isJoined }: Pick<Database, 'kind' | 'url' | 'place' | 'isJoined'>,
  connection: ClientConfig,
  options: DatabaseOptions,
  onClose: () => Promise<void>,
): Promise<Database> {
  const session = kind === 'embedded' ? SESSION_READING : SESSION_POSTGRESQL
  const isRemote = kind === 'postgresql'
  const isPooled = options.directUrl !== undefined
  const { tracing = null, poolSize = POOL_SIZE, patience = 1, connectionWaitMs = CONNECTION_WAIT * patience } = options
  const space = new Space()
  const config: WatchedConfig = {
    ...connection,
    connectionTimeoutMillis: connectionWaitMs,
    keepAlive: true,
    patience,
    onFull: () => space.noteFull(),
    types: STRICT_TYPES,
  }
  const scopes = new Scopes()
  const clients = new Set<WatchedClient>()
  const Counted = options.onStatement ? reportingClient(options.onStatement) : WatchedClient
  const pool = new Pool({
    ...config,
    ...(isRemote && { query_timeout: options.statementDeadlineMs ?? STATEMENT_DEADLINE }),
    max: poolSize,
    Client: tracing ? tracedClient(Counted, tracing) : Counted,
    onConnect: (client) => {
      if (client instanceof WatchedClient) {
        clients.add(client)
        client.once('end', () => clients.delete(client))
      }
      return isPooled ? undefined : client.query(session)
    },
  })
  // The pool replaces a broken idle connection; an 'error' without a listener would end the process.
  pool.on('error', () => undefined)
  const namer = () => (isPooled ? () => '' : statementNamer())
  const root = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: namer() }),
    errorFormat: 'minimal',
    transactionOptions: { maxWait: connectionWaitMs, timeout: TRANSACTION_TIMEOUT * patience },
  })
  const transactions = new Transactions(root, scopes, isRemote ? Math.max(1, poolSize - RESERVED_FOR_READS) : 1)
  if (tracing) connectWithinWork(pool)
  connectWhileWanted(pool, () => scopes.wanted)
  const direct: WatchedConfig = isPooled ? { ...config, connectionString: options.directUrl } : config
  const listener = new Listener(direct, [CHANGES_CHANNEL, RECALLS_CHANNEL], () => {
    // The other connections lead to the same server, so waiting for them is pointless.
    if (isRemote && !isPooled) for (const client of clients) client.destroy()
  })

  /** Throws inside a transaction, which would wait for itself on the one session of the embedded database. */
  const refuseInside = (what: string) => {
    if (!scopes.isOpen) return
    throw new InsideTransactionError(
      `${what} was used inside a transaction. Use the transaction's tx, or call it before or after the transaction.`,
    )
  }

  async function run<Row extends object>(
    text: string,
    values: readonly unknown[],
    { name, wanted }: { name: string; wanted: AbortSignal | undefined },
  ): Promise<Row[]> {
    refuseInside('database.sql()')
    const query = (named: string) =>
      scopes.call(wanted, () => pool.query<Row & QueryResultRow>({ name: named, text, values: [...values] }))
    try {
      return (await query(name)).rows
    } catch (error) {
      // A migration changed the result type of the prepared plan, or a pooler dropped the plan.
      if (['0A000', '26000'].includes(sqlState(error) ?? '')) {
        return (await query('')).rows
      }
      if (WRITES.test(text) && mayHaveCommitted(error)) throw new OutcomeUnknownError(error)
      throw asUnavailable(error) ?? error
    }
  }

  /** The methods that send statements, for work that somebody may give up, or that nobody does. */
  const statementsOf = (wanted: AbortSignal | undefined): Pick<Database, 'sql' | 'analyze' | 'transaction'> => ({
    sql: (text, values = []) => run(text, values, { name: isPooled ? '' : statementName(text), wanted }),
    analyze: (text, values) => run(text, values, { name: '', wanted }),
    transaction(work, options) {
      refuseInside('database.transaction()')
      return transactions.run(work, options, wanted)
    },
  })
  const { sql, analyze, transaction } = statementsOf(undefined)

  // Selections are the callers': their texts must not take the names of the statements that everybody needs.
  const nameOf = namer()
  const readRows: RunStatement = async ({ text, values }) => {
    const [levels = {}] = await run<{ [level: string]: unknown }>(text, values, {
      name: nameOf({ sql: text }),
      wanted: scopes.wanted,
    })
    return levels
  }

  const clock = new DatabaseClock(async () => {
    // Every request goes by the measurement that one of them may have started.
    const rows = await scopes.exit(() =>
      sql<{ now: number }>('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now'),
    )
    return rows[0]?.now ?? Number.NaN
  }, options.clockOffsetMs)

  let closing: Promise<void> | null = null
  const close = async () => {
    clock.stop()
    await listener.close()
    await root.$disconnect()
    await pool.end()
    await onClose()
  }

  /** Runs a call of Prisma's, which takes its connection later. */
  const byPrisma = (wanted: AbortSignal, call: () => unknown) => {
    refuseInside('the root client')
    return scopes.run({ open: false, wanted }, async () => await call())
  }
  const prisma = guardClient(root, refuseInside)
  const rows = guardClient(readingClient(root, readRows, scopes), refuseInside)

  const database: Database = {
    kind,
    url,
    place,
    isJoined,
    tracing,
    prisma,
    rows,
    clock,
    transaction,
    wantedBy: (wanted) =>
      Object.assign(Object.create(database), statementsOf(wanted), {
        requester: wanted,
        prisma: wantedClient(prisma, (_method, call) => byPrisma(wanted, call)),
        rows: wantedClient(rows, (method, call) =>
          isReadMethod(method) ? scopes.call(wanted, call) : byPrisma(wanted, call),
        ),
      }),
    requester: undefined,
    detached: (work) => scopes.exit(work),
    sql,
    analyze,
    listen: (onNotify, channel = CHANGES_CHANNEL) => listener.add(channel, onNotify),
    connections: () => ({
      total: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      max: pool.options.max,
    }),
    get isFull() {
      return space.isFull
    },
    openPool: (size) => {
      const own = new Pool({ ...direct, max: size, onConnect: (client) => client.query(SESSION_READING) })
      own.on('error', () => undefined)
      return own
    },
    close: () => {
      closing ??= close()
      return closing
    },
  }
  try {
    await clock.start()
  } catch (error) {
    await database.close()
    throw cannotConnect(kind, connection, error)
  }
  return database
}

function cannotConnect(kind: Database['kind'], { connectionString }: ClientConfig, error: unknown): Error {
  // Name the place, never the password.
  const { host, pathname } = kind === 'postgresql' ? new URL(connectionString ?? '') : { host: '', pathname: '' }
  const place = kind === 'postgresql' ? `PostgreSQL at ${host}${pathname}` : 'the embedded database'
  const cause = error instanceof DatabaseUnavailableError ? error.cause : error
  const reasons = cause instanceof AggregateError ? cause.errors : [cause]
  const reason = reasons.map((each) => (each instanceof Error ? each.message : String(each))).join('; ')
  return new DatabaseUnavailableError(`Cannot connect to ${place}: ${reason}`, { cause })
}
