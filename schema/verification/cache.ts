import type { ChangeFeed } from '../write/outbox/feed.ts'
import type { Change, ChangeKind } from '../write/outbox/kinds.ts'
import { Batch } from './batch.ts'

/** How many of the oldest rows are looked at for one that was not used of late, before one goes anyway. */
const LOOKED_AT = 20

interface Kept<Row> {
  row: Row
  /** Whether it was used since it was kept, or since it was last passed over. */
  used: boolean
}

interface Options<Row> {
  changes: ChangeFeed
  /** Finds rows by their keys in one statement. */
  find: (keys: string[]) => Promise<Map<string, Row>>
  /** The UUIDs of the things a row is about: a change of one of them makes it wrong. */
  subjects: (row: Row) => string[]
  /** The kinds of change that can concern any row at all. */
  kinds: readonly ChangeKind[]
  capacity: number
}

/**
 * A bounded cache of rows that is kept right by the outbox: a row leaves with the first change that concerns it. What is
 * not there is never cached, so that nothing is denied past its creation. A look-up that began before a change is not
 * kept, since it may have read what was before. When it is full, rows that were used are passed over once: what is asked
 * for all the time stays known, also while the database is away, however many others come by.
 */
export class RowCache<Row> {
  readonly #options: Options<Row>
  readonly #rows = new Map<string, Kept<Row>>()
  /** Which rows are about a thing, so that a change costs what it concerns and not what is cached. */
  readonly #bySubject = new Map<string, Set<string>>()
  readonly #batch: Batch<Row>
  readonly #unsubscribe: () => void
  /** Subjects of changes seen while look-ups are under way. */
  #fills = 0
  #meanwhile: string[] = []

  constructor(options: Options<Row>) {
    this.#options = options
    this.#batch = new Batch((keys) => this.#fill(keys))
    this.#unsubscribe = options.changes.onChange((change) => this.#onChange(change))
  }

  /** A row that is known; undefined when it has to be looked up. */
  known(key: string): Row | undefined {
    const kept = this.#rows.get(key)
    if (!kept) return undefined
    kept.used = true
    return kept.row
  }

  /** Looks a row up in the database; null when there is none. */
  load(key: string): Promise<Row | null> {
    return this.#batch.load(key)
  }

  get size(): number {
    return this.#rows.size
  }

  close(): void {
    this.#unsubscribe()
    this.#rows.clear()
    this.#bySubject.clear()
  }

  async #fill(keys: string[]): Promise<Map<string, Row>> {
    this.#fills += 1
    const seen = this.#meanwhile.length
    try {
      const rows = await this.#options.find(keys)
      const meanwhile = new Set(this.#meanwhile.slice(seen))
      for (const key of keys) if (!rows.has(key)) this.#drop(key)
      for (const [key, row] of rows) {
        if (!this.#options.subjects(row).some((subject) => meanwhile.has(subject))) this.#keep(key, row)
      }
      return rows
    } finally {
      this.#fills -= 1
      if (this.#fills === 0) this.#meanwhile = []
    }
  }

  #keep(key: string, row: Row): void {
    this.#drop(key)
    if (this.#rows.size >= this.#options.capacity) this.#makeRoom()
    this.#rows.set(key, { row, used: false })
    for (const subject of this.#options.subjects(row)) {
      const keys = this.#bySubject.get(subject)
      if (keys) keys.add(key)
      else this.#bySubject.set(subject, new Set([key]))
    }
  }

  #makeRoom(): void {
    let looked = 0
    for (const [key, kept] of this.#rows) {
      looked += 1
      if (!kept.used || looked === LOOKED_AT) {
        this.#drop(key)
        return
      }
      kept.used = false
      // Behind all others: it is the newest now.
      this.#rows.delete(key)
      this.#rows.set(key, kept)
    }
  }

  #drop(key: string): void {
    const kept = this.#rows.get(key)
    if (kept === undefined) return
    this.#rows.delete(key)
    for (const subject of this.#options.subjects(kept.row)) {
      const keys = this.#bySubject.get(subject)
      keys?.delete(key)
      if (keys?.size === 0) this.#bySubject.delete(subject)
    }
  }

  #onChange(change: Change): void {
    if (!this.#options.kinds.includes(change.kind)) return
    if (this.#fills > 0) this.#meanwhile.push(change.subjectId)
    for (const key of [...(this.#bySubject.get(change.subjectId) ?? [])]) this.#drop(key)
  }
}
