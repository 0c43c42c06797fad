import { verifiersLookUp } from '../generated/documents.ts'
import type { VerifierKnowledge } from '../generated/types.ts'
import type { Rows, Subjects } from './rows.ts'
import type { Server } from './server.ts'

const MAX_ASKED = 500
const LOOK_UP_MS = 2_000

/** The kinds of things that are looked up, by the names of their questions. */
export type Kind = 'secretHashes' | 'resourceIds' | 'models'

/** What a look-up found, and as of when; null: there is nothing. */
export interface Looked<Row> {
  row: Row | null
  asOf: string
}

interface Question {
  kind: Kind
  key: string
  answer: (found: VerifierKnowledge) => void
  fail: (error: unknown) => void
}

/** What is looked up of one kind, and where it is kept. */
export interface Shelf<Row extends Subjects> {
  kind: Kind
  rows: Rows<Row>
  /** The thing of a key among what was found. */
  pick: (found: VerifierKnowledge, key: string) => Row | null
}

/**
 * Asks the server for what is not known: everything that is asked in one turn in one call, and what is asked twice at the
 * same time once. What a change concerned meanwhile is not kept, since it may have been read before that change.
 */
export class LookUps {
  readonly #server: Server
  readonly #isFollowing: () => boolean
  #waiting: Question[] = []
  readonly #asking = new Map<string, Promise<Looked<Subjects>>>()
  /** What changed while each of those that look something up did. */
  readonly #changes = new Set<Set<string>>()
  /** How often changes may have been missed. */
  #missed = 0

  constructor(server: Server, isFollowing: () => boolean) {
    this.#server = server
    this.#isFollowing = isFollowing
  }

  /** Notes a change: what is being looked up may be of before it. */
  change(subject: string): void {
    for (const changed of this.#changes) changed.add(subject)
  }

  /** Keeps nothing of what is being looked up: changes may have been missed. */
  forget(): void {
    this.#missed += 1
  }

  /** Looks something up; what is found is kept on its shelf. */
  load<Row extends Subjects>(shelf: Shelf<Row>, key: string): Promise<Looked<Row>> {
    const name = `${shelf.kind} ${key}`
    const asking = this.#asking.get(name)
    // One name is of one shelf, and so of one kind of row.
    if (asking) return asking as Promise<Looked<Row>>
    const asked = this.#ask(shelf, key).finally(() => this.#asking.delete(name))
    this.#asking.set(name, asked)
    return asked
  }

  async #ask<Row extends Subjects>({ kind, rows, pick }: Shelf<Row>, key: string): Promise<Looked<Row>> {
    const mayKeep = this.#isFollowing()
    const missed = this.#missed
    const changed = new Set<string>()
    this.#changes.add(changed)
    try {
      const found = await new Promise<VerifierKnowledge>((answer, fail) => {
        this.#waiting.push({ kind, key, answer, fail })
        if (this.#waiting.length === 1) setTimeout(() => this.#send(), 0)
      })
      const row = pick(found, key)
      rows.delete(key)
      if (row && mayKeep && missed === this.#missed && !row.subjects.some((subject) => changed.has(subject)))
        rows.set(key, row)
      return { row, asOf: found.asOf }
    } finally {
      this.#changes.delete(changed)
    }
  }

  #send(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (let from = 0; from < waiting.length; from += MAX_ASKED) {
      const questions = waiting.slice(from, from + MAX_ASKED)
      const input = { secretHashes: [] as string[], resourceIds: [] as string[], models: [] as string[] }
      for (const { kind, key } of questions) input[kind].push(key)
      this.#server.ask(verifiersLookUp, { input }, LOOK_UP_MS).then(
        (found) => {
          for (const { answer } of questions) answer(found)
        },
        (error: unknown) => {
          for (const { fail } of questions) fail(error)
        },
      )
    }
  }
}
