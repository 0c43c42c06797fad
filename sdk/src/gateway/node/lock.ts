import { randomUUID } from 'node:crypto'
import { link, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isRecord, parseJson } from '../../internal/json.ts'

const ATTEMPTS = 100
const PAUSE_MS = 10

/** The spool directory is locked by another process, or by another gateway in this process. */
export class SpoolInUseError extends Error {
  static {
    SpoolInUseError.prototype.name = 'SpoolInUseError'
  }
}

/**
 * The process that has locked a directory. Includes data that distinguishes it from another process with the same id.
 */
interface Holder {
  id: string
  host: string
  pid: number
  /** Start time of the process, in the operating system's format. Null if unknown. */
  started: string | null
}

/**
 * Ids of the locks of this process, for systems that do not report a process's start time. In containers, an earlier
 * process may have used the same process id.
 */
const held = new Set<string>()

/** Reads a process's start time, together with the system's boot id. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    const status = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program name in parentheses, which may contain any text. The 22nd field is the start
    // time.
    return `${boot} ${status.slice(status.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return null
  }
}

async function isAlive({ id, pid, started }: Holder): Promise<boolean> {
  if (id === NOBODY.id) return false
  if (pid === process.pid && started === null) return held.has(id)
  try {
    process.kill(pid, 0)
  } catch (error) {
    // A process of another user exists even if this process is not allowed to signal it.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
  }
  const now = started === null ? null : await startOf(pid)
  return now === null || now === started
}

/** Stands in for the owner of an unreadable lock. A machine crash truncated the lock, so no process owns it. */
const NOBODY: Holder = { id: 'unreadable', host: hostname(), pid: 0, started: 'never' }

/** Reads a lock's owner. Null if there is no lock. */
async function holderOf(path: string): Promise<Holder | null> {
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return null
  const value = parseJson(text)
  if (!isRecord(value)) return NOBODY
  const { id, host, pid, started } = value
  if (typeof id !== 'string' || !/^[\w-]+$/.test(id) || typeof host !== 'string' || typeof pid !== 'number')
    return NOBODY
  return { id, host, pid, started: typeof started === 'string' ? started : null }
}

/**
 * Locks a directory for this process, and returns a function that unlocks it. If the owner of an existing lock is dead,
 * takes the lock over.
 * @throws {SpoolInUseError} Another process or gateway has locked it.
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
    // Creating a link is atomic, so it succeeds in only one process.
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
    if (holder && (await takeOver(lock, draft, holder))) return
    await setTimeout(PAUSE_MS)
  }
  throw new SpoolInUseError(`The spool ${directory} is opened by several processes at the same time.`)
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

/**
 * Replaces a dead owner's lock, and returns whether it succeeded. A process must first claim the dead owner, so that
 * only one of several processes succeeds. If a claiming process dies, its claim is replaced in the same way.
 */
async function takeOver(lock: string, draft: string, dead: Holder): Promise<boolean> {
  const claims: string[] = []
  for (let last = dead; ; ) {
    const claim = `${lock}.${last.id}.claim`
    if (await didLink(draft, claim)) {
      claims.push(claim)
      break
    }
    const claimant = await holderOf(claim)
    if (!claimant || claimant.host !== hostname() || (await isAlive(claimant))) return false
    claims.push(claim)
    last = claimant
  }
  const own = claims.at(-1) ?? ''
  // Another process may have replaced the owner before this process made its claim.
  const isStill = (await holderOf(lock))?.id === dead.id
  if (isStill) await rename(draft, lock)
  // Removes the oldest claim first, because this process's claim must be removed last.
  for (const claim of isStill ? claims : [own]) await rm(claim, { force: true })
  return isStill
}
