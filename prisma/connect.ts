import { PrismaPg } from '@prisma/adapter-pg'
import { type ClientBase, type ClientConfig, Pool, type QueryResultRow } from 'pg'
import { CHANGES_CHANNEL, RECALLS_CHANNEL } from './channels.ts'
import { DatabaseClock } from './clock.ts'
import {
  asUnavailable,
  DatabaseUnavailableError,
  DirectUnavailableError,
  InsideTransactionError,
  innermostReason,
  isUnavailable,
  mayHaveCommitted,
  OutcomeUnknownError,
  sqlState,
} from './errors.ts'
import { PrismaClient } from './generated/prisma/client.ts'
import { connectWhileWanted } from './given-up.ts'
import type { Database, DatabaseOptions } from './interface.ts'
import { Listener } from './listener.ts'
import { isReadMethod, type RunStatement, readingClient } from './rows/reading-client.ts'
import { Scopes } from './scope.ts'
import { SESSION_POSTGRESQL, SESSION_READING, STRICT_TYPES } from './session.ts'
import { Space } from './space.ts'
import { statementName, statementNamer } from './statement-names.ts'
import { connectWithinWork, tracedClient } from './traced-client.ts'
import { Transactions } from './transactions.ts'
import { textOf, WatchedClient, type WatchedConfig, WRITES } from './watched-client.ts'
import { wrapClient } from './wrap-client.ts'

const POOL_SIZE = 10
/**
 * Number of connections that are reserved for reads, so that reads do not wait for transactions that wait for locks.
 */
const RESERVED_FOR_READS = 2
/** The longest wait for a connection, in milliseconds. */
const CONNECTION_WAIT = 10_000
/** The longest duration of a transaction from its start, in milliseconds. */
const TRANSACTION_TIMEOUT = 15_000
/**
 * The longest wait for the response to a statement, in milliseconds. Longer than PostgreSQL's own statement_timeout.
 */
const STATEMENT_DEADLINE = 33_000

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

/** Checks a new connection after its session is configured. */
async function admitted(
  connection: ClientBase,
  configured: Promise<unknown> | undefined,
  admit: NonNullable<DatabaseOptions['admit']>,
): Promise<void> {
  await configured
  await admit(connection)
}

/** Connects to PostgreSQL, or to the embedded database, which speaks its protocol. `onClose` follows the end of all connections. */
export async function connect(
  { kind, url, place, isJoined }: Pick<Database, 'kind' | 'url' | 'place' | 'isJoined'>,
  connection: ClientConfig,
  options: DatabaseOptions,
  onClose: () => Promise<void>,
): Promise<Database> {
  const session = kind === 'embedded' ? SESSION_READING : SESSION_POSTGRESQL
  const isRemote = kind === 'postgresql'
  const isPooled = options.directUrl !== undefined
  const { tracing = null, poolSize = POOL_SIZE, patience = 1, admit } = options
  const { connectionWaitMs = CONNECTION_WAIT * patience } = options
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
      const configured = isPooled ? undefined : client.query(session)
      return admit ? admitted(client, configured, admit) : configured
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
    // The other connections lead to the same server, so waiting for them would be useless.
    if (isRemote && !isPooled) for (const client of clients) client.destroy()
  })

  /** Names the direct address in the error if work on a connection to it cannot get one. */
  const directly = <T>(connecting: Promise<T>): Promise<T> =>
    connecting.catch((error: unknown) => {
      const { directUrl } = options
      if (directUrl === undefined || !isUnavailable(error)) throw error
      throw new DirectUnavailableError(whyNotConnected(placeOf(directUrl), error), { cause: error })
    })

  /**
   * Throws inside a transaction. On the embedded database, which has a single session, the call would wait for itself.
   */
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

  /** The methods that send statements, for work that can be cancelled and for work that cannot. */
  const statementsOf = (wanted: AbortSignal | undefined): Pick<Database, 'sql' | 'analyze' | 'transaction'> => ({
    sql: (text, values = []) => run(text, values, { name: isPooled ? '' : statementName(text), wanted }),
    analyze: (text, values) => run(text, values, { name: '', wanted }),
    transaction(work, options) {
      refuseInside('database.transaction()')
      return transactions.run(work, options, wanted)
    },
  })
  const { sql, analyze, transaction } = statementsOf(undefined)

  // Callers choose the selections, so the texts of their statements must not use up the prepared names that all
  // requests need.
  const nameOf = namer()
  const readRows: RunStatement = async ({ text, values }) => {
    const [levels = {}] = await run<{ [level: string]: unknown }>(text, values, {
      name: nameOf({ sql: text }),
      wanted: scopes.wanted,
    })
    return levels
  }

  const clock = new DatabaseClock(async () => {
    // Requests share a measurement that one of them may have started.
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

  /** Runs a call of Prisma, which acquires its connection later. */
  const byPrisma = (wanted: AbortSignal, call: () => unknown) => {
    refuseInside('the root client')
    return scopes.run({ open: false, wanted }, async () => await call())
  }
  const guarded = (client: PrismaClient) =>
    wrapClient(client, (path, call) => {
      refuseInside(`the root client.${path}`)
      return call()
    })
  const prisma = guarded(root)
  const rows = guarded(readingClient(root, readRows, scopes))

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
        prisma: wrapClient(prisma, (_path, call) => byPrisma(wanted, call)),
        rows: wrapClient(rows, (path, call) =>
          isReadMethod(path) ? scopes.call(wanted, call) : byPrisma(wanted, call),
        ),
      }),
    requester: undefined,
    detached: (work) => scopes.exit(work),
    sql,
    analyze,
    listen: (onNotify, channel = CHANGES_CHANNEL) => directly(listener.add(channel, onNotify)),
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
      // connect() takes a callback, which pool.query() uses, or returns a promise: pass the arguments on unchanged.
      own.connect = new Proxy(own.connect, {
        apply(target, _this, args: unknown[]) {
          const result: unknown = Reflect.apply(target, own, args)
          return result instanceof Promise ? directly(result) : result
        },
      })
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

function cannotConnect(kind: Database['kind'], { connectionString = '' }: ClientConfig, error: unknown): Error {
  const place = kind === 'postgresql' ? placeOf(connectionString) : 'the embedded database'
  const cause = error instanceof DatabaseUnavailableError ? error.cause : error
  return new DatabaseUnavailableError(whyNotConnected(place, cause), { cause })
}

/** Names the place of a database, but never the password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `PostgreSQL at ${host}${pathname}`
}

function whyNotConnected(place: string, cause: unknown): string {
  // A host name with several addresses fails with one error for each address.
  const reasons = cause instanceof AggregateError ? cause.errors : [cause]
  return `Cannot connect to ${place}: ${reasons.map((each) => innermostReason(each).reason || String(each)).join('; ')}`
}
