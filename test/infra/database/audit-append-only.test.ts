import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { auditRow, insertOrganization } from './rows.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
  const { organizationId, projectId } = await insertOrganization(db.database)
  await db.database.prisma.auditEvent.create({ data: auditRow(organizationId, projectId) })
})
afterAll(() => db.drop())

const ATTEMPTS = [
  "UPDATE audit_event SET action = 'nothing happened'",
  "UPDATE audit_event SET action = 'nothing happened' WHERE false",
  'DELETE FROM audit_event',
  'TRUNCATE audit_event',
  'TRUNCATE audit_event CASCADE',
  `INSERT INTO audit_event SELECT * FROM audit_event
   ON CONFLICT (id) DO UPDATE SET action = 'nothing happened'`,
  `MERGE INTO audit_event a USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE`,
]

test.each(ATTEMPTS)('the audit log rejects: %s', async (attempt) => {
  await expect(db.database.sql(attempt)).rejects.toThrow(/The audit log is append-only/)
})

test.each(ATTEMPTS)(
  'the audit log rejects, even if the session’s replication role disables triggers: %s',
  async (attempt) => {
    const silenced = db.database.transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = 'replica'`
      await tx.$executeRawUnsafe(attempt)
    })
    await expect(silenced).rejects.toThrow(/The audit log is append-only/)
  },
)

test('no rejected attempt changes the audit log', async () => {
  expect(await db.database.prisma.auditEvent.findMany()).toMatchObject([{ action: 'test' }])
})
