import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

const SHOW = 'SELECT current_setting($1) AS level'
const SETTING = 'transaction_isolation'

test('a transaction runs at READ COMMITTED by default', async () => {
  const rows = await db.database.transaction((tx) => tx.$queryRawUnsafe(SHOW, SETTING))
  expect(rows).toEqual([{ level: 'read committed' }])
})

test.each([
  ['RepeatableRead', 'repeatable read'],
  ['Serializable', 'serializable'],
  ['ReadCommitted', 'read committed'],
] as const)('the isolation level %s takes effect in PostgreSQL', async (isolationLevel, level) => {
  const rows = await db.database.prisma.$transaction((tx) => tx.$queryRawUnsafe(SHOW, SETTING), { isolationLevel })
  expect(rows).toEqual([{ level }])
})

test('an isolation level does not outlast its transaction', async () => {
  const isolationLevel = 'Serializable'
  await db.database.prisma.$transaction((tx) => tx.$queryRawUnsafe(SHOW, SETTING), { isolationLevel })
  const looks = Array.from({ length: 20 }, () => db.database.transaction((tx) => tx.$queryRawUnsafe(SHOW, SETTING)))
  expect(await Promise.all(looks)).toEqual(Array.from({ length: 20 }, () => [{ level: 'read committed' }]))
})
