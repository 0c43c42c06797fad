import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { lockDirectory } from './directory-lock.ts'
import { DatabaseBusyError, DatabaseDamagedError, DatabaseNewerError } from './errors.ts'
import { readUsableSnapshot } from './snapshot-file.ts'
import { unpackDirectory } from './tarball.ts'
import { WireServer } from './wire-server.ts'

// PGlite runs without fsync and cannot turn it on. Acknowledged writes survive the end of the process, because the
// kernel has the written pages. They do not survive a power failure. With PostgreSQL, they survive both.

/** The version of PostgreSQL whose data this PGlite reads and writes. */
const POSTGRES_VERSION = '18'

/**
 * PGlite's own parameters, with less memory for buffers than the 128 MB of initdb. PostgreSQL clears all of this memory
 * at its start, which took half the time of opening a database. Pages beyond it are in the kernel's cache.
 */
const START_PARAMETERS = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB']

/** The longest path of a Unix socket, in bytes. */
const SOCKET_PATH_LIMIT = 107
const SOCKET_NAME = '.s.PGSQL.5432'
/** The file with the directory of the socket, while a server runs that other processes may join. */
const JOIN_FILE = 'join'

/** A running embedded database. The pg driver connects with `socketDirectory` as its host. */
export interface EmbeddedServer {
  readonly socketDirectory: string
  /** Changes if the directory is replaced by a copy. */
  readonly place: string
  /** Whether another process runs it. */
  readonly isJoined: boolean
  close(): Promise<void>
}

/**
 * How a process uses an embedded database, which only one process can open. `host`: other processes may join while this
 * one runs. Only a long-running server should permit this. `join`: this process joins one that permits it.
 */
export type Sharing = 'host' | 'join' | 'none'

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Opens the database in a directory and creates it there if it is missing. */
export async function openEmbedded(directory: string, sharing: Sharing = 'none'): Promise<EmbeddedServer> {
  await makeDirectory(directory)
  const joinFile = join(directory, JOIN_FILE)
  let unlock: () => Promise<void>
  try {
    unlock = await lockDirectory(directory)
  } catch (error) {
    const socketDirectory = sharing === 'join' ? await readFile(joinFile, 'utf8').catch(() => '') : ''
    if (!(error instanceof DatabaseBusyError) || socketDirectory === '') throw error
    return { socketDirectory, place: await placeOf(directory), isJoined: true, close: async () => {} }
  }
  const undo: (() => Promise<unknown>)[] = [unlock]
  const close = async () => {
    const failures: unknown[] = []
    for (const step of undo.splice(0).reverse()) await step().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
  try {
    await rm(joinFile, { force: true })
    const backend = await openData(directory)
    undo.push(() => backend.close())
    const socketDirectory = await chooseSocketDirectory(directory)
    if (socketDirectory !== directory) undo.push(() => rm(socketDirectory, { recursive: true, force: true }))
    const server = new WireServer(backend)
    await server.listen(join(socketDirectory, SOCKET_NAME))
    undo.push(() => server.close())
    if (sharing === 'host') {
      await writeFile(joinFile, socketDirectory, { mode: 0o600 })
      undo.push(() => rm(joinFile, { force: true }))
    }
    return { socketDirectory, place: await placeOf(directory), isJoined: false, close }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

async function makeDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null)
  if (found === null) await mkdir(directory, { recursive: true, mode: 0o700 })
  else if (!found.isDirectory()) throw new DatabaseDamagedError(`${directory} is not a directory.`)
  else await chmod(directory, 0o700)
}

async function chooseSocketDirectory(directory: string): Promise<string> {
  if (Buffer.byteLength(join(directory, SOCKET_NAME)) <= SOCKET_PATH_LIMIT) return directory
  // mkdtemp creates it with mode 0700.
  return mkdtemp(join(tmpdir(), 'keyward-'))
}

/**
 * A file that PostgreSQL writes only once. Restoring a backup over it changes its inode, or the time of its last
 * change.
 */
async function placeOf(directory: string): Promise<string> {
  const { ino, ctimeNs } = await stat(join(directory, 'data', 'PG_VERSION'), { bigint: true })
  return `${ino}-${ctimeNs}`
}

async function openData(directory: string): Promise<PGlite> {
  const data = join(directory, 'data')
  const unfinished = join(directory, 'initializing')
  // Its creation was interrupted before anything was acknowledged, so starting over loses nothing.
  if (await exists(unfinished)) await rm(data, { recursive: true, force: true })
  const isNew = !(await exists(data)) || (await readdir(data)).length === 0
  if (!isNew) {
    await inspectData(data)
    return startBackend(data)
  }
  await writeFile(unfinished, '', { mode: 0o600 })
  await mkdir(data, { recursive: true, mode: 0o700 })
  if (!(await unpackSnapshot(data))) {
    // PGlite then creates the data itself, which is only slower.
    await rm(data, { recursive: true, force: true })
    await mkdir(data, { mode: 0o700 })
  }
  const backend = await startBackend(data)
  await rm(unfinished)
  return backend
}

async function unpackSnapshot(data: string): Promise<boolean> {
  const packed = await readUsableSnapshot()
  if (packed === null) return false
  return unpackDirectory(packed, data).then(
    () => true,
    () => false,
  )
}

/** Finds common damage before PostgreSQL opens the files, because opening them already writes. */
async function inspectData(data: string): Promise<void> {
  const damaged = (what: string) =>
    new DatabaseDamagedError(
      `The embedded database in ${dirname(data)} is damaged: ${what}. Nothing was changed. ` +
        'Restore it from a backup, or move it away to start with an empty database.',
    )
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  if (version === '') throw damaged('PG_VERSION is missing')
  if (Number(version) > Number(POSTGRES_VERSION)) {
    throw new DatabaseNewerError(
      `PostgreSQL ${version} wrote the embedded database in ${dirname(data)}, but this version of Keyward reads ` +
        `PostgreSQL ${POSTGRES_VERSION}. Start a newer version of Keyward.`,
    )
  }
  if (version !== POSTGRES_VERSION) throw damaged(`PG_VERSION is ${JSON.stringify(version.slice(0, 20))}`)
  const control = await stat(join(data, 'global', 'pg_control')).catch(() => null)
  if (control === null) throw damaged('global/pg_control is missing')
  if (control.size !== 8192) throw damaged(`global/pg_control has ${control.size} bytes instead of 8192`)
  for (const folder of ['base', 'pg_wal', 'pg_xact']) {
    const entries = await readdir(join(data, folder)).catch(() => [])
    if (entries.length === 0) throw damaged(`${folder} is missing or empty`)
  }
}

/** The number of ENOSPC in the file system of WebAssembly. Its errors are not instances of Error. */
const isNoSpace = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errno' in error && error.errno === 51

async function startBackend(data: string): Promise<PGlite> {
  const errors: string[] = []
  const collect = (text: string) => {
    if (/FATAL|PANIC|ERROR/.test(text)) errors.push(text.trim())
    return false
  }
  const pidFile = join(data, 'postmaster.pid')
  const pidFileWasThere = await exists(pidFile)
  try {
    return await PGlite.create(data, { startParams: START_PARAMETERS, onStdout: collect, onStderr: collect })
  } catch (error) {
    if (!pidFileWasThere) await rm(pidFile, { force: true })
    if (isNoSpace(error) || errors.some((text) => text.includes('No space left on device'))) {
      throw new Error(`No space left on device for the embedded database in ${dirname(data)}.`, { cause: error })
    }
    const reason = errors.join(' ') || (error instanceof Error ? error.message : String(error))
    throw new DatabaseDamagedError(`The embedded database in ${dirname(data)} cannot be opened: ${reason}`, {
      cause: error,
    })
  }
}
