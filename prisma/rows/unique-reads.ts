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

/** Reads rows by their ids. Queries that are made at once and select the same are one statement. */
export class UniqueReads {
  readonly #table: Table
  readonly #read: (query: object) => Promise<Found[]> | null
  readonly #batches = new Map<string, Waiting[]>()

  /** `read` returns null for queries that only Prisma reads. */
  constructor(table: Table, read: (query: object) => Promise<Found[]> | null) {
    this.#table = table
    this.#read = read
  }

  /** Reads a row. `prisma` reads it where this class cannot. */
  find(args: unknown, prisma: Call): unknown {
    const asked = askedOf(this.#table, args)
    const key = asked && keyOf(asked.query)
    if (!asked || key === null) return prisma(args)
    return new Promise((resolve, reject) => {
      const waiting = { id: asked.id, resolve, reject, byPrisma: () => prisma(args) }
      const batch = this.#batches.get(key)
      if (batch) batch.push(waiting)
      else this.#open(key, asked.query, waiting)
    })
  }

  #open(key: string, query: object, first: Waiting): void {
    const batch = [first]
    this.#batches.set(key, batch)
    queueMicrotask(() => {
      this.#batches.delete(key)
      this.#run(query, batch).catch((error: unknown) => {
        for (const { reject } of batch) reject(error)
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
