import { AsyncLocalStorage } from 'node:async_hooks'
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import { Client, type ClientConfig, Pool, type QueryResultRow } from 'pg'
import { type Clock, DatabaseClock } from './clock.ts'
import { openEmbedded } from './embedded.ts'
import { DatabaseUnavailableError, InsideTransactionError, isRetryable, isUnavailable, sqlState } from './errors.ts'
import { type Prisma, PrismaClient } from './generated/prisma/client.ts'
import { guardClient } from './guard.ts'
import { Listener } from './listener.ts'
import { statementName, statementNamer } from './statement-names.ts'

export type { Clock } from './clock.ts'

/** The client that services use inside a transaction. */
export type Transaction = Prisma.TransactionClient

/** How to open a database. */
export interface DatabaseOptions {
  /** How far the clock is ahead of the database's. For tests. */
  clockOffsetMs?: number
  /** Hears every SQL statement that is sent, BEGIN and COMMIT included. For tests that count. */
  onStatement?: (sql: string) => void
  /** How many connections at most; 10 if not given. */
  poolSize?: number
}

/** One open database: the embedded one or a PostgreSQL, used in the same way. */
export interface Database {
  readonly kind: 'embedded' | 'postgresql'
  readonly url: string
  /** The client outside of transactions. Throws when it is used inside `transaction()`. */
  readonly prisma: PrismaClient
  /** The database's clock. */
  readonly clock: Clock
  /**
   * Runs the work in one transaction, and again, up to five times, when the database asks for that (serialization
   * failure, deadlock): the work must do nothing but use `tx`. Throws DatabaseUnavailableError when that does not help.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /**
   * One prepared query outside of transactions. The text must be a constant: every text is kept prepared on every
   * connection.
   */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /**
   * Calls back for every notification on a channel (of changes if not given: with the position of the last event), and
   * with an empty payload after the connection was broken for a while. The answer ends it.
   */
  listen(onNotify: (payload: string) => void, channel?: Channel): Promise<() => void>
  /** A pool of connections of one's own, for what must not share them. Its opener ends it. */
  openPool(size: number): Pool
  close(): Promise<void>
}

/** The channel on which inserting a change event says so. */
export const CHANGES_CHANNEL = 'keyward_changes'

/** The channel on which holders of leases are asked to return what they do not use. */
export const RECALLS_CHANNEL = 'keyward_recalls'

/**
 * In the FROM of a statement that stands alone: its commit is not waited for until it is on the disk. A crash of PostgreSQL,
 * and nothing else, can forget what was written so in its last fraction of a second.
 */
export const NOT_AWAITED = "set_config('synchronous_commit', 'off', true)"

export type Channel = typeof CHANGES_CHANNEL | typeof RECALLS_CHANNEL

const POOL_SIZE = 10
/** Until a connection is there, and until a transaction may begin. */
const MAX_WAIT = 10_000
/** Until a transaction must be done. */
const TRANSACTION_TIMEOUT = 15_000
const RETRIES = 5
const RETRY_DELAY = 20

// The driver adapter takes every time it reads for UTC, whatever offset it carries.
const SESSION_EMBEDDED = "SET TIME ZONE 'UTC'"
// What waits longer than this holds up others for nobody: its transaction has long been given up.
const SESSION_POSTGRESQL = `${SESSION_EMBEDDED}; SET lock_timeout = '10s'; SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '30s'`

/** Opens `postgresql://…`, `embedded:/absolute/directory`, or `embedded-memory:`, which is gone when closed. */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  if (/^postgres(ql)?:\/\//.test(url)) {
    return connect('postgresql', url, { connectionString: url }, options, async () => undefined)
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
    throw new TypeError('A database is postgresql://…, embedded:/absolute/directory or embedded-memory:')
  }
  try {
    const server = await openEmbedded(directory)
    const config = { host: server.socketDirectory, port: 5432, user: 'postgres', database: 'postgres' }
    return await connect('embedded', url, config, options, async () => {
      await server.close()
      await cleanUp()
    })
  } catch (error) {
    await cleanUp()
    throw error
  }
}

/** A client class that tells of every statement but the ones that set the session up. */
function listeningClient(onStatement: (sql: string) => void): typeof Client {
  return class extends Client {
    // The driver overloads query() many times over: the arguments go through as they came.
    override query: Client['query'] = new Proxy(super.query, {
      apply: (target, _this, args: [unknown, ...unknown[]]) => {
        const [query] = args
        const text = typeof query === 'string' ? query : readText(query)
        if (text !== SESSION_EMBEDDED && text !== SESSION_POSTGRESQL) onStatement(text)
        return Reflect.apply(target, this, args)
      },
    })
  }
}

function readText(query: unknown): string {
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : ''
}

async function connect(
  kind: Database['kind'],
  url: string,
  connection: ClientConfig,
  options: DatabaseOptions,
  onClose: () => Promise<void>,
): Promise<Database> {
  const session = kind === 'embedded' ? SESSION_EMBEDDED : SESSION_POSTGRESQL
  const config: ClientConfig = { ...connection, connectionTimeoutMillis: MAX_WAIT, keepAlive: true }
  const pool = new Pool({
    ...config,
    max: options.poolSize ?? POOL_SIZE,
    ...(options.onStatement && { Client: listeningClient(options.onStatement) }),
    onConnect: (client) => client.query(session),
  })
  // A connection that breaks while idle is replaced; an 'error' nobody hears would end the process.
  pool.on('error', () => undefined)
  const root = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: statementNamer() }),
    errorFormat: 'minimal',
    // For transactions that a library opens: on one connection they queue, as ours do.
    transactionOptions: { maxWait: MAX_WAIT, timeout: TRANSACTION_TIMEOUT },
  })
  const scope = new AsyncLocalStorage<{ open: boolean }>()
  const listener = new Listener(config, [CHANGES_CHANNEL, RECALLS_CHANNEL])

  /** Throws inside a transaction: on the one connection of the embedded database that would wait for itself. */
  const refuseInside = (what: string) => {
    if (!scope.getStore()?.open) return
    throw new InsideTransactionError(
      `${what} was used inside a transaction. Use the tx that the transaction was given, or do this before or after it.`,
    )
  }

  async function sql<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    refuseInside('database.sql()')
    const named = { name: statementName(text), text, values: [...values] }
    try {
      const { rows } = await pool.query<Row & QueryResultRow>(named)
      return rows
    } catch (error) {
      // A migration by another process changed what the prepared plan answers, or a pooler in between forgot it.
      if (['0A000', '26000'].includes(sqlState(error) ?? '')) {
        return (await pool.query<Row & QueryResultRow>(text, [...values])).rows
      }
      throw unavailable(error) ?? error
    }
  }

  async function transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    refuseInside('database.transaction()')
    for (let attempt = 0; ; attempt++) {
      const state = { open: true }
      try {
        return await root.$transaction((tx) => scope.run(state, () => work(tx)))
      } catch (error) {
        if (!isRetryable(error)) throw unavailable(error) ?? error
        if (attempt === RETRIES) {
          throw new DatabaseUnavailableError('The transaction met others again and again. Try again later.', {
            cause: error,
          })
        }
      } finally {
        state.open = false
      }
      await delay(RETRY_DELAY * 2 ** attempt * Math.random())
    }
  }

  const clock = new DatabaseClock(async () => {
    const rows = await sql<{ now: number }>('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now')
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

  const database: Database = {
    kind,
    url,
    prisma: guardClient(root, refuseInside),
    clock,
    transaction,
    sql,
    listen: (onNotify, channel = CHANGES_CHANNEL) => listener.add(channel, onNotify),
    openPool: (size) => {
      const own = new Pool({ ...config, max: size, onConnect: (client) => client.query(SESSION_EMBEDDED) })
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

function unavailable(error: unknown): DatabaseUnavailableError | null {
  if (error instanceof DatabaseUnavailableError) return error
  if (!isUnavailable(error)) return null
  return new DatabaseUnavailableError('The database cannot be reached or does not answer in time.', { cause: error })
}

function cannotConnect(kind: Database['kind'], { connectionString }: ClientConfig, error: unknown): Error {
  // Only where it went, never with which password.
  const { host, pathname } = kind === 'postgresql' ? new URL(connectionString ?? '') : { host: '', pathname: '' }
  const place = kind === 'postgresql' ? `PostgreSQL at ${host}${pathname}` : 'the embedded database'
  const cause = error instanceof DatabaseUnavailableError ? error.cause : error
  const reasons = cause instanceof AggregateError ? cause.errors : [cause]
  const reason = reasons.map((each) => (each instanceof Error ? each.message : String(each))).join('; ')
  return new DatabaseUnavailableError(`Cannot connect to ${place}: ${reason}`, { cause })
}
