import { UnreadableValueError } from './session.ts'

/** The database cannot be reached, or conflicts exhausted the retries. It is safe to try again later. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError'
}

/** The same for `KEYWARD_DIRECT_DATABASE_URL`, the address that bypasses the pooler. */
export class DirectUnavailableError extends DatabaseUnavailableError {}

/**
 * The connection was lost while a change was committed, so the change may have been made. Read the object before you
 * repeat the change.
 */
export class OutcomeUnknownError extends DatabaseUnavailableError {
  constructor(cause: unknown) {
    super('The connection to the database was lost during the commit. Whether the commit took effect is unknown.', {
      cause,
    })
  }
}

/** The directory of the embedded database is damaged. Nothing in it was changed. */
export class DatabaseDamagedError extends Error {
  override readonly name = 'DatabaseDamagedError'
}

/** Another process has the embedded database open. */
export class DatabaseBusyError extends Error {
  override readonly name = 'DatabaseBusyError'
}

/** A newer version of Keyward migrated the database. */
export class DatabaseNewerError extends Error {
  override readonly name = 'DatabaseNewerError'
}

/** The database exists, but this version of Keyward cannot use it: its version, its encoding or its settings. */
export class DatabaseUnsupportedError extends Error {
  override readonly name = 'DatabaseUnsupportedError'
}

/** A migration failed and was rolled back. The next attempt starts it again. */
export class MigrationFailedError extends Error {
  override readonly name = 'MigrationFailedError'
  readonly migration: string

  constructor(migration: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.migration = migration
  }
}

/** A programming error: the root client, or a second transaction, was used inside a transaction. */
export class InsideTransactionError extends Error {
  override readonly name = 'InsideTransactionError'
}

type Fields = Record<string, unknown>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

/**
 * Walks through the layers of an error, outermost first. A failure comes directly from pg, wrapped by the driver
 * adapter, or wrapped again by Prisma.
 */
function* layers(error: unknown): Generator<Fields> {
  const waiting: unknown[] = [error]
  const seen = new Set<unknown>()
  while (waiting.length > 0 && seen.size < 20) {
    const layer = waiting.shift()
    if (!isFields(layer) || seen.has(layer)) continue
    seen.add(layer)
    yield layer
    const meta = layer.meta
    waiting.push(layer.cause, isFields(meta) ? meta.driverAdapterError : undefined)
    // A host name with several addresses fails with one error for each address.
    if (layer instanceof AggregateError) waiting.push(...layer.errors)
  }
}

const SQLSTATE = /^[0-9A-Z]{5}$/
const PRISMA_CODE = /^P\d{4}$/

/** PostgreSQL's SQLSTATE from any layer of an error. Null if the error is not PostgreSQL's. */
export function sqlState(error: unknown): string | null {
  for (const layer of layers(error)) {
    for (const code of [layer.originalCode, layer.code]) {
      if (typeof code === 'string' && SQLSTATE.test(code) && !PRISMA_CODE.test(code)) return code
    }
  }
  return null
}

function prismaCodes(error: unknown): string[] {
  const codes: string[] = []
  for (const { code } of layers(error)) if (typeof code === 'string' && PRISMA_CODE.test(code)) codes.push(code)
  return codes
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT', // no such Unix socket
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
])

/**
 * SQLSTATEs that do not concern the statement: the database cannot serve it now. Two characters name a whole class,
 * five a single state. test/infra/database/errors.test.ts lists every class of PostgreSQL.
 */
const UNAVAILABLE_STATES = new Set([
  '08', // connection exceptions
  '28', // the password or the role was changed
  '53', // insufficient resources: disk full, out of memory, too many connections
  '57', // operator intervention: shut down, starting up, canceled by statement_timeout
  '58', // errors of the system below PostgreSQL, such as of its disk
  '25006', // read-only: the server has become a standby
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '3D000', // the database was removed
  '55000', // the database is closed to connections
  '55P03', // lock_timeout
])

// Cannot reach, timed out, closed the connection, no connection left in the pool, too many connections.
const UNAVAILABLE_PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'])

const UNAVAILABLE_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'])

/** Messages of pg if nothing answers a new connection in time. */
const NOT_OPENED = ['timeout expired', 'Connection terminated due to connection timeout']

/** Failures to get a connection. No statement was sent. */
const NOT_SENT = [
  ...NOT_OPENED,
  'timeout exceeded when trying to connect',
  'Cannot use a pool after calling end on the pool',
  'Unable to start a transaction in the given time',
]

/** Prisma's timeout ended the transaction before COMMIT was sent. */
const EXPIRED = ['expired transaction', 'Transaction already closed']

const UNAVAILABLE_MESSAGES = [
  'Connection terminated',
  'Client has encountered a connection error and is not queryable',
  'Query read timeout',
  ...NOT_SENT,
  ...EXPIRED,
]

/** Whether an error means that the database cannot be reached or did not answer in time. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true
  const state = sqlState(error)
  if (state !== null && [state, state.slice(0, 2)].some((each) => UNAVAILABLE_STATES.has(each))) return true
  if (prismaCodes(error).some((code) => UNAVAILABLE_PRISMA.has(code))) return true
  for (const { code, syscall, kind, message } of layers(error)) {
    if (typeof code === 'string' && typeof syscall === 'string' && UNREACHABLE.has(code)) return true
    if (typeof kind === 'string' && UNAVAILABLE_KINDS.has(kind)) return true
    if (typeof message === 'string' && UNAVAILABLE_MESSAGES.some((text) => message.includes(text))) return true
  }
  return false
}

/** Returns the error as a DatabaseUnavailableError. Null if it means something else. */
export function asUnavailable(error: unknown): DatabaseUnavailableError | null {
  if (error instanceof DatabaseUnavailableError) return error
  if (!isUnavailable(error)) return null
  return new DatabaseUnavailableError('The database cannot be reached or does not answer in time.', { cause: error })
}

/**
 * The innermost reason of an error, for the log: its code and the last line of its message. Prisma prints the arguments
 * of the failed call above that line.
 */
export function innermostReason(error: unknown): { code?: string; reason: string } {
  const found: { code?: string; reason: string } = { reason: '' }
  for (const { code, message } of layers(error)) {
    if (typeof code === 'string') found.code = code
    if (typeof message === 'string' && NOT_OPENED.some((text) => message.includes(text))) {
      return { reason: 'nothing answered a new connection in time. Check the host, the port and the firewalls' }
    }
    if (typeof message === 'string') found.reason = message.trim().split('\n').at(-1) ?? ''
  }
  return found
}

/** Whether an error is, or wraps, an UnreadableValueError. */
export function isUnreadable(error: unknown): boolean {
  for (const layer of layers(error)) if (layer instanceof UnreadableValueError) return true
  return false
}

/** Whether COMMIT, or a statement that commits by itself, may have taken effect although it failed with this error. */
export function mayHaveCommitted(error: unknown): boolean {
  if (!isUnavailable(error)) return false
  // Without a connection, nothing was sent.
  for (const { message, syscall } of layers(error)) {
    if (syscall === 'connect') return false
    if (typeof message === 'string' && [...EXPIRED, ...NOT_SENT].some((text) => message.includes(text))) return false
  }
  const state = sqlState(error)
  // PostgreSQL responded that the statement failed. But when it shuts down, it may end the connection after the commit.
  return state === null || state.startsWith('57P') || state.startsWith('08')
}

/** Whether an error is, or wraps, an OutcomeUnknownError. */
export function isOutcomeUnknown(error: unknown): boolean {
  for (const layer of layers(error)) if (layer instanceof OutcomeUnknownError) return true
  return false
}

/** Whether an error is a serialization failure or a deadlock, after which the transaction may run again. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error)
  if (state === '40001' || state === '40P01') return true
  if (prismaCodes(error).includes('P2034')) return true
  for (const { kind } of layers(error)) if (kind === 'TransactionWriteConflict') return true
  return false
}

/** Whether an error reports that a required row is missing because another transaction removed it. */
export const isGone = (error: unknown): boolean => prismaCodes(error).includes('P2025')

/** The name of the violated constraint, or its columns joined by commas. Null if the error contains neither. */
function constraintName(error: unknown): string | null {
  for (const layer of layers(error)) {
    const constraint = layer.constraint
    if (typeof constraint === 'string') return constraint
    if (isFields(constraint)) {
      if (typeof constraint.index === 'string') return constraint.index
      if (Array.isArray(constraint.fields)) return constraint.fields.join(', ')
    }
  }
  for (const { meta } of layers(error)) {
    const target = isFields(meta) ? meta.target : undefined
    if (typeof target === 'string') return target
    if (Array.isArray(target)) return target.join(', ')
  }
  return null
}

/**
 * The name of the violated unique index, such as `api_key_live_name`, or the list of its columns if the driver gives no
 * name. Null for every other error.
 */
export function uniqueViolation(error: unknown): string | null {
  if (sqlState(error) !== '23505' && !prismaCodes(error).includes('P2002')) return null
  return constraintName(error) ?? ''
}
