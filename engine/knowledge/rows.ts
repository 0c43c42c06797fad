/** Maximum number of recently used rows that are skipped to find a row to drop. */
const LOOKED_AT = 20

interface Kept<Row> {
  readonly row: Row
  isUsed: boolean
}

/**
 * Rows in memory, bounded in number. A change of one of its subjects removes a row. A full store drops rows that were
 * not used recently, so that rows in constant use stay.
 */
export class Rows<Row> {
  readonly #capacity: number
  readonly #subjectsOf: (row: Row) => readonly string[]
  readonly #rows = new Map<string, Kept<Row>>()
  /** Keys by subject, so that a change visits only its own rows. */
  readonly #bySubject = new Map<string, Set<string>>()

  constructor(capacity: number, subjectsOf: (row: Row) => readonly string[]) {
    this.#capacity = capacity
    this.#subjectsOf = subjectsOf
  }

  get size(): number {
    return this.#rows.size
  }

  get(key: string): Row | undefined {
    const kept = this.#rows.get(key)
    if (kept === undefined) return undefined
    kept.isUsed = true
    return kept.row
  }

  set(key: string, row: Row): void {
    this.delete(key)
    if (this.#rows.size >= this.#capacity) this.#makeRoom()
    this.#rows.set(key, { row, isUsed: false })
    for (const subject of this.#subjectsOf(row)) {
      const keys = this.#bySubject.get(subject)
      if (keys) keys.add(key)
      else this.#bySubject.set(subject, new Set([key]))
    }
  }

  delete(key: string): void {
    const kept = this.#rows.get(key)
    if (kept === undefined) return
    this.#rows.delete(key)
    for (const subject of this.#subjectsOf(kept.row)) {
      const keys = this.#bySubject.get(subject)
      keys?.delete(key)
      if (keys?.size === 0) this.#bySubject.delete(subject)
    }
  }

  /** Deletes every row about a subject. */
  drop(subject: string): void {
    for (const key of [...(this.#bySubject.get(subject) ?? [])]) this.delete(key)
  }

  clear(): void {
    this.#rows.clear()
    this.#bySubject.clear()
  }

  #makeRoom(): void {
    let looked = 0
    for (const [key, kept] of this.#rows) {
      looked += 1
      if (!kept.isUsed || looked === LOOKED_AT) {
        this.delete(key)
        return
      }
      // A used row gets a second chance: it moves behind all others.
      kept.isUsed = false
      this.#rows.delete(key)
      this.#rows.set(key, kept)
    }
  }
}
