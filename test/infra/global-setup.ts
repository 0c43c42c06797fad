import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../prisma/database.ts'
import { migrate } from '../../prisma/migrate.ts'
import { isSnapshotCurrent } from '../../prisma/snapshot-file.ts'
import { startPostgresql } from './postgresql-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A database of the PostgreSQL server with the right to create others, and the migrated template. */
    postgresql: { url: string; template: string }
    /** A directory for templates of embedded databases. Removed at the end of the run. */
    templates: string
  }
}

/** Tests open thousands of connections and write little. Their data need not survive a crash. */
const SETTINGS = {
  max_connections: '300',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
}

/** Prepares the databases of this project, once per run. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (project.name === 'pglite') {
    // A separate process, so that its memory is freed.
    const tsx = ['--import', 'tsx', 'prisma/snapshot.ts']
    if (!(await isSnapshotCurrent())) await promisify(execFile)(process.execPath, tsx)
    const templates = await mkdtemp(join(tmpdir(), 'keyward-templates-'))
    project.provide('templates', templates)
    return () => rm(templates, { recursive: true, force: true })
  }
  if (process.env.KEYWARD_NO_POSTGRESQL !== undefined) return undefined
  const given = process.env.KEYWARD_TEST_DATABASE_URL
  const server = given === undefined ? await startPostgresql(SETTINGS) : { url: given, stop: async () => {} }
  try {
    const template = await makeTemplate(server.url)
    project.provide('postgresql', { url: server.url, template })
    return async () => {
      if (given !== undefined) await dropTemplates(server.url, template)
      await server.stop()
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function makeTemplate(url: string): Promise<string> {
  const template = `keyward_template_${randomBytes(6).toString('hex')}`
  await onServer(url, `CREATE DATABASE ${template}`)
  const templateUrl = new URL(url)
  templateUrl.pathname = `/${template}`
  const database = await openDatabase(templateUrl.href)
  await migrate(database)
  await database.close()
  return template
}

/** Removes the migrated template and the templates that tests created from it. */
async function dropTemplates(url: string, template: string): Promise<void> {
  const server = await openDatabase(url, { poolSize: 1 })
  const names = await server.sql<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [template],
  )
  for (const { datname } of names) await server.sql(`DROP DATABASE ${datname} WITH (FORCE)`)
  await server.close()
}

async function onServer(url: string, statement: string): Promise<void> {
  const database = await openDatabase(url, { poolSize: 1 })
  await database.sql(statement)
  await database.close()
}
