import { LEFT_OUT } from '@keyward/prisma/left-out'
import { RequestError } from '../../core/errors.ts'
import { MAX_PAGE_SIZE } from '../node/relay.ts'
import { beyond, byId, columnsOf, type ListOrder, orderByOf, placeOf, readCursor, type Where } from './list-order.ts'

/** The highest count: high enough for a label, and cheap to count. */
export const TOTAL_COUNT_CAP = 10_000

interface PageArguments {
  first?: number | null | undefined
  last?: number | null | undefined
  after?: string | null | undefined
  before?: string | null | undefined
}

const refuse = (message: string): never => {
  throw new RequestError('BAD_REQUEST', message)
}

const refuseCursor = (name: 'after' | 'before'): never =>
  refuse(`\`${name}\` is not a cursor of this list. Take one from its \`pageInfo\` or \`edges\`.`)

/** Throws BAD_REQUEST for invalid page arguments, before they reach the database. */
function checkPage(given: object): void {
  const args: PageArguments = given
  for (const name of ['first', 'last'] as const) {
    const size = args[name]
    if (size !== null && size !== undefined && (size < 0 || size > MAX_PAGE_SIZE)) {
      refuse(`\`${name}\` must be from 0 to ${MAX_PAGE_SIZE}.`)
    }
  }
  if (args.first != null && args.last != null) refuse('Give `first` or `last`, not both.')
  for (const name of ['after', 'before'] as const) {
    const cursor = args[name]
    if (cursor !== null && cursor !== undefined && readCursor(cursor) === null) refuseCursor(name)
  }
  if (args.after != null && (args.before != null || args.last != null))
    refuse('`after` requires `first`, without `last` or `before`.')
  if (args.before != null && args.first != null) refuse('`before` requires `last`, without `first`.')
}

/** A page as the prisma plugin returns it. */
interface Page {
  edges: readonly unknown[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean }
}

/** The parent and arguments of a list, with which its total is counted. */
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

/** The number of rows of a list if this page contains all of them. Null if there may be others. */
export function lengthOfWhole(connection: object): number | null {
  const { after, before }: PageArguments = listed(connection).args
  if (after != null || before != null) return null
  const { edges, pageInfo }: Partial<Page> = connection
  return edges && pageInfo && !pageInfo.hasNextPage && !pageInfo.hasPreviousPage ? edges.length : null
}

/**
 * The cost of a page: the cost of its selection for each requested row. Page arguments are also checked here. Costs are
 * computed before the plugin reads cursors, which fails on invalid arguments.
 */
export function pageComplexity(args: object): { field: number; multiplier: number } {
  checkPage(args)
  const { first, last }: PageArguments = args
  return { field: 1, multiplier: Math.max(1, first ?? last ?? 25) }
}

/** The default orders of lists. */
export const ORDER = { newestFirst: byId('desc'), oldestFirst: byId('asc') }

/** The order of each requested page, keyed by its arguments. */
const orders = new WeakMap<object, ListOrder>()

/** The order of the page with these arguments; undefined if `page` did not create it. */
export const orderOfPage = (args: object): ListOrder | undefined => orders.get(args)

/** The database query of a page. */
interface PageQuery<Filter> {
  where?: Filter | Where | { AND: (Filter | Where)[] }
  orderBy: ReturnType<typeof orderByOf>
}

/** The query of the rows after the cursor, in the list's order. */
function placed<Filter extends object>(given: object, order: ListOrder, where: Filter | undefined): PageQuery<Filter> {
  checkPage(given)
  orders.set(given, order)
  const orderBy = orderByOf(order)
  const { after, before }: PageArguments = given
  const side = before == null ? 'after' : 'before'
  const cursor = before ?? after
  if (cursor == null) return where ? { where, orderBy } : { orderBy }
  const place = placeOf(order, cursor)
  if (place === 'OTHER_ORDER') {
    return refuse(
      `\`${side}\` is a cursor of another list or order. Use the order in which you got the cursor, or start without a cursor.`,
    )
  }
  if (place === 'NO_CURSOR') return refuseCursor(side)
  const rest = beyond(order, place, side)
  // The plugin would look up the cursor's row, and end the list if the row no longer matches. So its arguments are left
  // out.
  const query = { where: where ? { AND: [where, rest] } : rest, orderBy, skip: 0, cursor: LEFT_OUT }
  return query
}

/** The `query` of a page of a relation. */
export function page<Filter extends object = Where>(
  given: object,
  order: ListOrder,
  where?: Filter,
): PageQuery<Filter> {
  // The columns of cursors are read even if nothing else is selected.
  const query = { ...placed(given, order, where), select: columnsOf(order) }
  return query
}

/** The query of a page that is not a relation, merged with the plugin's query. */
export function pageOn<Query extends object, Filter extends object>(
  planned: Query,
  given: object,
  order: ListOrder,
  where: Filter,
): Query & PageQuery<Filter> {
  const query: Query & PageQuery<Filter> & { select?: object } = { ...planned, ...placed(given, order, where) }
  return query.select ? { ...query, select: { ...query.select, ...columnsOf(order) } } : query
}
