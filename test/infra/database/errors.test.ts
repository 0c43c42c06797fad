import { createServer } from 'node:net'
import { newId } from '@keyward/schema/core/ids'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, type Transaction } from '../../../prisma/database.ts'
import { DatabaseUnavailableError, isUnavailable, sqlState, uniqueViolation } from '../../../prisma/errors.ts'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'
import { insertOrganization, keyRow, type OrganizationRows } from './rows.ts'

let db: TestDatabase
let rows: OrganizationRows
beforeAll(async () => {
  db = await createTestDatabase()
  rows = await insertOrganization(db.database)
})
afterAll(() => db.drop())

const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

const INSERT = `INSERT INTO api_key (id, organization_id, project_id, name, name_key, start, created_by_name)
  VALUES (gen_random_uuid(), $1::uuid, $2::uuid, 'Twice', 'twice', 's', 'Jo')`

test('a unique-violation error names the index, with every database client', async () => {
  const { organizationId, projectId } = rows
  const data = () => ({ ...keyRow(rows, 'Twice'), nameKey: 'twice' })
  await db.database.prisma.apiKey.create({ data: data() })
  const errors = await Promise.all([
    failure(db.database.prisma.apiKey.create({ data: data() })),
    failure(db.database.prisma.apiKey.createMany({ data: [data()] })),
    failure(db.database.prisma.$executeRawUnsafe(INSERT, organizationId, projectId)),
    failure(db.database.transaction((tx) => tx.apiKey.create({ data: data() }))),
    failure(db.database.transaction((tx) => tx.$executeRawUnsafe(INSERT, organizationId, projectId))),
    failure(db.database.sql(INSERT, [organizationId, projectId])),
  ])
  expect(errors.map(uniqueViolation)).toEqual(errors.map(() => 'api_key_live_name'))
  expect(errors.map(isUnavailable)).toEqual(errors.map(() => false))
})

test('other constraint violations are not reported as unique violations', async () => {
  const blank = await failure(db.database.prisma.apiKey.create({ data: { ...keyRow(rows), name: ' ' } }))
  const noProject = await failure(
    db.database.prisma.apiKey.create({ data: { ...keyRow(rows), projectId: crypto.randomUUID() } }),
  )
  expect([blank, noProject].map(uniqueViolation)).toEqual([null, null])
  expect(sqlState(blank)).toBe('23514')
  expect(sqlState(noProject)).toBe('23503')
  expect([new Error('no'), null, 'P2002', undefined, { code: 'P2025' }].map(uniqueViolation)).toEqual(
    Array(5).fill(null),
  )
})

test('a revoked key’s name can be used again', async () => {
  const name = 'Again'
  await db.database.prisma.apiKey.create({ data: { ...keyRow(rows, name), revokedAt: new Date() } })
  await db.database.prisma.apiKey.create({ data: keyRow(rows, name) })
  const again = await failure(db.database.prisma.apiKey.create({ data: keyRow(rows, name) }))
  expect(uniqueViolation(again)).toBe('api_key_live_name')
})

test('connecting to an absent server throws DatabaseUnavailableError, without the password', async () => {
  const error = await failure(openDatabase('postgresql://jo:hunter2@127.0.0.1:1/keyward'))
  expect(error).toBeInstanceOf(DatabaseUnavailableError)
  expect(String(error)).toMatch(/Cannot connect to PostgreSQL at 127.0.0.1:1\/keyward: connect ECONNREFUSED/)
  expect(String(error)).not.toContain('hunter2')
})

test('a server that closes the connection is reported as unavailable', async () => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const error = await failure(openDatabase(`postgresql://jo@127.0.0.1:${port}/keyward`))
  expect(error).toBeInstanceOf(DatabaseUnavailableError)
  server.close()
})

test('a closed database is reported as unavailable', async () => {
  const gone = await createTestDatabase()
  await gone.drop()
  const errors = await Promise.all([
    failure(gone.database.sql('SELECT 1')),
    failure(gone.database.transaction((tx) => tx.user.count())),
    failure(gone.database.prisma.user.count()),
  ])
  expect(errors.map(isUnavailable)).toEqual([true, true, true])
})

test('a transaction that times out or gets no connection in time is reported as unavailable', async () => {
  const work = async (tx: Transaction) => {
    await new Promise((resolve) => setTimeout(resolve, 150))
    return tx.user.count()
  }
  const slow = failure(db.database.prisma.$transaction(work, { timeout: 50 }))
  const one = await openDatabase(testDatabaseKind === 'postgresql' ? db.url : 'embedded-memory:', { poolSize: 1 })
  // Holds the only connection until the second transaction has given up.
  let take = () => {}
  let release = () => {}
  const taken = new Promise<void>((resolve) => {
    take = resolve
  })
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const first = one.transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1`
    take()
    await released
  })
  await Promise.race([taken, first])
  const second = await failure(one.prisma.$transaction((tx) => tx.$queryRaw`SELECT 1`, { maxWait: 50 }))
  release()
  await first
  expect([await slow, second].map(isUnavailable)).toEqual([true, true])
  await one.close()
})

/** A state of every class in PostgreSQL's table of error codes, and whether it says that the database cannot serve now. */
const STATES: Record<string, boolean> = {
  '01000': false,
  '02000': false,
  '03000': false,
  '08006': true,
  '09000': false,
  '0A000': false,
  '0B000': false,
  '0F000': false,
  '0L000': false,
  '0P000': false,
  '0Z000': false,
  '20000': false,
  '21000': false,
  '22021': false,
  '23505': false,
  '24000': false,
  '25001': false,
  '25006': true,
  '25P03': true,
  '25P04': true,
  '26000': false,
  '27000': false,
  '28P01': true,
  '2B000': false,
  '2D000': false,
  '2F000': false,
  '34000': false,
  '38000': false,
  '39000': false,
  '3B000': false,
  '3D000': true,
  '3F000': false,
  '40002': false,
  '42501': false,
  '44000': false,
  '53100': true,
  '53200': true,
  '53300': true,
  '53400': true,
  '54000': false,
  '55000': true,
  '55P03': true,
  '57014': true,
  '57P01': true,
  '57P02': true,
  '57P03': true,
  '57P04': true,
  '57P05': true,
  '58000': true,
  '58030': true,
  '72000': false,
  F0000: false,
  HV000: false,
  P0001: false,
  XX000: false,
}

// Failed for 53100, a full disk, which was an internal error.
test('each SQLSTATE class is classified as unavailable or not', async () => {
  const { database } = db
  const raise = (state: string) => `DO $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '${state}'; END $$`
  const found: Record<string, boolean> = {}
  for (const state of Object.keys(STATES)) found[state] = isUnavailable(await failure(database.sql(raise(state))))
  expect(found).toEqual(STATES)
  const others = [
    await failure(database.prisma.$executeRawUnsafe(raise('53100'))),
    await failure(database.transaction((tx) => tx.$executeRawUnsafe(raise('53100')))),
  ]
  expect(others.map(isUnavailable)).toEqual([true, true])
})

test('cancelled work gets no more connections and does not delay other work', async () => {
  const one = await openDatabase(testDatabaseKind === 'postgresql' ? db.url : 'embedded-memory:', { poolSize: 1 })
  const giveUp = new AbortController()
  let ran = 0
  let take = () => {}
  let release = () => {}
  const taken = new Promise<void>((resolve) => {
    take = resolve
  })
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const first = one.transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1`
    take()
    await released
  })
  await taken
  const wanted = one.wantedBy(giveUp.signal)
  const statements = [
    () => wanted.sql('SELECT 1'),
    () => wanted.analyze('SELECT 1', []),
    () => wanted.prisma.$queryRaw`SELECT 1`,
    () => wanted.rows.project.findMany({ include: { organization: true } }),
    () => wanted.rows.project.findUnique({ where: { id: newId() }, include: { organization: true } }),
    () => wanted.rows.project.count(),
    () => wanted.transaction((tx) => tx.$queryRaw`SELECT 1`),
  ]
  const waiting = Promise.all(
    statements.map(async (send) => {
      const error = await failure(Promise.resolve(send()))
      ran += error === null ? 1 : 0
      return isUnavailable(error)
    }),
  )
  giveUp.abort()
  release()
  await first
  expect(await waiting).toEqual(statements.map(() => true))
  expect(ran).toBe(0)
  expect(await one.wantedBy(new AbortController().signal).sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await one.close()
})

// Failed while a statement of given-up work ran on: it held its connection for up to 30 s.
test.runIf(testDatabaseKind === 'postgresql')(
  'cancelling work cancels its running reads in PostgreSQL, but no writes or transactions',
  async () => {
    const pool = await openDatabase(db.url, { poolSize: 4 })
    const running = async (mark: string) => {
      const rows = await db.database.sql<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()",
        [`%${mark}%`],
      )
      return rows.length
    }
    await db.database.sql('CREATE TABLE given_up (id int)')
    await db.database.sql('CREATE TABLE may_end ()')
    await db.database.sql(`CREATE FUNCTION wait_for_end() RETURNS int LANGUAGE plpgsql AS $$
      BEGIN WHILE NOT EXISTS (SELECT FROM may_end) LOOP PERFORM pg_sleep(0.05); END LOOP; RETURN 2; END $$`)
    const giveUp = new AbortController()
    const wanted = pool.wantedBy(giveUp.signal)
    const all = Promise.all([
      failure(wanted.sql('SELECT pg_sleep(25) AS reading_by_sql')),
      failure(wanted.prisma.$queryRaw`SELECT pg_sleep(25)::text AS reading_by_prisma`),
      wanted.sql('INSERT INTO given_up SELECT id FROM wait_for_end() AS writing (id)'),
      wanted.transaction((tx) => tx.$queryRaw`SELECT n FROM wait_for_end() AS inside_transaction (n)`),
    ])
    for (const mark of ['reading_by_sql', 'reading_by_prisma', 'writing', 'inside_transaction']) {
      await expect.poll(() => running(mark)).toBe(1)
    }
    giveUp.abort()
    for (const mark of ['reading_by_sql', 'reading_by_prisma']) await expect.poll(() => running(mark)).toBe(0)
    await db.database.sql('INSERT INTO may_end DEFAULT VALUES')
    const [bySql, byPrisma, , transaction] = await all
    expect([bySql, byPrisma].map(isUnavailable)).toEqual([true, true])
    expect(transaction).toEqual([{ n: 2 }])
    expect(await db.database.sql('SELECT id FROM given_up')).toEqual([{ id: 2 }])
    await pool.close()
  },
)

// Failed while the end of a statement was not seen: its connection was cancelled whoever used it then.
test.runIf(testDatabaseKind === 'postgresql')(
  'cancelling work does not cancel the statements of other work',
  async () => {
    const pool = await openDatabase(db.url, { poolSize: 1 })
    const giveUp = new AbortController()
    await pool.wantedBy(giveUp.signal).sql('SELECT 1')
    await db.database.sql('CREATE TABLE word ()')
    await db.database.sql(`CREATE FUNCTION wait_for_word() RETURNS int LANGUAGE plpgsql AS $$
    BEGIN WHILE NOT EXISTS (SELECT FROM word) LOOP PERFORM pg_sleep(0.05); END LOOP; RETURN 2; END $$`)
    const other = pool.sql<{ n: number }>('SELECT n FROM wait_for_word() AS of_other_work (n)')
    const isRunning =
      "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%of_other_work%' AND pid <> pg_backend_pid()"
    await expect.poll(async () => (await db.database.sql(isRunning)).length).toBe(1)
    giveUp.abort()
    // Long enough for a request to cancel to arrive.
    await db.database.sql('SELECT pg_sleep(0.5)')
    await db.database.sql('INSERT INTO word DEFAULT VALUES')
    expect(await other).toEqual([{ n: 2 }])
    await pool.close()
  },
)

test('a malformed database URL is rejected', async () => {
  for (const url of ['', 'mysql://x', 'embedded:', 'embedded:relative/path', 'embedded-memory', '/tmp/x']) {
    await expect(openDatabase(url)).rejects.toThrow(TypeError)
  }
})

const TERMINATE =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()'

test.runIf(testDatabaseKind === 'postgresql')('connections that the server terminates are replaced', async () => {
  const other = await openDatabase(db.url, { poolSize: 2 })
  const cut = other.transaction(async (tx) => {
    await tx.user.count()
    await db.database.sql(TERMINATE)
    await tx.user.count()
  })
  const error = await failure(cut)
  expect(error).toBeInstanceOf(DatabaseUnavailableError)
  expect(await other.prisma.user.count()).toBe(1)
  await other.close()
})
