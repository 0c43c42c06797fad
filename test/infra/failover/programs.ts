import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of the newest programs of PostgreSQL that are installed with a server; null if there are none. */
export function installedPostgresql(): string | null {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : []
  const folders = versions.sort().map((version) => join('/usr/lib/postgresql', version, 'bin'))
  const isWhole = (folder: string) =>
    ['initdb', 'postgres', 'pg_dump', 'pg_restore', 'pg_basebackup', 'pg_rewind'].every((name) =>
      existsSync(join(folder, name)),
    )
  return folders.filter(isWhole).at(-1) ?? null
}

/** Whether a program is installed. Running each of them would take seconds. */
const isInstalled = (name: string): boolean =>
  ['/usr/bin', '/usr/sbin', ...(process.env.PATH ?? '').split(':')].some((folder) => existsSync(join(folder, name)))

/** The end of the title of a test that needs some programs, and whether one is missing. */
export function lacking(...names: string[]): { isMissing: boolean; whyNot: string } {
  const missing = names.filter((name) => (name === 'postgresql' ? installedPostgresql() === null : !isInstalled(name)))
  const isMissing = missing.length > 0
  return { isMissing, whyNot: isMissing ? ` (skipped: not installed here: ${missing.join(', ')})` : '' }
}

/** PostgreSQL and Patroni do not run as root: the user of Debian's package does. */
export function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}
