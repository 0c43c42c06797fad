import type { PrismaClient } from './generated/prisma/client.ts'
import type { Database } from './interface.ts'
import { wrapClient } from './wrap-client.ts'

/** Where a database reads from, instead of itself. */
export interface Source {
  database: Database
  /** Aborts when nothing may be read there from now on. Statements under way are then given up. */
  lost: AbortSignal
  /** Set at its first failure. Views of one request share it, so that a later one does not go back to the older state. */
  hasFailed: boolean
  /** Called with every error of the source, after which the work reads from its own database. */
  onFailure(error: unknown): void
}

/** Methods of a model that only read, and raw queries, which a read-only server rejects if they write. */
const READS = /\.(?:find\w+|count|aggregate|groupBy)$|^\$queryRaw/

/** Settles like `work`, or rejects once the signal aborts. */
function untilAborted<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const give = () => reject(signal.reason)
    if (signal.aborted) give()
    signal.addEventListener('abort', give, { once: true })
    const done = () => signal.removeEventListener('abort', give)
    work.then(
      (result) => {
        done()
        resolve(result)
      },
      (error: unknown) => {
        done()
        reject(error)
      },
    )
  })
}

/** Calls the method of a client that a path such as `user.count` names. */
function callAt(client: PrismaClient, path: string, args: readonly unknown[]): PromiseLike<unknown> {
  let owner: object = client
  let found: unknown = client
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null) break
    owner = found
    found = Reflect.get(found, name)
  }
  if (typeof found !== 'function') throw new Error(`The client has no method ${path}`)
  return Reflect.apply(found, owner, args)
}

/**
 * A view of a database that reads from a source. From the first failure of the source on, it reads from the database itself,
 * so that no work goes back to the source's older state. Writes and transactions always go to the database.
 */
export function readingFrom(database: Database, from: Source): Database {
  const { database: source, lost } = from
  const { requester } = database
  const given = requester instanceof AbortSignal ? requester : undefined
  const there = given ? source.wantedBy(given) : source
  async function attempt<T>(read: () => PromiseLike<T>, instead: () => PromiseLike<T>): Promise<T> {
    if (from.hasFailed || lost.aborted) return instead()
    try {
      return await untilAborted(read(), lost)
    } catch (error) {
      // Nobody waits for the result: reading it again would only cost.
      if (given?.aborted) throw error
      from.hasFailed = true
      from.onFailure(error)
      return instead()
    }
  }
  const both = (own: PrismaClient, other: PrismaClient): PrismaClient =>
    wrapClient(own, (path, call, args) =>
      READS.test(path)
        ? attempt(
            () => callAt(other, path, args),
            async () => await call(),
          )
        : call(),
    )
  const view: Partial<Database> = {
    prisma: both(database.prisma, there.prisma),
    rows: both(database.rows, there.rows),
    sql: (text, values) =>
      attempt(
        () => there.sql(text, values),
        () => database.sql(text, values),
      ),
    analyze: (text, values) =>
      attempt(
        () => there.analyze(text, values),
        () => database.analyze(text, values),
      ),
  }
  return Object.assign(Object.create(database), view)
}
