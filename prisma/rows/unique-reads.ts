import type { Found } from './rows.ts'
import { isTree } from './statement.ts'
import type { Table } from './tables.ts'

type Call = (args?: unknown) => unknown

interface Waiting {
  id: string
  resolve: (row: unknown) => void
  reject: (error: unknown) => void
  /** Reads the row by Prisma, which also has the error for a row that is missing. */
  byPrisma: () => unknown
}

interface Asked {
  id: string
  query: object
}

/** The id that a query finds a row by, and the rest of it. Null for queries by anything else. */
function askedOf(table: Table, args: unknown): Asked | null {
  if (!isTree(args) || !('where' in args)) return null
  const { where, ...query } = args
  if (typeof where !== 'object' || where === null) return null
  const [[field, id] = [], ...more] = Object.entries(where)
  return field === table.id?.field && typeof id === 'string' && more.length === 0 ? { id, query } : null
}

/** The selection as text; null if it holds a value without one. */
function keyOf(query: object): string | null {
  try {
    return JSON.stringify(query)
  } catch {
    return null
  }
}

/** Queries of one requester that select the same. */
interface Batch {
  requester: unknown
  key: string
  waiting: Waiting[]
}

/**
 * Reads rows by their ids. Queries of one requester that are made at once and select the same are one statement. Those of
 * others are not: a request that is given up fails its own statement, and rows are shared with nobody.
 */
export class UniqueReads {
  readonly #table: Table
  readonly #read: (query: object) => Promise<Found[]> | null
  readonly #requesterOf: () => unknown
  #batches: Batch[] = []

  /** `read` returns null for queries that only Prisma reads. `requesterOf` identifies the request that is being served. */
  constructor(table: Table, read: (query: object) => Promise<Found[]> | null, requesterOf: () => unknown) {
    this.#table = table
    this.#read = read
    this.#requesterOf = requesterOf
  }

  /** Reads a row. `prisma` reads it where this class cannot. */
  find(args: unknown, prisma: Call): unknown {
    const asked = askedOf(this.#table, args)
    const key = asked && keyOf(asked.query)
    if (!asked || key === null) return prisma(args)
    return new Promise((resolve, reject) => {
      const waiting = { id: asked.id, resolve, reject, byPrisma: () => prisma(args) }
      const requester = this.#requesterOf()
      const batch = this.#batches.find((each) => each.requester === requester && each.key === key)
      if (batch) batch.waiting.push(waiting)
      else this.#open({ requester, key, waiting: [waiting] }, asked.query)
    })
  }

  #open(batch: Batch, query: object): void {
    this.#batches.push(batch)
    // In the context of the request that opened the batch.
    queueMicrotask(() => {
      this.#batches = this.#batches.filter((each) => each !== batch)
      this.#run(query, batch.waiting).catch((error: unknown) => {
        for (const { reject } of batch.waiting) reject(error)
      })
    })
  }

  async #run(query: object, batch: readonly Waiting[]): Promise<void> {
    const ids = [...new Set(batch.map(({ id }) => id))]
    const rows = await this.#read({ ...query, where: { [this.#table.id?.field ?? '']: { in: ids } } })
    const rowOf = new Map(rows?.map(({ id, row }) => [id, row]))
    for (const { id, resolve, byPrisma } of batch) resolve(rowOf.get(id) ?? byPrisma())
  }
}
