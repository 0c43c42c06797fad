import { execFile } from 'node:child_process'
import { chownSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { vi } from 'vitest'
import { stepsUnder } from '../docs/steps.ts'
import { startInstalled } from '../postgresql-standby.ts'
import { documentedFile } from './configuration.ts'
import { queryOnce } from './patroni.ts'
import { installedPostgresql } from './programs.ts'

/** The page whose commands run here, with other paths and times. */
export const PAGE = 'docs/operations/point-in-time.md'
const DATA = '/var/lib/postgresql/15/main'
const TIME = '2026-11-30 14:05:00+00'

/** The tools of the page, each with the heading of its section. */
export const TOOLS = [
  { tool: 'pg_basebackup', heading: 'With pg_basebackup', programs: [] },
  { tool: 'pgBackRest', heading: 'With pgBackRest', programs: ['pgbackrest'] },
] as const

/** A PostgreSQL that archives its log, and is backed up and restored by the commands of the page. */
export interface Archived {
  url: string
  backUp(): Promise<void>
  /** The present time of the database. */
  now(): Promise<string>
  /** Stops PostgreSQL, restores a time, and starts it. Resolves once it accepts changes. */
  restore(time: string): Promise<void>
  remove(): Promise<void>
}

/** Starts PostgreSQL as a section of the page describes. */
export async function startArchived(heading: string): Promise<Archived> {
  const home = await mkdtemp(join(tmpdir(), 'keyward-archive-'))
  const programs = installedPostgresql() ?? ''
  const configuration = join(home, 'pgbackrest.conf')
  const fill = (text: string, own: Record<string, string> = {}) => {
    const filled = Object.entries({ '/backup/': `${home}/`, ...own }).reduce(
      (all, [documented, here]) => all.replaceAll(documented, here),
      text,
    )
    const [left] = /(?<![\w/-])\/(?:backup|var|etc)\/\S*/.exec(filled) ?? []
    if (left !== undefined) throw new Error(`A command of ${PAGE} still has the path ${left}`)
    return filled
  }
  const env: NodeJS.ProcessEnv = {
    PATH: `${programs}:${process.env.PATH}`,
    PGBACKREST_CONFIG: configuration,
    LC_ALL: 'C',
  }
  const settings = fill(stepsUnder(PAGE, heading, 'ini').join('\n'))
  const [setUp, backUp, restore] = stepsUnder(PAGE, heading, 'sh')
  if (!setUp || !backUp || !restore) throw new Error(`${PAGE} lacks commands under ${heading}`)
  const server = await startInstalled(programs, { hasSocket: true, settings, env })
  const { uid, gid } = statSync(server.directory)
  if (process.getuid?.() === 0) chownSync(home, uid, gid)
  const { port } = new URL(server.url)
  const socket = dirname(server.directory)
  writeFileSync(
    configuration,
    documentedFile('deploy/pgbackrest/pgbackrest.conf', [
      ['/var/lib/pgbackrest', join(home, 'repository')],
      ['/var/log/pgbackrest', home],
      ['/var/spool/pgbackrest', join(home, 'spool')],
      [DATA, server.directory],
      ['pg1-port=5432', `pg1-port=${port}`],
      ['/var/run/postgresql', socket],
    ]),
  )
  const run = (script: string, time = TIME) =>
    promisify(execFile)('sh', ['-ec', fill(script, { [DATA]: server.directory, [TIME]: time })], {
      uid,
      gid,
      cwd: home,
      env: { ...env, PGHOST: socket, PGPORT: port, PGUSER: 'postgres' },
    })
  const remove = async () => {
    await server.remove()
    await rm(home, { recursive: true, force: true })
  }
  try {
    await run(setUp)
  } catch (error) {
    await remove()
    throw error
  }
  return {
    url: server.url,
    async backUp() {
      await run(backUp)
    },
    async now() {
      const [row] = await queryOnce(server.url, 'SELECT clock_timestamp()::text AS now')
      return String(row?.now)
    },
    async restore(time) {
      await server.halt()
      await run(restore, time)
      await server.start()
      const isAway = async () => {
        const [row] = await queryOnce(server.url, 'SELECT pg_is_in_recovery() AS away')
        return row?.away === false
      }
      await vi.waitUntil(isAway, { timeout: 120_000, interval: 100 })
    },
    remove,
  }
}
