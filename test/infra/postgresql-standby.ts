import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { appendFile, chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './network/nginx.ts'

/** A PostgreSQL server that runs from a directory of its own. */
export interface DirectoryServer {
  url: string
  directory: string
  /** Stops the server at once, as a crash does. */
  kill(): Promise<void>
  /** Stops the server in order, without waiting for its clients. */
  halt(): Promise<void>
  start(): Promise<void>
  /** Stops the server and removes its directory. */
  remove(): Promise<void>
}

/** PostgreSQL runs as another user if this process is root. */
export function keepOwner(from: string, to: string): void {
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', `--reference=${from}`, to])
}

/** The server program that a directory was last run with. */
async function programOf(directory: string): Promise<string> {
  const options = await readFile(join(directory, 'postmaster.opts'), 'utf8')
  const program = options.split(' ')[0]
  if (!program) throw new Error('The directory was never run')
  return program
}

async function serve(
  program: string,
  root: string,
  url: URL,
  given: { socketDirectory?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<DirectoryServer> {
  const { socketDirectory = '', env = process.env } = given
  const directory = join(root, 'data')
  const { uid, gid } = statSync(directory)
  const port = await freePort()
  url.host = `127.0.0.1:${port}`
  let child: ChildProcess | null = null
  const end = async (signal: NodeJS.Signals) => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  const kill = () => end('SIGQUIT')
  const endWithThisProcess = () => child?.kill('SIGQUIT')
  process.once('exit', endWithThisProcess)
  return {
    url: url.href,
    directory,
    kill,
    halt: () => end('SIGINT'),
    async start() {
      const flags = ['-D', directory, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', socketDirectory]
      child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'pipe'], uid, gid, env })
      let said = ''
      child.stderr?.on('data', (part) => {
        said += part
      })
      for (;;) {
        if (/ready to accept (read-only )?connections/.test(said)) return
        if (child.exitCode !== null) throw new Error(`PostgreSQL does not start: ${said}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    async remove() {
      process.removeListener('exit', endWithThisProcess)
      await kill()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/**
 * Makes a streaming standby from a copy of a primary's directory, which does not run meanwhile. The standby runs after
 * `start`.
 * @param upstream URL of the address where it finds the primary.
 */
export async function copyStandby(primary: string, upstream: string): Promise<DirectoryServer> {
  const root = await mkdtemp(join(tmpdir(), 'keyward-standby-'))
  await chmod(root, 0o755)
  const directory = join(root, 'data')
  await cp(primary, directory, { recursive: true, preserveTimestamps: true })
  const { hostname, port, username, password } = new URL(upstream)
  await appendFile(
    join(directory, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'\nwal_retrieve_retry_interval = '100ms'\n`,
  )
  await writeFile(join(directory, 'standby.signal'), '')
  keepOwner(primary, directory)
  return serve(await programOf(primary), root, new URL(upstream))
}

/**
 * Starts a new server with the programs of a folder, such as those of a Debian package.
 * @param given.settings Lines for `postgresql.conf`.
 * @param given.hasSocket Also listens on a Unix socket, in the parent of its directory, which its user can write to.
 */
export async function startInstalled(
  programs: string,
  given: { settings?: string; hasSocket?: boolean; env?: NodeJS.ProcessEnv } = {},
): Promise<DirectoryServer> {
  const { settings = '', hasSocket = false, env } = given
  const root = await mkdtemp(join(tmpdir(), 'keyward-installed-'))
  await chmod(root, 0o755)
  const directory = join(root, 'data')
  await mkdir(directory)
  // PostgreSQL does not run as root.
  const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  if (other.uid) execFileSync('chown', [`${other.uid}:${other.gid}`, directory, ...(hasSocket ? [root] : [])])
  const flags = ['--no-sync', '--encoding=UTF8', '--locale=C', '--auth=trust', '--username=postgres']
  execFileSync(join(programs, 'initdb'), [...flags, directory], { stdio: 'pipe', ...other })
  await appendFile(join(directory, 'postgresql.conf'), settings)
  const url = new URL('postgresql://postgres@127.0.0.1/postgres')
  const socketDirectory = hasSocket ? root : ''
  const server = await serve(join(programs, 'postgres'), root, url, { socketDirectory, ...(env && { env }) })
  await server.start()
  return server
}
