import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseBusyError } from './errors.ts'

/** Directories this very process holds: after a restart in a container the new process often has the old one's id. */
const held = new Set<string>()

/** When the process started, in ticks since boot, so that another process with the same id is not taken for it. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The second field is the command in parentheses and may hold anything; the 22nd is the start.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

async function isAlive(owner: string): Promise<boolean> {
  const [pid, start] = owner.trim().split(' ')
  const id = Number(pid)
  if (!Number.isInteger(id) || id <= 0 || id === process.pid) return false
  try {
    process.kill(id, 0)
  } catch (error) {
    // No permission to signal it means that it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return start === undefined || start === '' || (await startOf(id)) === start
}

function busy(directory: string, owner: string): DatabaseBusyError {
  return new DatabaseBusyError(
    `The embedded database in ${directory} is in use by process ${owner.trim().split(' ')[0]}. ` +
      'Only one process at a time can open it: stop that one, or use PostgreSQL.',
  )
}

/**
 * Takes the directory for this process; the answer gives it back. A lock left behind by a process that is gone is taken
 * over, one that is held throws DatabaseBusyError.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'lock')
  if (held.has(directory)) throw busy(directory, String(process.pid))
  held.add(directory)
  const own = `${path}.${process.pid}`
  try {
    await writeFile(own, `${process.pid} ${await startOf(process.pid)}\n`, { mode: 0o600 })
    for (let attempt = 0; ; attempt++) {
      // link() is the one operation that creates a file with its content, and fails when it is there.
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

/** Removes a lock that is known to be stale, unless another process has replaced it meanwhile. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.stale-${process.pid}`
  try {
    await rename(path, aside)
  } catch {
    return // removed by somebody else
  }
  const found = await readFile(aside, 'utf8').catch(() => stale)
  if (found !== stale) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}
