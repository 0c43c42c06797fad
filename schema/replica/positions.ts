import type { Database } from '@keyward/prisma/database'
import { withTimeout } from '../core/timeout.ts'
import { deletePositions, notePositions } from './sql.ts'

const KEPT_MS = 86_400_000
/** Maximum time that the response to a change waits for its position, in milliseconds. */
const NOTE_MS = 2_000

const late = (): never => {
  throw new Error('The position was not recorded in time.')
}

/**
 * Records after each change the position that a replica must have reached before the author of the change may read from
 * it. All processes use it. Changes that end while a statement runs share the next statement.
 */
export class WritePositions {
  readonly #database: Database
  #waiting = new Set<string>()
  #next: Promise<void> | null = null
  #running: Promise<unknown> = Promise.resolve()
  /** Authors of changes whose position could not be recorded. This process reads from the primary for them. */
  readonly #failed = new Map<string, number>()
  /** Numbers failed records and statements in their order. */
  #count = 0

  constructor(database: Database) {
    this.#database = database
  }

  /** Resolves when the position is recorded, or cannot be recorded. Call it after the commit. */
  note(principalId: string): Promise<void> {
    this.#waiting.add(principalId)
    this.#next ??= this.#running.then(() => this.#send())
    return this.#next
  }

  /**
   * Marks that a person or service account may have changed something, without waiting for a database that may be
   * unreachable.
   */
  doubt(principalId: string): void {
    this.#failed.set(principalId, ++this.#count)
  }

  isUnknown(principalId: string): boolean {
    return this.#failed.has(principalId)
  }

  /** Tries again for the authors whose position could not be recorded. */
  async retry(): Promise<void> {
    await Promise.all([...this.#failed.keys()].map((id) => this.note(id)))
  }

  #send(): Promise<void> {
    const ids = [...this.#waiting]
    const sentAt = ++this.#count
    this.#waiting = new Set()
    this.#next = null
    const sent = this.#database
      .detached(() => withTimeout(notePositions(this.#database, ids, this.#database.clock.now()), NOTE_MS, late))
      .then(
        () => {
          // A failure that was marked while the statement ran concerns a later change.
          for (const id of ids) if ((this.#failed.get(id) ?? 0) < sentAt) this.#failed.delete(id)
        },
        () => ids.forEach((id) => void this.doubt(id)),
      )
    this.#running = sent
    return sent
  }
}

/** Deletes positions that every replica in use has reached. */
export async function removeOldPositions(database: Database): Promise<void> {
  await deletePositions(database, new Date(database.clock.now().getTime() - KEPT_MS))
}
