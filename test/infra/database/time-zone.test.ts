import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'
import { insertOrganization } from './rows.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

const at = new Date('2026-07-01T12:34:56.789Z')

test('a time is returned unchanged through Prisma and through SQL', async () => {
  const { organizationId } = await insertOrganization(db.database)
  await db.database.prisma.organization.update({ where: { id: organizationId }, data: { createdAt: at } })
  const found = await db.database.prisma.organization.findUniqueOrThrow({ where: { id: organizationId } })
  const rows = await db.database.sql('SELECT created_at FROM organization WHERE created_at = $1', [at])
  expect([found.createdAt, rows]).toEqual([at, [{ created_at: at }]])
})

// The driver adapter reads every time as UTC, so a session in another zone would shift times.
test.runIf(testDatabaseKind === 'postgresql')(
  'a time is returned unchanged if the server has another time zone',
  async () => {
    const [row] = await db.database.sql<{ name: string }>('SELECT current_database() AS name')
    await db.database.sql(`ALTER DATABASE ${row?.name} SET timezone = 'Asia/Kolkata'`)
    const other = await openDatabase(db.url)
    const { organizationId } = await insertOrganization(other)
    const found = await other.prisma.organization.findUniqueOrThrow({ where: { id: organizationId } })
    expect(Math.abs(found.createdAt.getTime() - other.clock.now().getTime())).toBeLessThan(5000)
    expect(Math.abs(other.clock.now().getTime() - db.database.clock.now().getTime())).toBeLessThan(1000)
    await other.close()
  },
)
