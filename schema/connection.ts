import { RequestError } from './errors.ts'

/** Counting stops here: a count is for a label, and a label needs no more. */
export const TOTAL_COUNT_CAP = 10_000

interface PageArguments {
  first?: number | null | undefined
  last?: number | null | undefined
  after?: string | null | undefined
  before?: string | null | undefined
}

const UUID_CURSOR = /^GPC:S:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const refuse = (message: string): never => {
  throw new RequestError('BAD_REQUEST', message)
}

/** Refuses page arguments that no page answers to, before they reach the database. */
export function checkPage(given: object): void {
  const args: PageArguments = given
  for (const name of ['first', 'last'] as const) {
    const size = args[name]
    if (size !== null && size !== undefined && (size < 0 || size > 100)) refuse(`\`${name}\` is from 0 to 100.`)
  }
  if (args.first != null && args.last != null) refuse('Give `first` or `last`, not both.')
  for (const name of ['after', 'before'] as const) {
    const cursor = args[name]
    if (cursor !== null && cursor !== undefined && !UUID_CURSOR.test(Buffer.from(cursor, 'base64').toString())) {
      refuse(`\`${name}\` is not a cursor of this list. Take one from its \`pageInfo\` or \`edges\`.`)
    }
  }
  if (args.after != null && (args.before != null || args.last != null)) refuse('`after` goes with `first` alone.')
  if (args.before != null && args.first != null) refuse('`before` goes with `last` alone.')
}

/** What a list belongs to and how it was asked for: what its total is counted from. */
export interface Listed {
  parent: unknown
  args: object
}

/** The parent and the arguments that the prisma plugin keeps on every connection it makes. */
export function listed(connection: object): Listed {
  if (!('parent' in connection) || !('args' in connection)) throw new Error('A connection without its parent')
  const { parent, args } = connection
  if (typeof args !== 'object' || args === null) throw new Error('A connection without its arguments')
  return { parent, args }
}

/**
 * A page's cost: what is below it counts once for every row asked for. Costs are counted before anything runs, so that
 * this is also where page arguments are refused: the plugin that reads cursors comes later and fails on wrong ones.
 */
export function pageComplexity(args: object): { field: number; multiplier: number } {
  checkPage(args)
  const { first, last }: PageArguments = args
  return { field: 1, multiplier: Math.max(1, first ?? last ?? 25) }
}

const NEWEST_FIRST = [{ id: 'desc' as const }]
const OLDEST_FIRST = [{ id: 'asc' as const }]

/** The orders of lists that are not sorted otherwise. Ids grow with time, so that they are also the tie-break. */
export const ORDER = { newestFirst: NEWEST_FIRST, oldestFirst: OLDEST_FIRST }
