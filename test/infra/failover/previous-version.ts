import { execFile, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const git = (...operands: string[]): string | null => {
  const { status, stdout } = spawnSync('git', operands, { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : null
}

const newest = readdirSync('prisma/migrations', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()
  .at(-1)

const script = `prisma/migrations/${newest}/migration.sql`
const added = git('log', '--diff-filter=A', '--format=%H', '-1', '--', script)
const parent = added ? git('rev-parse', '--verify', `${added}^`) : null

/** The reason why the version before the newest migration cannot be built, or cannot serve next to this one; null if it can. */
function reason(): string | null {
  if (parent === null) return 'the history of git does not reach the commit before the newest migration'
  return readFileSync(script, 'utf8').startsWith('-- compatible down to')
    ? null
    : `${newest} declares that older replicas have to stop`
}

/** The reason, as the end of the title of a test. */
export const whyNoPrevious = reason() === null ? '' : ` (skipped: ${reason()})`

/** A production build of another version. */
export interface Build {
  server: string
  /** Its newest migration. */
  newest: string
  remove(): Promise<void>
}

/** Checks out the version before the newest migration, and builds it. */
export async function buildPrevious(): Promise<Build> {
  const directory = await mkdtemp(join(tmpdir(), 'keyward-previous-'))
  const run = promisify(execFile)
  const remove = () => rm(directory, { recursive: true, force: true })
  try {
    await run('sh', ['-c', 'git archive "$0" | tar -x -C "$1"', parent ?? '', directory])
    const { PATH, HOME } = process.env
    const options = { cwd: directory, env: { PATH, HOME, CI: 'true', npm_config_yes: 'true' }, maxBuffer: 2 ** 26 }
    await run('npx', ['pnpm', 'install', '--frozen-lockfile', '--prefer-offline'], options)
    await run('npx', ['pnpm', 'build'], options)
  } catch (error) {
    await remove()
    throw error
  }
  const migrations = readdirSync(join(directory, 'prisma/migrations'), { withFileTypes: true })
  const names = migrations.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  return { server: join(directory, 'dist', 'server.js'), newest: names.sort().at(-1) ?? '', remove }
}
