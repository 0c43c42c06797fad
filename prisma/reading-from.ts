import type { PrismaClient } from './generated/prisma/client.ts'
import type { Database } from './interface.ts'
import { wrapClient } from './wrap-client.ts'

/** The source from which a database reads, instead of itself. */
export interface Source {
  database: Database
  /** Aborts when the source must not be read any longer. Running statements are then cancelled. */
  lost: AbortSignal
  /**
   * Set when the source first fails. All views of one request share it, so that a later view does not return to the
   * older state.
   */
  hasFailed: boolean
  /** Called with every error of the source. After that, the work reads from its own database. */
  onFailure(error: unknown): void
}

/** Methods of a model that only read, and raw queries. A read-only server rejects raw queries that write. */
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

/** Calls the method of a client, given its path, such as `user.count`. */
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
 * A view of a database that reads from a source. After the first failure of the source, it reads from the database
 * itself, so that no work returns to the source's older state. Writes and transactions always go to the database.
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
      // Nobody waits for the result, so it is not read again.
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
