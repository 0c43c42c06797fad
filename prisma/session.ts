import { type CustomTypesConfig, types } from 'pg'

/**
 * Parameters that determine how values are read and written, with the values that this code expects. A database or a
 * role may have others (`ALTER DATABASE … SET`): with a `DateStyle` of SQL, for example, every time would be
 * unreadable.
 */
export const READING: Readonly<Record<string, string>> = {
  // The driver adapter reads every time as UTC and ignores its offset.
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  xmloption: 'content',
  search_path: 'public',
  // Reads that follow a lock must see everything committed before it.
  default_transaction_isolation: 'read committed',
}

// A statement that exceeds these timeouts only blocks others: its transaction has already failed.
export const TIMEOUTS: Readonly<Record<string, string>> = {
  lock_timeout: '10s',
  statement_timeout: '30s',
  idle_in_transaction_session_timeout: '30s',
}

const setAll = (parameters: object): string =>
  Object.entries(parameters)
    .map(([name, value]) => `SET ${name} = ${name === 'search_path' ? value : `'${value}'`}`)
    .join('; ')

/** Configures a session for reading. */
export const SESSION_READING = setAll(READING)

/** Configures a session of PostgreSQL for requests. */
export const SESSION_POSTGRESQL = setAll({ ...READING, ...TIMEOUTS })

/** Thrown for a value of the database that does not have the expected format. */
export class UnreadableValueError extends Error {
  override readonly name = 'UnreadableValueError'
}

const { TIMESTAMPTZ, TIMESTAMP, DATE } = types.builtins
const TIMES: readonly number[] = [TIMESTAMPTZ, TIMESTAMP, DATE]

/** Reads a time, or throws. The driver's own parser returns null for an unreadable time, which would mean "never". */
function parseTime(oid: number, text: string): Date {
  const time: unknown = types.getTypeParser(oid, 'text')(text)
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time
  throw new UnreadableValueError('The database sent a time in an unknown format. Check its setting `DateStyle`.')
}

/** The driver's parsers, except that an unreadable time throws. */
export const STRICT_TYPES: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    TIMES.includes(oid) && format !== 'binary'
      ? (text: string) => parseTime(oid, text)
      : types.getTypeParser(oid, format ?? 'text')) as CustomTypesConfig['getTypeParser'],
}
