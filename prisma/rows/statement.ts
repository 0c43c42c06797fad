import { partedOrder, writeParts } from './parts.ts'
import type { Column, Relation, Table } from './tables.ts'
import { isReadable, writeValue } from './values.ts'
import { entriesOf, Parameters, UnsupportedQuery, whereOf } from './where.ts'

/*
 * Writes a query with its relations as one statement. Each level of the tree is its own subquery. It finds the rows of
 * all parents at once, limits each parent's page, and returns each row once. So a page costs as much as its own rows,
 * and a person who created a hundred keys is read once.
 */

/** A level of the tree: the rows of one table. */
export interface Level {
  table: Table
  /** Columns of the rows, in the order of their values. */
  columns: readonly Column[]
  /** The number of columns that the query selects. The other columns link levels. */
  selected: number
  /** The position of the level's rows in the level above. Null for the first level. */
  link: { parent: number; relation: Relation } | null
  /** Whether the last value of each row is its number in the order of the query. */
  isNumbered: boolean
  /** Whether these numbers descend, because the query requests the last rows. */
  isReversed: boolean
}

/** A statement that returns one row: a JSON array for each level. */
export interface Statement {
  text: string
  values: unknown[]
  levels: Level[]
}

const READ_ARGUMENTS = new Set(['where', 'orderBy', 'take', 'skip', 'select', 'include'])

function integer(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new UnsupportedQuery('Not a whole number')
  return value
}

interface Selection {
  columns: Column[]
  relations: { relation: Relation; query: unknown }[]
}

function selectionOf(table: Table, { select, include }: { select?: unknown; include?: unknown }): Selection {
  const columns = select === undefined ? [...table.columns.values()] : []
  const relations: Selection['relations'] = []
  for (const [name, value] of entriesOf(select ?? include ?? {})) {
    if (value === false) continue
    const column = table.columns.get(name)
    const relation = table.relations.get(name)
    if (column && select !== undefined) columns.push(column)
    else if (relation) relations.push({ relation, query: value === true ? {} : value })
    else throw new UnsupportedQuery(`${table.model}.${name}`)
  }
  return { columns, relations }
}

/** The ORDER BY of a query. Empty without one. */
function orderOf(table: Table, alias: string, orderBy: unknown, isReversed: boolean): string {
  const given = orderBy === undefined ? [] : Array.isArray(orderBy) ? orderBy : [orderBy]
  const parts = given.flatMap((each: unknown) =>
    entriesOf(each).map(([name, order]) => {
      const column = table.columns.get(name)
      const { sort, nulls } =
        typeof order === 'object' && order !== null
          ? { sort: Reflect.get(order, 'sort'), nulls: Reflect.get(order, 'nulls') }
          : { sort: order, nulls: undefined }
      if (!column || (sort !== 'asc' && sort !== 'desc')) throw new UnsupportedQuery(`The order of ${name}`)
      const isAscending = (sort === 'asc') !== isReversed
      const areNullsLast = nulls === undefined ? sort === 'asc' : nulls === 'last'
      const place = areNullsLast === isReversed ? 'FIRST' : 'LAST'
      // The default position of nulls is omitted, because indexes have it, too.
      const isUsual = (place === 'LAST') === isAscending
      return `${alias}.${column.column} ${isAscending ? 'ASC' : 'DESC'}${isUsual ? '' : ` NULLS ${place}`}`
    }),
  )
  return parts.length === 0 ? '' : `ORDER BY ${parts.join(', ')}`
}

/** The column that links rows to the level above, or to callers that request them by id. */
function linksTo({ id }: Table, link: Level['link']): Column[] {
  if (link) return [link.relation.remote]
  return id ? [id] : []
}

class Writer {
  readonly parameters = new Parameters()
  readonly levels: Level[] = []
  readonly #subqueries: string[] = []

  /** Adds a level and those below it. */
  add(table: Table, query: unknown, link: Level['link']): void {
    const given = entriesOf(query)
    const unknown = given.find(([name]) => !READ_ARGUMENTS.has(name) && name !== 'cursor')
    if (unknown) throw new UnsupportedQuery(unknown[0])
    const { where, orderBy, take, skip, select, include, cursor } = Object.fromEntries(given)
    if (cursor !== undefined) throw new UnsupportedQuery('cursor')
    const { columns: selected, relations } = selectionOf(table, { select, include })
    const links = [...relations.map(({ relation }) => relation.local), ...linksTo(table, link)]
    const columns = [...selected]
    for (const each of links) if (!columns.includes(each)) columns.push(each)
    if (!columns.every(isReadable)) throw new UnsupportedQuery('A list of values that are not JSON')
    const limit = take === undefined ? null : integer(take)
    const isReversed = limit !== null && limit < 0
    const isToOne = link !== null && !link.relation.isList
    // Without an order, the last rows would be arbitrary.
    if ((isToOne && (limit !== null || skip)) || (isReversed && orderBy === undefined))
      throw new UnsupportedQuery('take')
    const place = this.levels.length
    const alias = this.parameters.name()
    const order = orderOf(table, alias, orderBy, isReversed)
    const isNumbered = order !== '' && !isToOne
    this.levels.push({ table, columns, selected: selected.length, link, isNumbered, isReversed })
    const shown = columns.map(({ column }) => `${alias}.${column}`).join(', ')
    const shared = link?.relation.remote
    const size = limit === null ? null : this.parameters.bind(Math.abs(limit))
    const parted = shared && isNumbered && size !== null && !skip ? partedOrder(table, shared, orderBy) : null
    const rows =
      parted && shared && size !== null
        ? writeParts(parted, { table, alias, where, shown, limit: size, isReversed, shared }, this.parameters)
        : this.#whole(table, alias, where, { shown, order, isNumbered, size, skip })
    this.#subqueries.push(`l${place} AS MATERIALIZED (${this.#linked(link, alias, rows)})`)
    for (const { relation, query: nested } of relations) this.add(relation.table(), nested, { parent: place, relation })
  }

  /** The rows of a level, or a page of them, by the condition that links them to their parent. */
  #whole(
    table: Table,
    alias: string,
    where: unknown,
    {
      shown,
      order,
      isNumbered,
      size,
      skip,
    }: { shown: string; order: string; isNumbered: boolean; size: string | null; skip: unknown },
  ): (linked: string) => string {
    const page = `${size === null ? '' : ` LIMIT ${size}`}${skip ? ` OFFSET ${this.parameters.bind(integer(skip))}` : ''}`
    const numbered = `${shown}${isNumbered ? `, row_number() OVER (${order}) AS ordinal` : ''}`
    const condition = whereOf(table, alias, where, this.parameters)
    return (linked) => {
      const found = `FROM ${table.name} ${alias} WHERE ${linked}${condition}`
      // The rows of a page are numbered only after they are found. Numbering all rows would sort all of them.
      return page === ''
        ? `SELECT ${numbered} ${found}`
        : `SELECT ${numbered} FROM (SELECT ${alias}.* ${found} ${order}${page}) ${alias}`
    }
  }

  #linked(link: Level['link'], alias: string, rows: (linked: string) => string): string {
    if (!link) return rows('')
    const { parent, relation } = link
    const { local, remote, isList } = relation
    if (!isList) return rows(`${alias}.${remote.column} IN (SELECT p.${local.column} FROM l${parent} p) AND `)
    return `SELECT r.* FROM l${parent} p CROSS JOIN LATERAL (${rows(`${alias}.${remote.column} = p.${local.column} AND `)}) r`
  }

  finish(): Statement {
    const results = this.levels.map(({ columns, isNumbered }, place) => {
      const values = columns.map((column) => writeValue(column, 'r'))
      const number = isNumbered ? ', r.ordinal' : ''
      return `(SELECT json_agg(json_build_array(${values.join(', ')}${number})) FROM l${place} r) AS l${place}`
    })
    const text = `WITH ${this.#subqueries.join(', ')} SELECT ${results.join(', ')}`
    return { text, values: this.parameters.values, levels: this.levels }
  }
}

/** Whether a query selects relations. */
export function isTree(args: unknown): args is object {
  if (typeof args !== 'object' || args === null) return false
  const include: unknown = Reflect.get(args, 'include')
  const select: unknown = Reflect.get(args, 'select')
  const values = (of: unknown) => (typeof of === 'object' && of !== null ? Object.values(of) : [])
  return values(include).some(Boolean) || values(select).some((each) => typeof each === 'object' && each !== null)
}

/** Writes the statement of a query. Throws UnsupportedQuery if only Prisma can run it. */
export function writeStatement(table: Table, query: unknown): Statement {
  const writer = new Writer()
  writer.add(table, query, null)
  return writer.finish()
}
