import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

test('a transaction whose COMMIT fails is refused, and leaves nothing', async () => {
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

test('a transaction whose work throws leaves nothing, and rejects with that error', async () => {
  const id = randomUUID()
  const work = db.database.transaction(async (tx) => {
    await tx.user.create({ data: { id, name: 'Jo', email: `${id}@example.com` } })
    throw new RangeError('enough')
  })
  await expect(work).rejects.toThrow(new RangeError('enough'))
  expect(await db.database.prisma.user.count({ where: { id } })).toBe(0)
})
