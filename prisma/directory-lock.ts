import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseBusyError } from './errors.ts'

/**
 * Directories that this process has locked. The process id is not sufficient, because a restarted container often
 * reuses it.
 */
const held = new Set<string>()

/** The start of a process in ticks since boot. It distinguishes the process from a later one with the same id. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The second field is the command in parentheses and may contain any text. The 22nd field is the start.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

async function isAlive(owner: string): Promise<boolean> {
  const [pid, start] = owner.trim().split(' ')
  const id = Number(pid)
  if (!Number.isInteger(id) || id <= 0 || id === process.pid) return false
  try {
    process.kill(id, 0)
  } catch (error) {
    // A denied permission proves that the process exists.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return start === undefined || start === '' || (await startOf(id)) === start
}

function busy(directory: string, owner: string): DatabaseBusyError {
  return new DatabaseBusyError(
    `The embedded database in ${directory} is in use by process ${owner.trim().split(' ')[0]}. ` +
      'Only one process at a time can open it; while a server runs, commands work through that server. Wait for that process or stop it, or use PostgreSQL.',
  )
}

/**
 * Locks a directory for this process and returns a function that unlocks it. Takes over the lock of a process that no
 * longer runs. Throws DatabaseBusyError if another process has locked the directory.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'lock')
  if (held.has(directory)) throw busy(directory, String(process.pid))
  held.add(directory)
  const own = `${path}.${process.pid}`
  try {
    await writeFile(own, `${process.pid} ${await startOf(process.pid)}\n`, { mode: 0o600 })
    for (let attempt = 0; ; attempt++) {
      // Only link() creates a file together with its content and fails if the file exists.
      const taken = await link(own, path).then(
        () => true,
        () => false,
      )
      if (taken) break
      const owner = await readFile(path, 'utf8').catch(() => '')
      if (attempt >= 5 || (owner !== '' && (await isAlive(owner)))) throw busy(directory, owner)
      await removeStale(path, owner)
    }
  } catch (error) {
    held.delete(directory)
    throw error
  } finally {
    await rm(own, { force: true })
  }
  return async () => {
    await rm(path, { force: true })
    held.delete(directory)
  }
}

/** Removes a stale lock, unless another process has replaced it in the meantime. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.stale-${process.pid}`
  try {
    await rename(path, aside)
  } catch {
    return // another process removed it
  }
  const found = await readFile(aside, 'utf8').catch(() => stale)
  if (found !== stale) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}
