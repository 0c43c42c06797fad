import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Transaction } from '../../../prisma/database.ts'
import { DatabaseUnavailableError } from '../../../prisma/errors.ts'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

const fail = (tx: Transaction, state: string) =>
  tx.$executeRawUnsafe(`DO $$ BEGIN RAISE EXCEPTION 'try again' USING ERRCODE = '${state}'; END $$`)

test.each(['40001', '40P01'])('a transaction that fails with %s is retried from its beginning', async (state) => {
  let attempts = 0
  const answer = await db.database.transaction(async (tx) => {
    attempts++
    await tx.$executeRaw`UPDATE change_clock SET position = position + 1 WHERE id = 1`
    if (attempts < 4) await fail(tx, state)
    return tx.changeClock.findUniqueOrThrow({ where: { id: 1 } })
  })
  expect(attempts).toBe(4)
  expect(await db.database.prisma.changeClock.findUnique({ where: { id: 1 } })).toEqual(answer)
  await db.database.prisma.changeClock.update({ where: { id: 1 }, data: { position: 0n } })
  expect(answer.position).toBe(1n)
})

test('a transaction that keeps failing throws after five retries', async () => {
  let attempts = 0
  const work = db.database.transaction(async (tx) => {
    attempts++
    await fail(tx, '40001')
  })
  await expect(work).rejects.toThrow(DatabaseUnavailableError)
  expect(attempts).toBe(6)
})

test('a transaction that fails for another reason is not retried', async () => {
  let attempts = 0
  const work = db.database.transaction(async (tx) => {
    attempts++
    await fail(tx, '23514')
  })
  await expect(work).rejects.toThrow(/try again/)
  expect(attempts).toBe(1)
})

// The embedded database runs transactions one by one, so they cannot deadlock.
test.runIf(testDatabaseKind === 'postgresql')('both of two deadlocked transactions succeed', async () => {
  await db.database.sql('CREATE TABLE pair (id int PRIMARY KEY, value int)')
  await db.database.sql('INSERT INTO pair VALUES (1, 0), (2, 0)')
  let attempts = 0
  let bothLocked: () => void = () => {}
  const locked = new Promise<void>((resolve) => {
    bothLocked = resolve
  })
  let locks = 0
  const cross = (first: number, second: number) =>
    db.database.transaction(async (tx) => {
      attempts++
      await tx.$executeRaw`UPDATE pair SET value = value + 1 WHERE id = ${first}`
      locks++
      if (locks === 2) bothLocked()
      await locked
      await tx.$executeRaw`UPDATE pair SET value = value + 1 WHERE id = ${second}`
    })
  await Promise.all([cross(1, 2), cross(2, 1)])
  // The one that is retried may lock its first row before the other wakes. Then they deadlock once more.
  expect(attempts).toBeGreaterThanOrEqual(3)
  const rows = await db.database.sql('SELECT value FROM pair')
  expect(rows).toEqual([{ value: 2 }, { value: 2 }])
})
