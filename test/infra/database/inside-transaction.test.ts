import { afterAll, beforeAll, expect, test } from 'vitest'
import { InsideTransactionError } from '../../../prisma/errors.ts'
import { newId } from '../../../schema/core/ids.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

/** The database for a request that its client may give up. */
const view = () => db.database.wantedBy(new AbortController().signal)

test.each<[string, () => unknown]>([
  ['a model of the root client', () => db.database.prisma.user.count()],
  ['raw SQL of the root client', () => db.database.prisma.$queryRaw`SELECT 1`],
  ['a transaction of the root client', () => db.database.prisma.$transaction(async () => 1)],
  ['database.sql()', () => db.database.sql('SELECT 1')],
  ['another transaction', () => db.database.transaction(async () => 1)],
  // Every request of the graph has such a view. Failed while only the root client was guarded.
  ['a model of a view', () => view().prisma.user.count()],
  ['raw SQL of a view', () => view().prisma.$queryRaw`SELECT 1`],
  ['rows of a view', () => view().rows.project.findMany({ include: { organization: true } })],
  ['one row of a view', () => view().rows.user.findUnique({ where: { id: newId() } })],
  ['a count of a view', () => view().rows.user.count()],
  ['sql() of a view', () => view().sql('SELECT 1')],
  ['analyze() of a view', () => view().analyze('SELECT 1', [])],
  ['a transaction of a view', () => view().transaction(async () => 1)],
])('inside a transaction, %s throws InsideTransactionError', async (_name, use) => {
  await expect(db.database.transaction(async () => use())).rejects.toThrow(InsideTransactionError)
})

test('a Prisma delegate obtained from the root client before a transaction throws when it is used inside the transaction', async () => {
  const { user } = db.database.prisma
  expect(await user.count()).toBe(0)
  await expect(db.database.transaction(async () => user.count())).rejects.toThrow(/root client\.user\.count/)
})

test('code that runs outside or after a transaction can use the root client', async () => {
  const later: (() => Promise<number>)[] = []
  const [inside, beside] = await Promise.all([
    db.database.transaction(async (tx) => {
      later.push(() => db.database.prisma.user.count())
      return tx.user.count()
    }),
    db.database.prisma.user.count(),
  ])
  expect([inside, beside]).toEqual([0, 0])
  expect(await later[0]?.()).toBe(0)
})

test('the guarded root client still supports batches and extensions', async () => {
  const { prisma } = db.database
  const [count, users] = await prisma.$transaction([prisma.user.count(), prisma.user.findMany()])
  expect([count, users]).toEqual([0, []])
  expect(await prisma.$extends({ name: 'nothing' }).user.count()).toBe(0)
})
