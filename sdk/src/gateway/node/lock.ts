import { randomUUID } from 'node:crypto'
import { link, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isRecord, parseJson } from '../../json.ts'

const ATTEMPTS = 5

/** Another process, or another gateway of this one, has the directory of a spool. */
export class SpoolInUseError extends Error {
  static {
    SpoolInUseError.prototype.name = 'SpoolInUseError'
  }
}

/** Who has a directory: a process, by what tells it from another one of the same number. */
interface Holder {
  id: string
  host: string
  pid: number
  /** When it was started, as the system counts it; null where that cannot be known. */
  started: string | null
}

/**
 * The ids of what this process holds, where the system does not tell when it was started: its number alone may be that of
 * one before it, such as in a container.
 */
const held = new Set<string>()

/** When a process was started, in the form that the system tells it, together with which start of the system that was in. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    const status = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses, and may hold anything; the 22nd is the time.
    return `${boot} ${status.slice(status.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return null
  }
}

async function isAlive({ id, pid, started }: Holder): Promise<boolean> {
  if (pid === process.pid && started === null) return held.has(id)
  try {
    process.kill(pid, 0)
  } catch (error) {
    // A process of another user may not be signalled, and lives.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
  }
  const now = started === null ? null : await startOf(pid)
  return now === null || now === started
}

/** Who is named by a lock; null where there is none, or where it was cut off. */
async function holderOf(path: string): Promise<Holder | null> {
  const value = parseJson(await readFile(path, 'utf8').catch(() => ''))
  if (!isRecord(value)) return null
  const { id, host, pid, started } = value
  if (typeof id !== 'string' || typeof host !== 'string' || typeof pid !== 'number') return null
  return { id, host, pid, started: typeof started === 'string' ? started : null }
}

/**
 * Holds a directory for this process, and answers how to let go of it. The lock of a process that is gone is taken over.
 * @throws {SpoolInUseError} It is held.
 */
export async function holdDirectory(directory: string): Promise<() => Promise<void>> {
  const lock = join(await realpath(directory), 'lock')
  const own: Holder = { id: randomUUID(), host: hostname(), pid: process.pid, started: await startOf(process.pid) }
  const draft = `${lock}.${own.id}`
  await writeFile(draft, JSON.stringify(own), { mode: 0o600, flag: 'wx' })
  held.add(own.id)
  try {
    await take(directory, lock, draft)
  } catch (error) {
    held.delete(own.id)
    throw error
  } finally {
    await rm(draft, { force: true })
  }
  return async () => {
    held.delete(own.id)
    if ((await holderOf(lock))?.id === own.id) await rm(lock, { force: true })
  }
}

async function take(directory: string, lock: string, draft: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // A link is made whole or not at all, and by one process only.
    if (await didLink(draft, lock)) return
    const holder = await holderOf(lock)
    if (holder && holder.host !== hostname()) {
      throw new SpoolInUseError(
        `The spool ${directory} is held by process ${holder.pid} of the machine ${holder.host}. Give each gateway a ` +
          `directory of its own. If that machine is gone, remove ${lock}.`,
      )
    }
    if (holder && (await isAlive(holder))) {
      const who = holder.pid === process.pid ? 'another gateway of this process' : `process ${holder.pid}`
      throw new SpoolInUseError(`The spool ${directory} is held by ${who}. Give each gateway a directory of its own.`)
    }
    await putAside(lock, `${draft}.stale`, holder)
  }
  throw new SpoolInUseError(`The spool ${directory} is taken by several processes at the same time.`)
}

async function didLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Takes the lock of a dead holder away; puts back what turns out to be the lock of somebody who was faster. */
async function putAside(lock: string, aside: string, dead: Holder | null): Promise<void> {
  try {
    await rename(lock, aside)
  } catch {
    // Somebody else did.
    return
  }
  if ((await holderOf(aside))?.id !== dead?.id) await didLink(aside, lock)
  await rm(aside, { force: true })
}
