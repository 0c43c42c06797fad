import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let db: TestDatabase
beforeAll(async () => {
  const t = performance.now()
  db = await createTestDatabase()
  console.log('created', performance.now() - t)
  const t2 = performance.now()
  const two = await createTestDatabase()
  console.log('created', performance.now() - t2)
  await two.drop()
})
afterAll(() => db.drop())

test('a committed change wakes the reader with its position', async () => {
  const heard: string[] = []
  const stop = await db.database.listen((payload) => heard.push(payload))
  await db.database.transaction(async (tx) => {
    await tx.changeEvent.create({
      data: { position: 1n, at: new Date(), kind: 'TEST', subjectId: crypto.randomUUID() },
    })
    await tx.changeEvent.create({
      data: { position: 2n, at: new Date(), kind: 'TEST', subjectId: crypto.randomUUID() },
    })
    expect(heard).toEqual([])
  })
  await vi.waitFor(() => expect(heard).toEqual(['1', '2']))
  stop()
})
