import { randomUUID } from 'node:crypto'
import { NOT_AWAITED } from '@keyward/prisma/database'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

test('a transaction whose COMMIT fails throws and writes nothing', async () => {
  const id = randomUUID()
  let worked = false
  const commit = db.database.transaction(async (tx) => {
    await tx.organization.create({ data: { id, name: 'Nobody owns this' } })
    worked = true
  })
  await expect(commit).rejects.toThrow(/must have exactly one Owner/)
  expect(worked).toBe(true)
  expect(await db.database.prisma.organization.count({ where: { id } })).toBe(0)
})

test('a transaction whose callback throws fails with the same error and writes nothing', async () => {
  const id = randomUUID()
  const work = db.database.transaction(async (tx) => {
    await tx.user.create({ data: { id, name: 'Jo', email: `${id}@example.com` } })
    throw new RangeError('enough')
  })
  await expect(work).rejects.toThrow(new RangeError('enough'))
  expect(await db.database.prisma.user.count({ where: { id } })).toBe(0)
})

test('an unawaited query does not break its connection', async () => {
  const setting = async () => {
    const shown = Array.from({ length: 20 }, () =>
      db.database.sql<{ synchronous_commit: string }>('SHOW synchronous_commit'),
    )
    return new Set((await Promise.all(shown)).map(([row]) => row?.synchronous_commit))
  }
  const before = await setting()
  const during = await Promise.all(
    Array.from({ length: 20 }, () => db.database.sql<{ value: string }>(`SELECT value FROM ${NOT_AWAITED} AS value`)),
  )
  expect(new Set(during.map(([row]) => row?.value))).toEqual(new Set(['off']))
  expect(await setting()).toEqual(before)
})
