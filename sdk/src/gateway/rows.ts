/** What is known of something, with what makes that wrong when it changes. */
export interface Subjects {
  readonly subjects: readonly string[]
}

interface Kept<Row> {
  row: Row
  isUsed: boolean
}

/**
 * What was looked up, bounded in number. A row leaves with the first change of one of its subjects. What is full makes
 * room by what was not asked for since it was last looked at.
 */
export class Rows<Row extends Subjects> {
  readonly #capacity: number
  readonly #rows = new Map<string, Kept<Row>>()
  readonly #bySubject = new Map<string, Set<string>>()

  constructor(capacity: number) {
    this.#capacity = capacity
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
    for (const subject of row.subjects) {
      const keys = this.#bySubject.get(subject)
      if (keys) keys.add(key)
      else this.#bySubject.set(subject, new Set([key]))
    }
  }

  delete(key: string): void {
    const kept = this.#rows.get(key)
    if (kept === undefined) return
    this.#rows.delete(key)
    for (const subject of kept.row.subjects) {
      const keys = this.#bySubject.get(subject)
      keys?.delete(key)
      if (keys?.size === 0) this.#bySubject.delete(subject)
    }
  }

  /** Drops everything that is about a subject. */
  drop(subject: string): void {
    for (const key of [...(this.#bySubject.get(subject) ?? [])]) this.delete(key)
  }

  clear(): void {
    this.#rows.clear()
    this.#bySubject.clear()
  }

  #makeRoom(): void {
    for (const [key, kept] of this.#rows) {
      if (!kept.isUsed) {
        this.delete(key)
        return
      }
      // A second chance, behind all the others; after one round everything is unused.
      kept.isUsed = false
      this.#rows.delete(key)
      this.#rows.set(key, kept)
    }
  }
}
