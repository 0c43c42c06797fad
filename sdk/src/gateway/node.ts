import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { holdDirectory } from './node/lock.ts'
import type { Spool, SpoolSegment } from './spool.ts'

export { SpoolInUseError } from './node/lock.ts'
export type { Spool, SpoolSegment } from './spool.ts'

const NAME = /^(\d{12})\.jsonl$/
const nameOf = (number: number): string => `${String(number).padStart(12, '0')}.jsonl`

/** How usage events are kept in files. */
export interface FileSpoolOptions {
  /**
   * Whether every event is on the disk itself before it is taken on, so that a power cut loses none, either. Without it,
   * which is much faster, the system writes it soon, whatever becomes of the process.
   */
  readonly fsync?: boolean | undefined
}

/**
 * Keeps usage events in files of a directory, until they are recorded: `createGateway({ …, usage: { spool:
 * fileSpool('/var/lib/inference/usage') } })`. What a process leaves, the next one that opens the directory records. One
 * process at a time can have it. The directory is made where it is missing, for this user alone.
 */
export function fileSpool(directory: string, options: FileSpoolOptions = {}): Spool {
  if (typeof directory !== 'string' || directory === '') throw new TypeError('`directory` has to be a path.')
  return new FileSpool(directory, options.fsync ?? false)
}

class FileSpool implements Spool {
  readonly #directory: string
  readonly #fsync: boolean
  #letGo: (() => Promise<void>) | null = null
  #number = 0
  #last: FileSegment | null = null

  constructor(directory: string, fsync: boolean) {
    this.#directory = directory
    this.#fsync = fsync
  }

  async open(): Promise<SpoolSegment[]> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    this.#letGo = await holdDirectory(this.#directory)
    const names = (await readdir(this.#directory)).filter((name) => NAME.test(name)).sort()
    this.#number = Number(NAME.exec(names.at(-1) ?? '')?.[1] ?? 0)
    return Promise.all(
      names.map(async (name) => {
        const text = await readFile(join(this.#directory, name), 'utf8')
        // What comes after the last end of a line was cut off by a crash: nobody was told that it is kept.
        return this.#segment(name, text.split('\n').slice(0, -1))
      }),
    )
  }

  begin(): SpoolSegment {
    if (!this.#letGo) throw new Error('The spool is not open.')
    this.#number += 1
    void this.#last?.end()
    this.#last = this.#segment(nameOf(this.#number), [])
    return this.#last
  }

  async close(): Promise<void> {
    await this.#last?.end()
    const letGo = this.#letGo
    this.#letGo = null
    await letGo?.()
  }

  #segment(name: string, lines: readonly string[]): FileSegment {
    return new FileSegment(this.#directory, name, lines, this.#fsync)
  }
}

/** Writes what an entry of a directory is to the disk, where the system can. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => null)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

class FileSegment implements SpoolSegment {
  readonly lines: readonly string[]
  readonly #directory: string
  readonly #path: string
  readonly #fsync: boolean
  #file: FileHandle | null = null
  /** Bytes that are kept. */
  #size = 0
  #waiting: string[] = []
  /** The write that takes what is waiting; null where nothing is. */
  #next: Promise<void> | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(directory: string, name: string, lines: readonly string[], fsync: boolean) {
    this.#directory = directory
    this.#path = join(directory, name)
    this.lines = lines
    this.#fsync = fsync
  }

  /** What is appended while something is written is written together after that. */
  append(line: string): Promise<void> {
    this.#waiting.push(line)
    if (this.#next === null) {
      this.#next = this.#writing.then(() => this.#write())
      this.#writing = this.#next.catch(() => {})
    }
    return this.#next
  }

  async remove(): Promise<void> {
    await this.end()
    await rm(this.#path, { force: true })
  }

  /** Closes the file after what is being written. */
  async end(): Promise<void> {
    await this.#writing
    const file = this.#file
    this.#file = null
    await file?.close()
  }

  async #write(): Promise<void> {
    const bytes = Buffer.from(`${this.#waiting.join('\n')}\n`)
    this.#waiting = []
    this.#next = null
    if (this.#file === null) {
      this.#file = await open(this.#path, 'a', 0o600)
      if (this.#fsync) await syncDirectory(this.#directory)
    }
    try {
      await this.#file.appendFile(bytes)
      if (this.#fsync) await this.#file.datasync()
      this.#size += bytes.length
    } catch (error) {
      // Half of it may be there, such as on a disk that is full: it must not be read, nor be before what comes next.
      await this.#file.truncate(this.#size).catch(() => {})
      throw error
    }
  }
}
