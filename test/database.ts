import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { type Database, type DatabaseOptions, openDatabase } from '../prisma/database.ts'
import { migrate } from '../prisma/migrate.ts'

/** Which database the tests run on at the moment. */
export const testDatabaseKind = process.env.KEYWARD_TEST_DATABASE === 'postgresql' ? 'postgresql' : 'pglite'

/** A migrated database that is otherwise empty, and nobody else's. */
export interface TestDatabase {
  database: Database
  url: string
  /** Closes and removes it. */
  drop(): Promise<void>
}

/** Makes a database for one test or one file of tests, on whichever kind is being tested. */
export async function createTestDatabase(options?: DatabaseOptions): Promise<TestDatabase> {
  return testDatabaseKind === 'postgresql' ? createOnServer(options) : createEmbedded(options)
}

async function createEmbedded(options?: DatabaseOptions): Promise<TestDatabase> {
  const url = 'embedded-memory:'
  const database = await openDatabase(url, options)
  await migrate(database)
  return { database, url, drop: () => database.close() }
}

let server: Promise<Database> | undefined

async function createOnServer(options?: DatabaseOptions): Promise<TestDatabase> {
  const { url: serverUrl, template } = inject('postgresql')
  server ??= openDatabase(serverUrl, { poolSize: 1 })
  const admin = await server
  const name = `keyward_test_${randomBytes(8).toString('hex')}`
  // The files are copied as they are, which is faster here than writing a log of them.
  await admin.sql(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const database = await openDatabase(url.href, options)
  const drop = async () => {
    await database.close()
    await admin.sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
  return { database, url: url.href, drop }
}
