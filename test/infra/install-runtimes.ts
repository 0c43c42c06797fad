import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CAN_RUN, RUNTIMES_FOLDER } from './runtimes.ts'

const read = (...path: string[]): Promise<string> =>
  readFile(join(RUNTIMES_FOLDER, ...path), 'utf8').catch(() => 'missing')

/** pnpm keeps the lockfile of what is installed. */
const isCurrent = async (): Promise<boolean> =>
  (await read('pnpm-lock.yaml')) === (await read('node_modules', '.pnpm', 'lock.yaml'))

let installed: Promise<void> | undefined

async function install(): Promise<void> {
  if (!CAN_RUN || (await isCurrent())) return
  await promisify(execFile)('npx', ['--yes', 'pnpm', 'install', '--frozen-lockfile', '--dir', RUNTIMES_FOLDER])
}

/** Installs the other runtimes once a run. They are not among the packages of the repository, which everybody installs. */
export default function setup(): Promise<void> {
  installed ??= install()
  return installed
}
