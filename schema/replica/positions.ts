import type { Database } from '@keyward/prisma/database'
import { withTimeout } from '../core/timeout.ts'
import { deletePositions, notePositions } from './sql.ts'

const KEPT_MS = 86_400_000
/** The longest that the answer to a change waits for its position, in milliseconds. */
const NOTE_MS = 2_000

const late = (): never => {
  throw new Error('The position was not recorded in time.')
}

/**
 * Notes after each change the position that its maker must find on a replica, for all processes. Changes that end while a
 * statement runs share the next one.
 */
export class WritePositions {
  readonly #database: Database
  #waiting = new Set<string>()
  #next: Promise<void> | null = null
  #running: Promise<unknown> = Promise.resolve()
  /** Makers of changes whose position could not be noted: this process reads from the primary for them. */
  readonly #failed = new Map<string, number>()
  /** Numbers doubts and statements, in their order. */
  #count = 0

  constructor(database: Database) {
    this.#database = database
  }

  /** Resolves once the position is noted, or cannot be. Call it after the commit. */
  note(principalId: string): Promise<void> {
    this.#waiting.add(principalId)
    this.#next ??= this.#running.then(() => this.#send())
    return this.#next
  }

  /** Notes that a person or service account may have changed something, without waiting for a database that may be away. */
  doubt(principalId: string): void {
    this.#failed.set(principalId, ++this.#count)
  }

  isUnknown(principalId: string): boolean {
    return this.#failed.has(principalId)
  }

  /** Tries again for those whose position could not be noted. */
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
          // A doubt that came while the statement ran is about a later change.
          for (const id of ids) if ((this.#failed.get(id) ?? 0) < sentAt) this.#failed.delete(id)
        },
        () => ids.forEach((id) => void this.doubt(id)),
      )
    this.#running = sent
    return sent
  }
}

/** Deletes positions that no replica in use lacks. */
export async function removeOldPositions(database: Database): Promise<void> {
  await deletePositions(database, new Date(database.clock.now().getTime() - KEPT_MS))
}
