import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Database } from './database.ts'
import {
  DatabaseNewerError,
  DatabaseUnavailableError,
  isUnavailable,
  MigrationFailedError,
  sqlState,
} from './errors.ts'
import { MIGRATIONS, type Migration, NO_FILTER, readMigrations, toMigrationList } from './migrations-folder.ts'

/** Any number, the same in all versions: who holds it migrates, the others wait. */
const ADVISORY_LOCK = 5_939_201_876
const LOCK_RETRY = 200
/** How long a replica waits for another one's migration before it gives up starting. */
const LOCK_TIMEOUT = 10 * 60_000

interface State {
  pending: Migration[]
  /** Begun, but neither finished nor given up: the process was killed, or the script refused. */
  unfinished: string[]
}

interface Recorded {
  name: string
  checksum: string
  finished: boolean
}

const TABLE_DOES_NOT_EXIST = '42P01'
/** What Prisma's engine says when there are tables, but no record of migrations. */
const NOT_EMPTY = 'P3005'

const RECORDED = `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
  FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`

/** Compares what the database has with what the code has, by one statement. */
async function readState(database: Database, migrations: readonly Migration[]): Promise<State> {
  const recorded = await database.sql<Recorded>(RECORDED).catch((error: unknown): Recorded[] => {
    if (sqlState(error) === TABLE_DOES_NOT_EXIST) return []
    throw error
  })
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  const finished = new Set<string>()
  for (const { name, checksum } of recorded.filter((row) => row.finished)) {
    const migration = known.get(name)
    if (migration === undefined) {
      throw new DatabaseNewerError(
        `The database has the migration ${name}, which this version of Keyward does not know: a newer version was ` +
          'here. Start that one, or restore the backup made before the upgrade. Nothing was changed.',
      )
    }
    if (migration.checksum !== checksum) {
      throw new MigrationFailedError(
        name,
        `The migration ${name} was applied to this database in another form than this version of Keyward has it. ` +
          'Nothing was changed.',
      )
    }
    finished.add(name)
  }
  return {
    pending: migrations.filter(({ name }) => !finished.has(name)),
    unfinished: recorded.filter((row) => !row.finished).map(({ name }) => name),
  }
}

/** The names of the migrations that the database lacks, in their order. */
export async function pendingMigrations(database: Database, folder = MIGRATIONS): Promise<string[]> {
  const { pending } = await readState(database, await readMigrations(folder))
  return pending.map(({ name }) => name)
}

/** One after the other within this process: the session's lock does not tell the embedded database's connections apart. */
const running = new WeakMap<Database, Promise<unknown>>()

/**
 * Brings the database up to this code, and answers what was applied. Any number of replicas may do so at once. Does not
 * load the engine when there is nothing to do.
 */
export async function migrate(database: Database, folder = MIGRATIONS): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder)
  const { pending } = await readState(database, migrations)
  if (pending.length === 0) return { applied: [] }
  const before = running.get(database) ?? Promise.resolve()
  const run = before.catch(() => undefined).then(() => migrateLocked(database, migrations, folder))
  running.set(database, run)
  return run
}

async function migrateLocked(
  database: Database,
  migrations: readonly Migration[],
  folder: string,
): Promise<{ applied: string[] }> {
  // One connection: the lock belongs to it, and so does everything the engine does.
  const pool = database.openPool(1)
  try {
    await takeLock(pool)
    try {
      const { pending, unfinished } = await readState(database, migrations)
      if (pending.length === 0) return { applied: [] }
      return await apply(pool, migrations, unfinished, folder)
    } finally {
      await pool.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]).catch(() => undefined)
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

async function takeLock(pool: Pool): Promise<void> {
  const deadline = performance.now() + LOCK_TIMEOUT
  for (;;) {
    const { rows } = await pool.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [ADVISORY_LOCK])
    if (rows[0]?.taken) return
    if (performance.now() > deadline) {
      throw new DatabaseUnavailableError('Another process has been migrating the database for ten minutes.')
    }
    await delay(LOCK_RETRY)
  }
}

async function apply(
  pool: Pool,
  migrations: readonly Migration[],
  unfinished: readonly string[],
  folder: string,
): Promise<{ applied: string[] }> {
  const { openEngine } = await import('./schema-engine.ts')
  const { engine, lastScriptError, close } = await openEngine(pool)
  try {
    // A script runs as one implicit transaction together with its record of success: what is unfinished left nothing.
    for (const migrationName of unfinished) await engine.markMigrationRolledBack({ migrationName })
    const migrationsList = toMigrationList(migrations, folder)
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: NO_FILTER })
    return { applied: appliedMigrationNames }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NOT_EMPTY) {
      throw new MigrationFailedError(
        migrations[0]?.name ?? '',
        'The database holds tables that are not of Keyward. Nothing was changed. Give it a database of its own.',
        { cause: error },
      )
    }
    const cause = lastScriptError()
    if (cause === undefined || isUnavailable(cause)) throw cause ?? error
    const name = await failedMigration(pool)
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MigrationFailedError(
      name,
      `The migration ${name} failed, and left nothing behind. PostgreSQL says: ${reason}`,
      { cause },
    )
  } finally {
    await close()
  }
}

async function failedMigration(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT migration_name AS name FROM _prisma_migrations
     WHERE finished_at IS NULL AND rolled_back_at IS NULL ORDER BY started_at DESC LIMIT 1`,
  )
  return rows[0]?.name ?? 'unknown'
}
