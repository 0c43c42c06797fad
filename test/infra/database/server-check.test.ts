import { randomBytes } from 'node:crypto'
import { expect, inject, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { DatabaseUnsupportedError } from '../../../prisma/errors.ts'
import { requireSettings, requireSupported, whyUnsupported } from '../../../prisma/server-check.ts'
import { failureOf } from '../../../server/operator/failure.ts'
import { createTestDatabase, testDatabaseKind } from '../database.ts'

test('databases older than PostgreSQL 15 or not encoded in UTF8 are unsupported', () => {
  expect(whyUnsupported({ version: 180_000, encoding: 'UTF8' })).toBeNull()
  expect(whyUnsupported({ version: 150_000, encoding: 'UTF8' })).toBeNull()
  expect(whyUnsupported({ version: 149_999, encoding: 'UTF8' })).toContain('PostgreSQL 14')
  expect(whyUnsupported({ version: 180_000, encoding: 'LATIN1' })).toContain('LATIN1')
  expect(failureOf(new DatabaseUnsupportedError('It is too old.'))).toEqual({ exitCode: 10, message: 'It is too old.' })
})

test('the test database is supported', async () => {
  const { database, drop } = await createTestDatabase()
  await expect(requireSupported(database)).resolves.toBeUndefined()
  await drop()
})

test.runIf(testDatabaseKind === 'postgresql')('a database with another encoding is rejected', async () => {
  const { url } = inject('postgresql')
  const name = `keyward_test_${randomBytes(8).toString('hex')}`
  const admin = await openDatabase(url, { poolSize: 1 })
  await admin.sql(`CREATE DATABASE ${name} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`)
  const own = new URL(url)
  own.pathname = `/${name}`
  const database = await openDatabase(own.href)
  await expect(requireSupported(database)).rejects.toThrow('SQL_ASCII')
  await database.close()
  await admin.sql(`DROP DATABASE ${name}`)
  await admin.close()
})

test.runIf(testDatabaseKind === 'postgresql')(
  'a role without the required settings is rejected, with the statements that set them',
  async () => {
    const { url, drop } = await createTestDatabase()
    const database = await openDatabase(url, { directUrl: url })
    const error = await requireSettings(database).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(DatabaseUnsupportedError)
    expect(String(error)).toContain("ALTER ROLE … SET statement_timeout = '30s';")
    await database.close()
    await drop()
  },
)
