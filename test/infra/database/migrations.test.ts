import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../prisma/database.ts'
import { DatabaseNewerError, MigrationFailedError } from '../../../prisma/errors.ts'
import { migrate, pendingMigrations, rehearse } from '../../../prisma/migrate.ts'
import { readMigrations } from '../../../prisma/migrations-folder.ts'
import { diffMigrationsToSchema } from '../../../prisma/schema-diff.ts'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'

// Each test adds its own migrations to the repository's.

let db: TestDatabase
let folder: string
let names: string[]
const statements: string[] = []
beforeEach(async () => {
  db = await createTestDatabase({ onStatement: (sql) => statements.push(sql) })
  folder = await mkdtemp(join(tmpdir(), 'keyward-migrations-'))
  names = []
  for (const { name, script } of await readMigrations()) await write(name, script)
})
afterEach(async () => {
  await db.drop()
  await rm(folder, { recursive: true, force: true })
})

async function write(name: string, script: string): Promise<void> {
  names.push(name)
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'migration.sql'), script)
}

interface Row {
  name: string
  finished: boolean
  rolledBack: boolean
}

const recorded = (database: Database) =>
  database.sql<Row>(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS finished, rolled_back_at IS NOT NULL AS "rolledBack"
     FROM _prisma_migrations WHERE migration_name LIKE '29%' ORDER BY started_at`,
  )
const tables = (database: Database) =>
  database.sql("SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 'apple%' ORDER BY 1")

test('checking an up-to-date database takes one statement', async () => {
  statements.length = 0
  expect(await migrate(db.database, folder)).toEqual({ applied: [] })
  expect(statements.filter((sql) => !sql.includes('clock_timestamp'))).toHaveLength(1)
})

test('pending migrations are applied in order, including functions with semicolons', async () => {
  await write('29000000000002_second', 'INSERT INTO apple VALUES (twice(21));')
  await write(
    '29000000000001_first',
    `CREATE TABLE apple (id int);
     CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN n * 2; END; $$;`,
  )
  const pending = ['29000000000001_first', '29000000000002_second']
  expect(await pendingMigrations(db.database, folder)).toEqual(pending)
  expect(await migrate(db.database, folder)).toEqual({ applied: pending })
  expect(await pendingMigrations(db.database, folder)).toEqual([])
  expect(await db.database.sql('SELECT id FROM apple')).toEqual([{ id: 42 }])
})

test('a failed migration reports PostgreSQL’s error, and resumes once it is fixed', async () => {
  await write('29000000000001_first', 'CREATE TABLE apple (id int);')
  await write('29000000000002_second', 'CREATE TABLE apple_pie (id int); INSERT INTO apple VALUES (1 / 0);')
  const error = await migrate(db.database, folder).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(MigrationFailedError)
  expect(error).toMatchObject({
    migration: '29000000000002_second',
    message: expect.stringContaining('division by zero'),
  })
  expect(await recorded(db.database)).toEqual([
    { name: '29000000000001_first', finished: true, rolledBack: false },
    { name: '29000000000002_second', finished: false, rolledBack: false },
  ])
  expect(await tables(db.database)).toEqual([{ name: 'apple' }])

  // Still broken: the same error, not another one.
  await expect(migrate(db.database, folder)).rejects.toThrow(/29000000000002_second.*division by zero/s)

  await write('29000000000002_second', 'CREATE TABLE apple_pie (id int); INSERT INTO apple VALUES (1);')
  expect(await migrate(db.database, folder)).toEqual({ applied: ['29000000000002_second'] })
  expect(await tables(db.database)).toEqual([{ name: 'apple' }, { name: 'apple_pie' }])
})

test('concurrent migrate commands apply each migration once', async () => {
  await write('29000000000001_first', 'CREATE TABLE apple (id int); SELECT pg_sleep(0.2);')
  const others = db.database.kind === 'embedded' ? [] : await Promise.all([openDatabase(db.url), openDatabase(db.url)])
  const databases = [db.database, db.database, ...others, ...others]
  const outcomes = await Promise.all(databases.map((database) => migrate(database, folder)))
  expect(outcomes.flatMap(({ applied }) => applied)).toEqual(['29000000000001_first'])
  await Promise.all(others.map((other) => other.close()))
})

test('a database that a newer version migrated is rejected and not changed', async () => {
  await write('29000000000001_newer', 'CREATE TABLE apple (id int);')
  await migrate(db.database, folder)
  await expect(migrate(db.database)).rejects.toThrow(DatabaseNewerError)
  await expect(pendingMigrations(db.database)).rejects.toThrow(/29000000000001_newer/)
})

test('a replica works with a newer database if its migrations are marked as compatible', async () => {
  const newest = names.at(-1) ?? ''
  await write('29000000000001_first', `-- compatible down to ${newest}\nCREATE TABLE apple (id int);`)
  await write('29000000000002_second', `-- compatible down to ${newest}\nCREATE TABLE apple_pie (id int);`)
  await migrate(db.database, folder)
  expect(await pendingMigrations(db.database)).toEqual([])
  expect(await migrate(db.database)).toEqual({ applied: [] })
  await write('29000000000003_third', '-- compatible down to 29000000000002_second\nDROP TABLE apple;')
  await migrate(db.database, folder)
  await expect(pendingMigrations(db.database)).rejects.toThrow(DatabaseNewerError)
  await expect(pendingMigrations(db.database)).rejects.toThrow('29000000000003_third')
})

test('a rehearsal runs the pending migrations and rolls them back', async () => {
  await write('29000000000001_first', 'CREATE TABLE apple (id int);')
  await write('29000000000002_second', `-- compatible down to 29000000000001_first\nINSERT INTO apple VALUES (1);`)
  const rehearsed = await rehearse(db.database, folder)
  expect(rehearsed.map(({ name, compatibleDownTo }) => [name, compatibleDownTo])).toEqual([
    ['29000000000001_first', null],
    ['29000000000002_second', '29000000000001_first'],
  ])
  expect(rehearsed.every(({ milliseconds }) => milliseconds !== null)).toBe(true)
  await write('29000000000003_third', 'SELECT 1 / 0;')
  await expect(rehearse(db.database, folder)).rejects.toThrow('division by zero')
  expect([await recorded(db.database), await tables(db.database)]).toEqual([[], []])
})

// Failed while a migration that needs an index of a migration outside transactions was rehearsed without it.
test('a rehearsal skips migrations that depend on a migration outside a transaction', async () => {
  await db.database.prisma.$executeRawUnsafe('DROP SCHEMA public CASCADE')
  await db.database.prisma.$executeRawUnsafe('CREATE SCHEMA public')
  const rehearsed = await rehearse(db.database, folder)
  expect(rehearsed.map(({ name }) => name)).toEqual(names)
  const leftOut = rehearsed.flatMap(({ name, milliseconds }) => (milliseconds === null ? [name] : []))
  expect(leftOut).toContain('20261130231004_usage_record')
})

// Failed while the index of an interrupted attempt was in the way.
test('an interrupted CREATE INDEX CONCURRENTLY migration is resumed', async () => {
  await write('29000000000001_first', 'CREATE TABLE apple (id int);')
  await migrate(db.database, folder)
  await write('29000000000002_second', 'CREATE UNIQUE INDEX CONCURRENTLY "apple_id" ON apple (id);')
  await db.database.prisma.$executeRawUnsafe('INSERT INTO apple VALUES (1), (1)')
  await expect(migrate(db.database, folder)).rejects.toThrow(MigrationFailedError)
  await db.database.prisma.$executeRawUnsafe('DELETE FROM apple')
  expect(await migrate(db.database, folder)).toEqual({ applied: ['29000000000002_second'] })
  const [index] = await db.database.sql<{ valid: boolean }>(
    `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'apple_id'::regclass`,
  )
  expect(index).toEqual({ valid: true })
})

// Failed while a migration waited up to ten seconds for a lock, and everybody else behind it.
test.runIf(testDatabaseKind === 'postgresql')(
  'a migration that waits for a table lock does not block other statements',
  async () => {
    await write('29000000000001_first', 'ALTER TABLE organization ADD COLUMN apple int;')
    let release = () => {}
    let lock = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const locked = new Promise<void>((resolve) => {
      lock = resolve
    })
    const holder = db.database.transaction(async (tx) => {
      await tx.$executeRaw`LOCK TABLE organization IN ACCESS SHARE MODE`
      lock()
      await released
    })
    await locked
    const migrating = migrate(db.database, folder)
    await expect.poll(async () => (await recorded(db.database)).filter(({ rolledBack }) => rolledBack)).toHaveLength(1)
    await db.database.sql('SELECT 1 FROM organization LIMIT 1')
    release()
    await holder
    expect(await migrating).toEqual({ applied: ['29000000000001_first'] })
  },
)

// Failed while only a lock that was not available was tried again: the first start after an upgrade ended with an error.
test.runIf(testDatabaseKind === 'postgresql')('a migration that fails with a deadlock is retried', async () => {
  await db.database.sql('CREATE TABLE apple (id int)')
  const isHeld = `FROM pg_locks WHERE relation = 'project'::regclass AND mode = 'AccessExclusiveLock'`
  // It closes the circle, so PostgreSQL ends this script and not the other transaction.
  await write(
    '29000000000001_first',
    `SET LOCAL lock_timeout = 0;
     SET LOCAL deadlock_timeout = '10ms';
     LOCK TABLE project IN ACCESS EXCLUSIVE MODE;
     DO $$ BEGIN
       WHILE NOT EXISTS (SELECT ${isHeld} AND NOT granted) AND NOT EXISTS (SELECT FROM apple) LOOP
         PERFORM pg_sleep(0.02);
       END LOOP;
     END $$;
     LOCK TABLE organization IN ACCESS EXCLUSIVE MODE;
     CREATE TABLE apple_pie (id int);`,
  )
  let lock = () => {}
  const locked = new Promise<void>((resolve) => {
    lock = resolve
  })
  const other = db.database.transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL deadlock_timeout = '60s'`
    await tx.$executeRaw`LOCK TABLE organization IN ACCESS EXCLUSIVE MODE`
    lock()
    await expect.poll(() => tx.$queryRawUnsafe(`SELECT 1 ${isHeld} AND granted`)).toHaveLength(1)
    await tx.$executeRaw`LOCK TABLE project IN ACCESS EXCLUSIVE MODE`
    await tx.$executeRaw`INSERT INTO apple VALUES (1)`
  })
  await locked
  expect(await migrate(db.database, folder)).toEqual({ applied: ['29000000000001_first'] })
  await other
  expect(await recorded(db.database)).toEqual([
    { name: '29000000000001_first', finished: false, rolledBack: true },
    { name: '29000000000001_first', finished: true, rolledBack: false },
  ])
  expect(
    await db.database.sql(
      `SELECT logs FROM _prisma_migrations WHERE migration_name LIKE '29%' AND logs LIKE '%deadlock%'`,
    ),
  ).toHaveLength(1)
  expect(await tables(db.database)).toEqual([{ name: 'apple' }, { name: 'apple_pie' }])
})

test('a migration that was edited after it was applied is rejected', async () => {
  await write('29000000000001_first', 'CREATE TABLE apple (id int);')
  await migrate(db.database, folder)
  await write('29000000000001_first', 'CREATE TABLE apple (id bigint);')
  await expect(migrate(db.database, folder)).rejects.toThrow(MigrationFailedError)
  expect(await recorded(db.database)).toHaveLength(1)
})

test('a migration commits in one transaction with its record', async () => {
  // The trigger drops every update of a record from another transaction.
  await write(
    '29000000000001_first',
    `CREATE TABLE apple AS SELECT pg_current_xact_id()::text AS script;
     CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RETURN CASE WHEN pg_current_xact_id()::text = (SELECT script FROM apple) THEN NEW ELSE OLD END; END $$;
     CREATE TRIGGER keep BEFORE UPDATE ON _prisma_migrations FOR EACH ROW EXECUTE FUNCTION keep();`,
  )
  expect(await migrate(db.database, folder)).toEqual({ applied: ['29000000000001_first'] })
  expect(await recorded(db.database)).toEqual([{ name: '29000000000001_first', finished: true, rolledBack: false }])
  expect(await pendingMigrations(db.database, folder)).toEqual([])
})

test('a database with another application’s tables is rejected and not changed', async () => {
  await db.database.sql('DROP TABLE _prisma_migrations')
  await expect(migrate(db.database)).rejects.toThrow(/tables of another application/)
})

// The command creates its own embedded database either way.
test.runIf(testDatabaseKind === 'pglite')('schema.prisma matches the migrations', async () => {
  expect(await diffMigrationsToSchema()).toBe('')
})
