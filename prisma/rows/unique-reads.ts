import { pace } from '../pace.ts'
import type { Scopes } from '../scope.ts'
import type { Found } from './rows.ts'
import { isTree } from './statement.ts'
import type { Table } from './tables.ts'

type Call = (args?: unknown) => unknown

interface Waiting {
  id: string
  resolve: (row: unknown) => void
  reject: (error: unknown) => void
  /** Reads the row with Prisma, which also throws the error for a missing row. */
  byPrisma: () => unknown
}

interface Asked {
  id: string
  query: object
}

/** The id by which a query finds a row, and the rest of the query. Null for queries by anything else. */
function askedOf(table: Table, args: unknown): Asked | null {
  if (typeof args !== 'object' || args === null || !('where' in args)) return null
  const { where, ...query } = args
  if (typeof where !== 'object' || where === null) return null
  const [[field, id] = [], ...more] = Object.entries(where)
  return field === table.id?.field && typeof id === 'string' && more.length === 0 ? { id, query } : null
}

/** The selection as text. Null if it contains a value that cannot be written as text. */
function keyOf(query: object): string | null {
  try {
    return JSON.stringify(query)
  } catch {
    return null
  }
}

/** Queries of one request with the same selection. */
interface Batch {
  /** The signal that cancels the request. It identifies the request. */
  requester: AbortSignal | undefined
  key: string
  waiting: Waiting[]
}

/**
 * Reads rows by their ids. Simultaneous queries of one request with the same selection become one statement. Queries of
 * different requests are not combined: cancelling a request fails only its own statement, and requests share no rows.
 */
export class UniqueReads {
  readonly #table: Table
  readonly #read: (query: object) => Promise<Found[]> | null
  readonly #scopes: Scopes
  #batches: Batch[] = []

  /** `read` returns null for queries that only Prisma can run. */
  constructor(table: Table, read: (query: object) => Promise<Found[]> | null, scopes: Scopes) {
    this.#table = table
    this.#read = read
    this.#scopes = scopes
  }

  /** Reads a row. `prisma` reads it if this class cannot. */
  find(args: unknown, prisma: Call): unknown {
    const asked = askedOf(this.#table, args)
    const key = asked && keyOf(asked.query)
    if (!asked || key === null) return prisma(args)
    return new Promise((resolve, reject) => {
      const waiting = { id: asked.id, resolve, reject, byPrisma: () => prisma(args) }
      const requester = this.#scopes.wanted
      const batch = this.#batches.find((each) => each.requester === requester && each.key === key)
      if (batch) batch.waiting.push(waiting)
      else this.#open({ requester, key, waiting: [waiting] }, asked.query)
    })
  }

  #open(batch: Batch, query: object): void {
    this.#batches.push(batch)
    const run = () => {
      this.#batches = this.#batches.filter((each) => each !== batch)
      this.#run(query, batch).catch((error: unknown) => {
        for (const { reject } of batch.waiting) reject(error)
      })
    }
    queueMicrotask(() => pace.hold(batch.requester, run) || run())
  }

  async #run(query: object, { requester, waiting }: Batch): Promise<void> {
    const [only, ...more] = waiting
    if (only && more.length === 0 && !isTree(query))
      return only.resolve(this.#scopes.call(requester, () => only.byPrisma()))
    const ids = [...new Set(waiting.map(({ id }) => id))]
    const where = { [this.#table.id?.field ?? '']: { in: ids } }
    const rows = await this.#scopes.call(requester, () => this.#read({ ...query, where }))
    const rowOf = new Map(rows?.map(({ id, row }) => [id, row]))
    for (const { id, resolve, byPrisma } of waiting)
      resolve(rowOf.get(id) ?? this.#scopes.call(requester, () => byPrisma()))
  }
}
