import { randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { type Database, type DatabaseOptions, openDatabase } from '../../prisma/database.ts'
import { migrate } from '../../prisma/migrate.ts'

/** The database that the current project tests on. */
export const testDatabaseKind = process.env.KEYWARD_TEST_DATABASE === 'postgresql' ? 'postgresql' : 'pglite'

/** Rejects a database in the project `pure`, which runs on none. */
function requireDatabase(): void {
  if (process.env.KEYWARD_TEST_DATABASE === 'pure') {
    throw new Error('This test file needs a database: remove it from PURE in test/projects.ts')
  }
}

/** A migrated database, empty or a copy of a template, for one test or file only. */
export interface TestDatabase {
  database: Database
  url: string
  /** Closes and removes the database. */
  drop(): Promise<void>
}

/** A template: a filled database to copy others from. */
export interface Template {
  /** Creates the database to fill, before the first copy. Closing it completes the template. */
  open(options?: DatabaseOptions): Promise<Database>
  copy(options?: DatabaseOptions): Promise<TestDatabase>
}

/** PostgreSQL may starve for seconds on a busy machine. The tests of networks that lose packets wait as the product does. */
const PATIENCE = 10

/** Creates a database for one test or one test file, of the kind that the project tests. */
export async function createTestDatabase(options?: DatabaseOptions): Promise<TestDatabase> {
  requireDatabase()
  return testDatabaseKind === 'postgresql'
    ? createOnServer(inject('postgresql').template, options)
    : createEmbedded(options)
}

/** Creates a template of the kind that the project tests. */
export async function createTemplate(): Promise<Template> {
  requireDatabase()
  return testDatabaseKind === 'postgresql' ? templateOnServer() : embeddedTemplate()
}

async function createEmbedded(options?: DatabaseOptions): Promise<TestDatabase> {
  const url = 'embedded-memory:'
  const database = await openDatabase(url, options)
  await migrate(database)
  return { database, url, drop: () => database.close() }
}

async function embeddedTemplate(): Promise<Template> {
  const template = await mkdtemp(join(inject('templates'), 'template-'))
  return {
    async open(options) {
      const database = await openDatabase(`embedded:${template}`, options)
      await migrate(database)
      return database
    },
    async copy(options) {
      const directory = await mkdtemp(join(tmpdir(), 'keyward-copy-'))
      const remove = () => rm(directory, { recursive: true, force: true })
      await mkdir(directory, { recursive: true })
      await cp(join(template, 'data'), join(directory, 'data'), { recursive: true })
      const url = `embedded:${directory}`
      const database = await openDatabase(url, options)
      return { database, url, drop: () => database.close().finally(remove) }
    },
  }
}

let server: Promise<Database> | undefined

async function admin(): Promise<Database> {
  server ??= openDatabase(inject('postgresql').url, { poolSize: 1 })
  return server
}

/** Creates a database as a copy of another. Copies files, which is faster here than replaying a log. */
async function copyOnServer(name: string, template: string): Promise<string> {
  await (await admin()).sql(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`)
  const url = new URL(inject('postgresql').url)
  url.pathname = `/${name}`
  return url.href
}

async function createOnServer(template: string, options?: DatabaseOptions): Promise<TestDatabase> {
  const name = `keyward_test_${randomBytes(8).toString('hex')}`
  const url = await copyOnServer(name, template)
  const database = await openDatabase(url, { patience: PATIENCE, ...options })
  const drop = async () => {
    await database.close()
    await (await admin()).sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
  return { database, url, drop }
}

async function templateOnServer(): Promise<Template> {
  const { template: migrated } = inject('postgresql')
  const name = `${migrated}_${randomBytes(6).toString('hex')}`
  return {
    open: async (options) => openDatabase(await copyOnServer(name, migrated), { patience: PATIENCE, ...options }),
    copy: (options) => createOnServer(name, options),
  }
}
