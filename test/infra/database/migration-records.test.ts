import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../../prisma/database.ts'
import { migrate } from '../../../prisma/migrate.ts'
import { MIGRATIONS, readMigrations } from '../../../prisma/migrations-folder.ts'
import { NO_FILTER, openEngine, toMigrationList } from '../../../prisma/schema-engine.ts'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'

// Compares migrate.ts with the schema engine that `prisma migrate deploy` runs. Failed without applied_steps_count,
// with another column type in the records table, and with another advisory lock.

let ours: TestDatabase
let theirs: TestDatabase
let folder: string
beforeEach(async () => {
  ours = await createTestDatabase()
  theirs = await createTestDatabase()
  for (const { database } of [ours, theirs]) {
    await database.sql('DROP SCHEMA public CASCADE')
    await database.sql('CREATE SCHEMA public')
  }
  folder = await mkdtemp(join(tmpdir(), 'keyward-migrations-'))
  await cp(MIGRATIONS, folder, { recursive: true })
})
afterEach(async () => {
  await ours.drop()
  await theirs.drop()
  await rm(folder, { recursive: true, force: true })
})

async function write(name: string, script: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'migration.sql'), script)
}

/** Applies the folder's migrations with Prisma's engine. First marks the named migration as rolled back. */
async function deploy({ database }: TestDatabase, rolledBack?: string): Promise<string[]> {
  const pool = database.openPool(1)
  const engine = await openEngine(pool)
  try {
    if (rolledBack !== undefined) await engine.markMigrationRolledBack({ migrationName: rolledBack })
    const migrationsList = toMigrationList(await readMigrations(folder))
    return (await engine.applyMigrations({ migrationsList, filters: NO_FILTER })).appliedMigrationNames
  } finally {
    engine.free()
    await pool.end()
  }
}

/** Everything that the migrations record, without times, messages and compatibility, which only ours records. */
const records = ({ database }: TestDatabase) =>
  database.sql(
    `SELECT migration_name, checksum, applied_steps_count, logs IS NULL OR logs LIKE 'compatible down to %' AS "noLogs",
       id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' AS "isUuid4",
       finished_at IS NULL AS unfinished, finished_at < started_at AS "finishedBefore",
       rolled_back_at IS NULL AS "notRolledBack", rolled_back_at < started_at AS "rolledBackBefore"
     FROM _prisma_migrations ORDER BY migration_name, started_at`,
  )

/** One line per column, index, constraint, trigger, function and enum value. */
const schema = (database: Database) =>
  database.sql(
    `SELECT format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
         pg_get_expr(d.adbin, d.adrelid)) AS line
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT tgisinternal
     UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL SELECT format('%s %s %s', enumtypid::regtype, enumsortorder, enumlabel) FROM pg_enum
     ORDER BY line`,
  )

test('migrating an empty database has the same result as prisma migrate deploy', async () => {
  const { applied } = await migrate(ours.database, folder)
  expect(await deploy(theirs)).toEqual(applied)
  expect(applied).toHaveLength((await readMigrations()).length)
  expect(await records(ours)).toEqual(await records(theirs))
  const made = await schema(ours.database)
  expect(made.length).toBeGreaterThan(400)
  expect(made).toEqual(await schema(theirs.database))

  // Each accepts the other's records.
  expect(await deploy(ours)).toEqual([])
  expect(await migrate(theirs.database, folder)).toEqual({ applied: [] })
})

test('fixing and applying a failed migration records the same rows as prisma migrate deploy', async () => {
  const name = '29000000000001_apple'
  await write(name, 'CREATE TABLE apple (id int); INSERT INTO apple VALUES (1 / 0);')
  await expect(migrate(ours.database, folder)).rejects.toThrow('division by zero')
  await expect(deploy(theirs)).rejects.toThrow()
  expect(await records(ours)).toEqual(await records(theirs))
  expect(await ours.database.sql('SELECT logs FROM _prisma_migrations WHERE finished_at IS NULL')).toEqual([
    { logs: 'division by zero' },
  ])

  await write(name, 'CREATE TABLE apple (id int);')
  expect(await migrate(ours.database, folder)).toEqual({ applied: [name] })
  expect(await deploy(theirs, name)).toEqual([name])
  expect(await records(ours)).toEqual(await records(theirs))
})

// All connections to the embedded database share one session, which never waits for its own lock.
test.runIf(testDatabaseKind === 'postgresql')('migrate waits until a running prisma migrate deploy ends', async () => {
  const pool = ours.database.openPool(1)
  await pool.query('SELECT pg_advisory_lock(72707369)')
  const migrated = migrate(ours.database, folder)
  const { rows } = await pool.query('SELECT pg_sleep(1), clock_timestamp()::text AS unlocked')
  await pool.end()
  await migrated
  const [{ unlocked }] = rows
  expect(
    await ours.database.sql('SELECT FROM _prisma_migrations WHERE started_at < $1::timestamptz', [unlocked]),
  ).toEqual([])
})
