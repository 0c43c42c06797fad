import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import type { Database } from './database.ts'
import {
  DatabaseNewerError,
  DatabaseUnavailableError,
  isUnavailable,
  MigrationFailedError,
  sqlState,
} from './errors.ts'
import { MIGRATIONS, type Migration, readMigrations } from './migrations-folder.ts'

/**
 * The lock that Prisma's schema engine also takes, so that `prisma migrate deploy` and this code exclude each other.
 */
const ADVISORY_LOCK = 72_707_369
const LOCK_RETRY_MS = 200
/** The longest wait of a migration for a lock, and its number of attempts. */
const LOCK_TIMEOUT = '1s'
const LOCK_ATTEMPTS = 60
const LOCK_PAUSE_MS = 1_000
/** A lock was not available, or another transaction waited for one of this script's. */
const LOCK_FAILURES = ['55P03', '40P01']
const LOCK_TIMEOUT_MS = 10 * 60_000

/** The same table that Prisma's schema engine creates. */
const CREATE_RECORDS = `CREATE TABLE _prisma_migrations (
  id                      VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum                VARCHAR(64) NOT NULL,
  finished_at             TIMESTAMPTZ,
  migration_name          VARCHAR(255) NOT NULL,
  logs                    TEXT,
  rolled_back_at          TIMESTAMPTZ,
  started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`

const APPLIED = `SELECT migration_name AS name, checksum, logs FROM _prisma_migrations
  WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY started_at`
const TABLE_DOES_NOT_EXIST = '42P01'

interface State {
  /** False before the first migration has created the table of records. */
  hasRecords: boolean
  pending: Migration[]
}

/**
 * The line with which a migration states that older code can work with its result: code that knows the named migration,
 * or newer code. The line is stored in the record of the migration, because older code does not have the script.
 */
const COMPATIBLE = /^(?:-- )?compatible down to (\d{14}_\w+)$/im

const compatibleDownTo = (text: string | null): string | null => COMPATIBLE.exec(text ?? '')?.[1] ?? null

/** Compares the migrations of the database with those of this code, in one statement. */
async function readState(database: Database, migrations: readonly Migration[]): Promise<State> {
  const applied = await database
    .sql<{ name: string; checksum: string; logs: string | null }>(APPLIED)
    .catch((error: unknown) => {
      if (sqlState(error) === TABLE_DOES_NOT_EXIST) return null
      throw error
    })
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  const newest = migrations.at(-1)?.name ?? ''
  for (const { name, checksum, logs } of applied ?? []) {
    const migration = known.get(name)
    if (migration === undefined) {
      const oldest = compatibleDownTo(logs)
      if (oldest !== null && oldest <= newest) continue
      throw new DatabaseNewerError(
        `The database has the migration ${name}, which this version of Keyward does not know: a newer version ` +
          'migrated it. Start that version, or restore the backup from before the upgrade. Nothing was changed.',
      )
    }
    if (migration.checksum !== checksum) {
      throw new MigrationFailedError(
        name,
        `The migration ${name} was edited after this database applied it. Start the version of Keyward that ` +
          'migrated the database. Nothing was changed.',
      )
    }
    known.delete(name)
  }
  return { hasRecords: applied !== null, pending: [...known.values()] }
}

/** The names of the pending migrations, in order. */
export async function pendingMigrations(database: Database, folder = MIGRATIONS): Promise<string[]> {
  const { pending } = await readState(database, await readMigrations(folder))
  return pending.map(({ name }) => name)
}

/**
 * Queues the calls of one process. Connections to the embedded database share one session, and therefore its advisory
 * locks.
 */
const running = new WeakMap<Database, Promise<unknown>>()

/**
 * Applies the pending migrations and returns their names. Any number of replicas may call it at once. Records each
 * migration as `prisma migrate deploy` does.
 */
export async function migrate(database: Database, folder = MIGRATIONS): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder)
  const { pending } = await readState(database, migrations)
  if (pending.length === 0) return { applied: [] }
  const before = running.get(database) ?? Promise.resolve()
  const run = before.catch(() => undefined).then(() => migrateLocked(database, migrations))
  running.set(database, run)
  return run
}

/** A rehearsed migration: it succeeded and was rolled back. */
export interface Rehearsed {
  name: string
  /** The oldest migration whose code can work with the result. Null if only code with this migration can. */
  compatibleDownTo: string | null
  /** Null if the migration cannot run in a transaction, or depends on one that cannot. */
  milliseconds: number | null
}

/**
 * Runs the pending migrations in one transaction and rolls it back. Holds the same locks for the same time as a real
 * run.
 */
export async function rehearse(database: Database, folder = MIGRATIONS): Promise<Rehearsed[]> {
  const { pending } = await readState(database, await readMigrations(folder))
  const pool = database.openPool(1)
  const rehearsed: Rehearsed[] = []
  const leftOut = new Set<string>()
  try {
    const client = await pool.connect()
    client.on('error', () => undefined)
    try {
      await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'; BEGIN`)
      for (const { name, script } of pending) {
        const began = performance.now()
        const isLeftOut = isConcurrent(script) || leftOut.has(neededBy(script) ?? name)
        if (isLeftOut) leftOut.add(name)
        else await client.query(script).catch((error: unknown) => fail(name, error))
        const milliseconds = isLeftOut ? null : performance.now() - began
        rehearsed.push({ name, compatibleDownTo: compatibleDownTo(script), milliseconds })
      }
      return rehearsed
    } finally {
      await client.query('ROLLBACK').catch(() => undefined)
      client.release(true)
    }
  } finally {
    await pool.end()
  }
}

function fail(name: string, cause: unknown): never {
  if (isUnavailable(cause)) throw cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  throw new MigrationFailedError(name, `The migration ${name} failed and was rolled back. PostgreSQL: ${reason}`, {
    cause,
  })
}

async function migrateLocked(database: Database, migrations: readonly Migration[]): Promise<{ applied: string[] }> {
  const pool = database.openPool(1)
  try {
    // Uses one connection throughout, because the lock ends with it.
    const client = await pool.connect()
    // The running query also rejects. An 'error' without a listener would end the process.
    client.on('error', () => undefined)
    try {
      await takeLock(client)
      await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`)
      const state = await readState(database, migrations)
      for (const [index, migration] of state.pending.entries()) {
        if (index === 0) await prepareRecords(client, state.hasRecords, migration)
        await applyPatiently(client, migration)
      }
      return { applied: state.pending.map(({ name }) => name) }
    } finally {
      client.release(true)
    }
  } catch (error) {
    if (!(error instanceof DatabaseUnavailableError) && isUnavailable(error)) {
      throw new DatabaseUnavailableError('The database went away during the migration. Start again to resume it.', {
        cause: error,
      })
    }
    throw error
  } finally {
    await pool.end()
  }
}

/**
 * Polls for the lock. A session that waits inside PostgreSQL would block CREATE INDEX CONCURRENTLY in the other
 * process's script.
 */
async function takeLock(client: PoolClient): Promise<void> {
  const deadline = performance.now() + LOCK_TIMEOUT_MS
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [ADVISORY_LOCK])
    if (rows[0]?.taken) return
    if (performance.now() > deadline) {
      throw new DatabaseUnavailableError('Another process has been migrating the database for ten minutes.')
    }
    await delay(LOCK_RETRY_MS)
  }
}

async function prepareRecords(client: PoolClient, hasRecords: boolean, first: Migration): Promise<void> {
  if (hasRecords) {
    // A script and the record of its success commit together, so an unfinished migration has left nothing behind.
    await client.query(
      'UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL',
    )
    return
  }
  const { rowCount } = await client.query('SELECT FROM pg_tables WHERE schemaname = current_schema() LIMIT 1')
  if (rowCount !== 0) {
    throw new MigrationFailedError(
      first.name,
      'The database contains tables of another application. Give Keyward a database of its own. Nothing was changed.',
    )
  }
  await client.query(CREATE_RECORDS)
}

/**
 * Applies a migration. It waits only briefly for a lock, because every other statement on the table queues behind it.
 * Then it tries again later.
 */
async function applyPatiently(client: PoolClient, migration: Migration): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await apply(client, migration)
    } catch (error) {
      if (!LOCK_FAILURES.includes(sqlState(error) ?? '')) throw error
      if (attempt === LOCK_ATTEMPTS) {
        throw new DatabaseUnavailableError(
          `The migration ${migration.name} found a table locked ${LOCK_ATTEMPTS} times. Look for long transactions and backups in pg_stat_activity, then start again.`,
          { cause: error },
        )
      }
      await client.query(
        'UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL',
      )
      await delay(LOCK_PAUSE_MS)
    }
  }
}

const isConcurrent = (script: string): boolean => /\bCONCURRENTLY\b/i.test(script)

/** The migration that must be applied before a script, named by its comment `-- needs NAME`. */
const neededBy = (script: string): string | undefined => /^-- needs (\S+)$/m.exec(script)?.[1]

/** The name of the index that a script creates. */
const newIndexOf = (script: string): string | undefined =>
  /\bCREATE (?:UNIQUE )?INDEX CONCURRENTLY "([^"]+)"/.exec(script)?.[1]

async function apply(client: PoolClient, { name, script, checksum }: Migration): Promise<void> {
  const id = randomUUID()
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    checksum,
    name,
  ])
  const oldest = compatibleDownTo(script)
  const logs = oldest === null ? '' : `, logs = 'compatible down to ${oldest}'`
  const finish = `UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1${logs} WHERE id = '${id}'`
  try {
    // PostgreSQL runs a query of several statements as one transaction, in which CONCURRENTLY cannot run.
    if (isConcurrent(script)) {
      // CONCURRENTLY blocks no writes, and a timeout would leave an invalid index.
      await client.query('SET lock_timeout = 0')
      // An interrupted attempt leaves its index, which may be invalid.
      const index = newIndexOf(script)
      if (index !== undefined) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS "${index}"`)
      await client.query(script)
      await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`)
      await client.query(finish)
    } else await client.query(`${script}\n;${finish}`)
  } catch (error) {
    if (isUnavailable(error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, reason]).catch(() => undefined)
    fail(name, error)
  }
}
