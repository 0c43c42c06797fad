import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accepting } from '../failover/configuration.ts'
import { startDaemon } from '../failover/daemons.ts'
import { findProgram } from './debian.ts'
import { freePort } from './nginx.ts'

/** A PgBouncer in transaction mode. */
export interface Pgbouncer {
  /** The URL of the same database through PgBouncer. */
  url: string
  stop(): Promise<void>
}

/** Starts PgBouncer in transaction mode in front of the PostgreSQL of a URL, with two connections to it. */
export async function startPgbouncer(direct: string): Promise<Pgbouncer> {
  const target = new URL(direct)
  const directory = await mkdtemp(join(tmpdir(), 'keyward-pgbouncer-'))
  await chmod(directory, 0o755)
  const port = await freePort()
  await writeFile(join(directory, 'users.txt'), `"${target.username}" "${target.password}"\n`)
  const file = join(directory, 'pgbouncer.ini')
  await writeFile(
    file,
    `[databases]
* = host=${target.hostname} port=${target.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${directory}/users.txt
pool_mode = transaction
default_pool_size = 2
`,
  )
  // PgBouncer does not run as root.
  const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const daemon = startDaemon(findProgram('pgbouncer') ?? 'pgbouncer', [file], `${directory}.log`, other)
  const stop = async () => {
    await daemon.kill()
    await rm(directory, { recursive: true, force: true })
    await rm(`${directory}.log`, { force: true })
  }
  await accepting(port, daemon).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const pooled = new URL(direct)
  pooled.host = `127.0.0.1:${port}`
  return { url: pooled.href, stop }
}
