import { afterAll, beforeAll, expect, test } from 'vitest'
import { statementNamer } from '../../../prisma/statement-names.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase({ poolSize: 1 })
})
afterAll(() => db.drop())

test('a repeated statement is prepared once, unless it contains a list of varying length', async () => {
  const find = (count: number) => db.database.prisma.changeClock.findMany({ where: { id: { in: numbers(count) } } })
  for (let count = 2; count < 20; count++) await find(count)
  for (let time = 0; time < 5; time++) await db.database.prisma.user.findFirst({ where: { email: 'a@b.c' } })
  const rows = await db.database.sql<{ statement: string }>('SELECT statement FROM pg_prepared_statements')
  const texts = rows.map(({ statement }) => statement)
  expect(texts.filter((text) => text.includes('"user"'))).toHaveLength(1)
  expect(texts.filter((text) => text.includes('IN ('))).toEqual([])
})

test('at most 300 statements are prepared', () => {
  const name = statementNamer()
  const named = new Set<string>()
  for (let time = 0; time < 5; time++) {
    for (let index = 0; index < 1000; index++) named.add(name({ sql: `SELECT ${index}` }))
  }
  named.delete('')
  expect(named.size).toBe(300)
})

test('a failed transaction is rolled back even if its statements are prepared', async () => {
  for (let time = 0; time < 6; time++) {
    const failing = db.database.transaction((tx) => tx.$executeRaw`SELECT 1 / 0`)
    await expect(failing).rejects.toThrow(/division by zero/)
  }
  expect(await db.database.prisma.user.count()).toBe(0)
})

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
