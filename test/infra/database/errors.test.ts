import { createServer } from 'node:net'
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

test('a unique violation names its index, partial or not, through every client', async () => {
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

test('a connection to an absent server fails with DatabaseUnavailableError without the password', async () => {
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

test('a transaction that times out, or waits too long for a connection, is reported as unavailable', async () => {
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

test('a malformed database URL is rejected', async () => {
  for (const url of ['', 'mysql://x', 'embedded:', 'embedded:relative/path', 'embedded-memory', '/tmp/x']) {
    await expect(openDatabase(url)).rejects.toThrow(TypeError)
  }
})

const TERMINATE =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()'

test.runIf(testDatabaseKind === 'postgresql')(
  'connections that the server terminates are reported as unavailable and then replaced',
  async () => {
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
  },
)
