import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'
import { changeRow } from './rows.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

test('only a committed change wakes the listeners', async () => {
  const heard: string[] = []
  const alsoHeard: string[] = []
  const stops = [
    await db.database.listen((payload) => heard.push(payload)),
    await db.database.listen((payload) => alsoHeard.push(payload)),
  ]
  await db.database.transaction(async (tx) => {
    await tx.changeEvent.createMany({ data: [changeRow(1n), changeRow(2n)] })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(heard).toEqual([])
  })
  await expect.poll(() => heard).toEqual(['2'])
  await db.database.prisma.changeEvent.create({ data: changeRow(3n) })
  await expect
    .poll(() => [heard, alsoHeard])
    .toEqual([
      ['2', '3'],
      ['2', '3'],
    ])
  for (const stop of stops) stop()
})

test('neither a rolled-back change nor a change after stopping calls a listener', async () => {
  const heard: string[] = []
  const stop = await db.database.listen((payload) => heard.push(payload))
  const undone = db.database.transaction(async (tx) => {
    await tx.changeEvent.create({ data: changeRow(10n) })
    throw new Error('undo')
  })
  await expect(undone).rejects.toThrow('undo')
  await db.database.prisma.changeEvent.create({ data: changeRow(11n) })
  await expect.poll(() => heard).toEqual(['11'])
  stop()
  await db.database.prisma.changeEvent.create({ data: changeRow(12n) })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(heard).toEqual(['11'])
})

test.runIf(testDatabaseKind === 'postgresql')(
  'a listener whose connection breaks reconnects and calls its handlers to catch up',
  async () => {
    const heard: string[] = []
    const stop = await db.database.listen((payload) => heard.push(payload))
    await db.database.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'",
    )
    await expect.poll(() => heard).toEqual([''])
    await db.database.prisma.changeEvent.create({ data: changeRow(20n) })
    await expect.poll(() => heard).toEqual(['', '20'])
    stop()
  },
)
