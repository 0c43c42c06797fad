import type { Found, Host, LookUp } from '../ports.ts'
import { Rows } from './rows.ts'

/** The result of a look-up for one key. */
export interface Looked<Row> {
  /** Undefined if there is no row. Null if the row exists but cannot be read. */
  readonly row: Row | null | undefined
  readonly asOf: number
}

interface Question<Row> {
  readonly answer: Promise<Looked<Row>>
  readonly settle: (answer: Promise<Looked<Row>>) => void
}

/** Maximum number of keys in one look-up. Each look-up can fail without affecting the others. */
const MOST_KEYS = 500

export interface CacheOptions<Row> {
  readonly capacity: number
  readonly lookUp: LookUp<Row>
  /** Subjects of a row. A change of one of them makes the row outdated. */
  readonly subjectsOf: (row: Row) => readonly string[]
  /** Whether changes arrive. While they do not, no row can be cached. Omitted: always. */
  readonly isFollowing?: () => boolean
  /**
   * Maximum number of look-ups in progress, so that keys that arrive one after another, such as unknown secrets, share
   * them. The queue can hold the same number again. If the queue is full, its oldest key fails at once. Omitted:
   * unlimited.
   */
  readonly maxLookUps?: number
}

/**
 * A cache of rows that changes invalidate. Missing and unreadable rows are not cached, so that a new or restored key works
 * at once. A row whose look-up began before a change of it is not kept, since it may be from before that change.
 */
export class Cache<Row> extends Rows<Row> {
  readonly #host: Pick<Host, 'soon'>
  readonly #options: CacheOptions<Row>
  /**
   * Look-ups queued in this turn, or until another one ends. A request never joins a look-up that was already sent,
   * because that may have read the state before a change.
   */
  readonly #waiting = new Map<string, Question<Row>>()
  /** Subjects that changed while each look-up was in progress. */
  readonly #changed = new Set<Set<string>>()
  #clears = 0
  #asking = 0

  constructor(host: Pick<Host, 'soon'>, options: CacheOptions<Row>) {
    super(options.capacity, options.subjectsOf)
    this.#host = host
    this.#options = options
  }

  /** Looks up a row. Keys of one turn share a look-up. */
  load(key: string): Promise<Looked<Row>> {
    const asked = this.#waiting.get(key)
    if (asked) return asked.answer
    if (this.#waiting.size === 0) this.#host.soon(() => this.#flush())
    else if (this.#waiting.size >= this.#maxLookUps * MOST_KEYS) this.#dropOldest()
    let settle: Question<Row>['settle'] = () => {}
    const answer = new Promise<Looked<Row>>((resolve) => {
      settle = resolve
    })
    this.#waiting.set(key, { answer, settle })
    return answer
  }

  /** Invalidates the rows about a changed subject. */
  change(subject: string): void {
    for (const changed of this.#changed) changed.add(subject)
    this.drop(subject)
  }

  /** Invalidates every row and every look-up in progress, because changes may have been missed. */
  override clear(): void {
    this.#clears += 1
    super.clear()
  }

  get #maxLookUps(): number {
    return this.#options.maxLookUps ?? Number.POSITIVE_INFINITY
  }

  /** Drops the oldest keys, so that new keys do not wait behind requests that have already timed out. */
  #dropOldest(): void {
    const [oldest] = this.#waiting
    if (!oldest) return
    const [key, { settle }] = oldest
    this.#waiting.delete(key)
    settle(Promise.reject(new Error('Too many look-ups')))
  }

  #flush(): void {
    while (this.#waiting.size > 0 && this.#asking < this.#maxLookUps) {
      const some: [string, Question<Row>][] = []
      for (const each of this.#waiting) {
        this.#waiting.delete(each[0])
        if (some.push(each) === MOST_KEYS) break
      }
      this.#asking += 1
      const found = this.#fill(some.map(([key]) => key)).finally(() => {
        this.#asking -= 1
        this.#flush()
      })
      for (const [key, { settle }] of some) settle(found.then(({ rows, asOf }) => ({ row: rows.get(key), asOf })))
    }
  }

  async #fill(keys: readonly string[]): Promise<Found<Row>> {
    const { lookUp, subjectsOf, isFollowing } = this.#options
    const [mayKeep, clears, changed] = [isFollowing?.() ?? true, this.#clears, new Set<string>()]
    this.#changed.add(changed)
    try {
      const found = await lookUp(keys)
      for (const key of keys) {
        const row = found.rows.get(key)
        this.delete(key)
        const isRight = mayKeep && clears === this.#clears && row && !subjectsOf(row).some((each) => changed.has(each))
        if (isRight) this.set(key, row)
      }
      return found
    } finally {
      this.#changed.delete(changed)
    }
  }
}
