import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord, parseJson } from '../internal/json.ts'
import { holdDirectory } from './node/lock.ts'
import type { PendingEvent, Spool } from './usage/spool.ts'

export { SpoolInUseError } from './node/lock.ts'
export type { Spool } from './usage/spool.ts'

const NAME = /^(\d{12})\.jsonl$/
/** Maximum number of lines in a file. A file is deleted once all its lines are recorded. */
const MAX_LINES = 1_000
const nameOf = (number: number): string => `${String(number).padStart(12, '0')}.jsonl`

/** Options of `fileSpool`. */
export interface FileSpoolOptions {
  /**
   * Whether each event is synced to disk before `record` resolves, so that no event is lost in a power failure. If
   * false, recording is much faster, but events survive only a crash of the process.
   */
  readonly fsync?: boolean | undefined
}

/**
 * Stores usage events in files of a directory until they are recorded: `createGateway({ …, usage: { spool:
 * fileSpool('/var/lib/inference/usage') } })`. The next process that opens the directory records the remaining events.
 * Only one process at a time can open the directory. If it does not exist, it is created so that only the current user
 * can read it.
 */
export function fileSpool(directory: string, options: FileSpoolOptions = {}): Spool {
  if (typeof directory !== 'string' || directory === '') throw new TypeError('`directory` has to be a path.')
  return new FileSpool(directory, options.fsync ?? false)
}

/** A file of lines. It is deleted once all of them are recorded. */
interface Segment {
  path: string
  /** Number of lines in the file that are not recorded yet. */
  left: number
}

/** Parses the event in a line. Null if the line is not an event. */
function readLine(line: string): PendingEvent | null {
  const event = parseJson(line)
  // This class wrote the line, and the server checks every field.
  return isRecord(event) ? (event as unknown as PendingEvent) : null
}

class FileSpool implements Spool {
  readonly #directory: string
  readonly #fsync: boolean
  #release: (() => Promise<void>) | null = null
  #number = 0
  /** Oldest first. New lines are appended to the last file. */
  readonly #segments: Segment[] = []
  #file: FileHandle | null = null
  /** Size of the current file, in bytes and lines. */
  #size = 0
  #lines = 0
  #waiting: string[] = []
  /** The write in progress, or the next one. Null if no events are waiting. */
  #next: Promise<void> | null = null
  /** File operations, which run one after another. */
  #working: Promise<unknown> = Promise.resolve()

  constructor(directory: string, fsync: boolean) {
    this.#directory = directory
    this.#fsync = fsync
  }

  async open(onError: (error: unknown) => void): Promise<PendingEvent[]> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    this.#release = await holdDirectory(this.#directory)
    const all: PendingEvent[] = []
    for (const name of (await readdir(this.#directory)).filter((name) => NAME.test(name)).sort()) {
      this.#number = Number(NAME.exec(name)?.[1])
      const path = join(this.#directory, name)
      // Drops text after the last line end, which a crash cut off. That event was never confirmed.
      const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1)
      const events = lines.map(readLine).filter((event) => event !== null)
      if (events.length < lines.length) {
        onError(new Error('The spool has lines that are not usage events. They are skipped.'))
      }
      this.#segments.push({ path, left: events.length })
      for (const event of events) all.push(event)
    }
    return all
  }

  /** Events that arrive during a write are written together after it. */
  append(event: PendingEvent): Promise<void> {
    if (!this.#release) return Promise.reject(new Error('The spool is not open.'))
    this.#waiting.push(JSON.stringify(event))
    this.#next ??= this.#after(() => this.#write())
    return this.#next
  }

  remove(count: number): Promise<void> {
    return this.#after(async () => {
      for (let left = count; ; ) {
        const [oldest] = this.#segments
        if (!oldest) return
        const some = Math.min(left, oldest.left)
        oldest.left -= some
        left -= some
        if (oldest.left > 0) return
        this.#segments.shift()
        if (this.#segments.length === 0) await this.#end()
        await rm(oldest.path, { force: true })
      }
    })
  }

  async close(): Promise<void> {
    await this.#after(() => this.#end())
    const release = this.#release
    this.#release = null
    await release?.()
  }

  #after(work: () => Promise<void>): Promise<void> {
    const done = this.#working.then(work)
    this.#working = done.catch(() => {})
    return done
  }

  /** Closes the current file. The next write creates a new one. */
  async #end(): Promise<void> {
    const file = this.#file
    this.#file = null
    await file?.close()
  }

  async #write(): Promise<void> {
    const { length } = this.#waiting
    const bytes = Buffer.from(`${this.#waiting.join('\n')}\n`)
    this.#waiting = []
    this.#next = null
    if (this.#lines >= MAX_LINES) await this.#end()
    this.#file ??= await this.#begin()
    try {
      await this.#file.appendFile(bytes)
      if (this.#fsync) await this.#file.datasync()
    } catch (error) {
      // Part of a line may have been written, for example if the disk is full. It must not be read later or run into
      // the next line.
      await this.#file.truncate(this.#size).catch(() => {})
      throw error
    }
    this.#size += bytes.length
    this.#lines += length
    const last = this.#segments.at(-1)
    if (last) last.left += length
  }

  async #begin(): Promise<FileHandle> {
    this.#number += 1
    const path = join(this.#directory, nameOf(this.#number))
    const file = await open(path, 'a', 0o600)
    if (this.#fsync) await syncDirectory(this.#directory)
    this.#segments.push({ path, left: 0 })
    this.#size = 0
    this.#lines = 0
    return file
  }
}

/** Syncs a directory to disk, if the system supports it. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => null)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
