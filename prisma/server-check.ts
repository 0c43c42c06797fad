import type { Database } from './database.ts'
import { DatabaseUnsupportedError } from './errors.ts'
import { READING, TIMEOUTS } from './session.ts'

/** The oldest major version of PostgreSQL that Keyward is tested with. */
const OLDEST_VERSION = 15

/** Properties that a database reports. */
export interface ServerFacts {
  /** The value of `server_version_num`: 150004 is 15.4. */
  version: number
  encoding: string
}

/** The reason why Keyward cannot use a database. Null if it can. */
export function whyUnsupported({ version, encoding }: ServerFacts): string | null {
  if (version < OLDEST_VERSION * 10_000) {
    return `The database runs PostgreSQL ${Math.floor(version / 10_000)}. Keyward needs PostgreSQL ${OLDEST_VERSION} or newer.`
  }
  if (encoding === 'UTF8') return null
  return `The database has the encoding ${encoding}. Create it again with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`
}

/** Throws DatabaseUnsupportedError if Keyward cannot use the database. Changes nothing. */
export async function requireSupported(database: Database): Promise<void> {
  const [facts] = await database.sql<ServerFacts>(
    "SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding",
  )
  const reason = facts === undefined ? null : whyUnsupported(facts)
  if (reason !== null) throw new DatabaseUnsupportedError(`${reason} Nothing was changed.`)
}

/**
 * Throws DatabaseUnsupportedError if sessions have other settings than Keyward needs. Call it behind a pooler, whose
 * sessions only the role can configure. The message contains the necessary statements.
 */
export async function requireSettings(database: Database): Promise<void> {
  const wanted = Object.entries({ ...READING, ...TIMEOUTS })
  const rows = await database.sql<{ name: string; is: string }>(
    'SELECT name, current_setting(name) AS is FROM unnest($1::text[]) AS name',
    [wanted.map(([name]) => name)],
  )
  const found = new Map(rows.map(({ name, is }) => [name, is]))
  const wrong = wanted.filter(([name, value]) => found.get(name) !== value)
  if (wrong.length === 0) return
  const statements = wrong.map(
    ([name, value]) => `  ALTER ROLE … SET ${name} = ${name === 'search_path' ? value : `'${value}'`};`,
  )
  throw new DatabaseUnsupportedError(
    `Sessions of the pooler have other settings than Keyward needs. Set them on the role of DATABASE_URL, then reconnect the pooler:\n${statements.join('\n')}`,
  )
}
