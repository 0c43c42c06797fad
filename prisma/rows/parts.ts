import { boundsOf, narrow } from './narrow.ts'
import type { Column, Relation, Table } from './tables.ts'
import { entriesOf, type Parameters, UnsupportedQuery, whereOf } from './where.ts'

/*
 * A page in the order of a nullable column, nulls last, is read in two parts: rows with a value, then rows without one. An
 * index has each of them in order. It does not have both in the order of descending values, where its nulls come first.
 */

/** A table that has the rows of another one in an order. Its column holds the start of the span that a value is in. */
interface Path {
  relation: Relation
  column: Column
  spanMs: number
}

/** The order of a list that is read in two parts. */
export interface PartedOrder {
  /** The columns of the order. The first one is nullable. */
  columns: readonly [Column, ...Column[]]
  isAscending: boolean
  path: Path | null
}

interface Indexed {
  relation: string
  column: string
  spanMs: number
}

/** Nullable columns with an index of their order, or a table that has it, by the column that the rows of a list share. */
const INDEXED: Readonly<Record<string, Readonly<Record<string, Indexed | null>>>> = {
  'ApiKey.organizationId': {
    expiresAt: null,
    lastUsedAt: { relation: 'lastUse', column: 'minute', spanMs: 60_000 },
  },
}

function pathOf(table: Table, indexed: Indexed | null): Path | null {
  if (indexed === null) return null
  const relation = table.relations.get(indexed.relation)
  const column = relation?.table().columns.get(indexed.column)
  if (!relation || !column) throw new Error(`${table.model} has no order through ${indexed.relation}`)
  return { relation, column, spanMs: indexed.spanMs }
}

/** A column of an order, its direction, and whether nulls are last by request. */
function readOrder(table: Table, [name, order]: [string, unknown]) {
  const isObject = typeof order === 'object' && order !== null
  const sort: unknown = isObject ? Reflect.get(order, 'sort') : order
  return { column: table.columns.get(name), sort, areNullsLast: isObject && Reflect.get(order, 'nulls') === 'last' }
}

/** The order of a list if an index has it in two parts. Null otherwise. */
export function partedOrder(table: Table, shared: Column, orderBy: unknown): PartedOrder | null {
  const indexed = INDEXED[`${table.model}.${shared.field}`]
  if (indexed === undefined) return null
  const given: unknown[] = Array.isArray(orderBy) ? orderBy : [orderBy]
  const [first, ...rest] = given.flatMap(entriesOf).map((each) => readOrder(table, each))
  const through = indexed[first?.column?.field ?? '']
  if (!first?.column || through === undefined || !first.areNullsLast) return null
  const others = rest.flatMap(({ column, sort }) => (column && sort === first.sort ? [column] : []))
  if (others.length < rest.length) return null
  return { columns: [first.column, ...others], isAscending: first.sort === 'asc', path: pathOf(table, through) }
}

/** A page to read in two parts. */
interface Page {
  table: Table
  alias: string
  where: unknown
  /** The selected columns, as SQL. */
  shown: string
  /** The LIMIT, as SQL. */
  limit: string
  isReversed: boolean
  /** The column that the rows of the list share. */
  shared: Column
}

interface Part {
  /** The rows of the part up to the limit, by the condition that links them to their parent. */
  rows: (linked: string) => string
  /** The order of these rows. */
  order: string
}

/** The column of the part's order that the rows themselves do not have. */
const PLACE = 'place_in_order'

/** Writes a part of a page. Null if no row is in it. */
function writePart(order: PartedOrder, page: Page, isNull: boolean, parameters: Parameters): Part | null {
  const { table, alias, limit } = page
  const [first, ...others] = order.columns
  const narrowed = narrow(page.where, first.field, isNull)
  if (narrowed === false) return null
  const conditions = [whereOf(table, alias, narrowed === true ? undefined : narrowed, parameters)]
  const test = isNull ? 'IS NULL' : 'IS NOT NULL'
  const direction = order.isAscending === page.isReversed ? 'DESC' : 'ASC'
  const by = (columns: string[]) => `ORDER BY ${columns.map((column) => `${column} ${direction}`).join(', ')}`
  const columnsOf = (columns: readonly Column[]) => columns.map(({ column }) => `${alias}.${column}`)
  if (order.path === null) {
    const ordered = by(columnsOf(order.columns))
    const from = `SELECT ${alias}.* FROM ${table.name} ${alias}`
    const found = `${alias}.${first.column} ${test} AND ${conditions.join(' AND ')}`
    return { rows: (linked) => `${from} WHERE ${linked}${found} ${ordered} LIMIT ${limit}`, order: ordered }
  }
  const { relation, column, spanMs } = order.path
  const [other, through] = [relation.table(), parameters.name()]
  const same = other.columns.get(page.shared.field)
  if (!same) throw new UnsupportedQuery(`${other.model}.${page.shared.field}`)
  const place = `${through}.${column.column}`
  const on = `${alias}.${relation.local.column} = ${through}.${relation.remote.column} AND ${alias}.${page.shared.column} = ${through}.${same.column}`
  // The index reaches only the spans that a condition leaves.
  for (const { isUpper, at } of isNull ? [] : boundsOf(narrowed, first.field)) {
    const bound = parameters.bind(isUpper ? at : new Date(at.getTime() - spanMs))
    conditions.push(`${place} ${isUpper ? '<=' : '>'} ${bound}`)
  }
  const rest = columnsOf(isNull ? others : order.columns)
  const from = `SELECT ${alias}.*, ${place} AS ${PLACE} FROM ${other.name} ${through} JOIN ${table.name} ${alias} ON ${on}`
  const found = `${place} ${test} AND ${conditions.join(' AND ')} ${by([place, ...rest])} LIMIT ${limit}`
  return { rows: (linked) => `${from} WHERE ${linked}${found}`, order: by([`${alias}.${PLACE}`, ...rest]) }
}

/** Writes the rows of a page, by the condition that links them to their parent. Each has its number in the order. */
export function writeParts(order: PartedOrder, page: Page, parameters: Parameters): (linked: string) => string {
  const { alias, shown, limit, isReversed } = page
  const parts = [isReversed, !isReversed].map((isNull) => writePart(order, page, isNull, parameters))
  const [first, second] = parts.filter((part) => part !== null)
  const numbered = ({ rows, order: by }: Part, linked: string) =>
    `SELECT ${shown}, row_number() OVER (${by}) AS ordinal FROM (${rows(linked)}) ${alias}`
  if (!first) throw new UnsupportedQuery('A page without rows')
  if (!second) return (linked) => numbered(first, linked)
  // The second part is read only as far as the first one does not fill the page.
  return (linked) =>
    `WITH f AS MATERIALIZED (${numbered(first, linked)}) SELECT * FROM f UNION ALL ` +
    `(SELECT ${shown}, (SELECT count(*) FROM f) + ${alias}.ordinal FROM (${numbered(second, linked)}) ${alias} ` +
    `LIMIT ${limit} - (SELECT count(*) FROM f))`
}
