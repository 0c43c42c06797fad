import type { PrismaClient } from '../generated/prisma/client.ts'
import type { Scopes } from '../scope.ts'
import { buildRows, type Found } from './rows.ts'
import { isTree, type Statement, writeStatement } from './statement.ts'
import { TABLES, type Table } from './tables.ts'
import { UniqueReads } from './unique-reads.ts'
import { UnsupportedQuery } from './where.ts'

/*
 * The client, with a faster way to read rows. One statement of `statement.ts` reads the rows of a query that selects
 * relations, and those of several simultaneous queries by id. Prisma would sort whole rows with everything selected for
 * them, and it parses the response without a pause, which takes most of a page's time. Prisma still runs queries that
 * the statement cannot express.
 */

/** Runs a statement. Its only row contains the results of all levels. */
export type RunStatement = (statement: Statement) => Promise<{ [level: string]: unknown }>

type Call = (args?: unknown) => unknown

/** Reads the rows of a query. Null if only Prisma can run it. */
function readRows(table: Table, args: unknown, run: RunStatement): Promise<Found[]> | null {
  try {
    const statement = writeStatement(table, args)
    return run(statement).then((results) => buildRows(statement.levels, results))
  } catch (error) {
    if (error instanceof UnsupportedQuery) return null
    throw error
  }
}

const readTree = (table: Table, args: unknown, run: RunStatement): Promise<Found[]> | null =>
  isTree(args) ? readRows(table, args, run) : null

const METHODS = ['findMany', 'findFirst', 'findUnique', 'findUniqueOrThrow'] as const

/** The methods of a model that read rows with the statement. Each calls Prisma's own method for other queries. */
function methodsOf(
  table: Table,
  run: RunStatement,
  scopes: Scopes,
): Record<(typeof METHODS)[number], (args: unknown, prisma: Call) => unknown> {
  const unique = new UniqueReads(table, (query) => readRows(table, query, run), scopes)
  const findUnique = (args: unknown, prisma: Call) => unique.find(args, prisma)
  return {
    findMany: (args, prisma) =>
      readTree(table, args, run)?.then((found) => found.map(({ row }) => row)) ?? prisma(args),
    findFirst(args, prisma) {
      if (typeof args !== 'object' || args === null || 'take' in args || 'skip' in args) return prisma(args)
      return readTree(table, { ...args, take: 1 }, run)?.then(([found]) => found?.row ?? null) ?? prisma(args)
    },
    findUnique,
    findUniqueOrThrow: findUnique,
  }
}

/** Replaces methods of an object. All other properties stay unchanged. */
const withMethods = <T extends object>(original: T, methods: ReadonlyMap<PropertyKey, unknown>): T =>
  new Proxy(original, {
    get: (target, key) => (methods.has(key) ? methods.get(key) : Reflect.get(target, key)),
  })

/** Whether a call such as `user.findMany` reads rows with the statement if possible. */
export const isReadMethod = (path: string): boolean => METHODS.some((method) => path.endsWith(`.${method}`))

/** The client that reads a tree of rows with one statement, for the current request. */
export function readingClient(client: PrismaClient, run: RunStatement, scopes: Scopes): PrismaClient {
  const delegates = new Map<PropertyKey, unknown>()
  for (const [model, table] of TABLES) {
    const name = model.charAt(0).toLowerCase() + model.slice(1)
    const delegate: unknown = Reflect.get(client, name)
    if (typeof delegate !== 'object' || delegate === null) throw new Error(`The client has no model ${model}`)
    const methods = methodsOf(table, run, scopes)
    const replaced = METHODS.map((method): [string, Call] => {
      const prisma = (args: unknown): unknown => {
        const { wanted } = scopes
        const call = () => Reflect.apply(Reflect.get(delegate, method), delegate, [args])
        return wanted ? scopes.run({ open: false, wanted }, async () => await call()) : call()
      }
      return [method, (args) => methods[method](args, prisma)]
    })
    delegates.set(name, withMethods(delegate, new Map(replaced)))
  }
  return withMethods(client, delegates)
}
