/*
 * Orders of lists and their cursors. A cursor contains the sort values of its row. The next page starts after these
 * values. A cursor needs no look-up of its row, so it stays valid after the row is deleted.
 */

/** A sort value. */
type Value = string | Date | bigint

/** A sort value as JSON, in a cursor. */
type Held = string | number | null

/** Writes values of a column into cursors, and reads them from untrusted cursors. */
interface Kind {
  hold(value: unknown): Held
  /** The value; undefined if invalid. */
  read(held: unknown): Value | undefined
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** The first and the last moment of the years 1 to 9999. */
const [FIRST_MS, LAST_MS] = [-62_135_596_800_000, 253_402_300_799_999]

const unread = (what: string): never => {
  throw new Error(`A row whose ${what} was not read has no place in a list`)
}

const ID_KIND: Kind = {
  hold: (value) => (typeof value === 'string' ? value : unread('id')),
  read: (held) => (typeof held === 'string' && UUID.test(held) ? held : undefined),
}

const TEXT: Kind = {
  hold: (value) => (typeof value === 'string' ? value : unread('text')),
  // No column can contain NUL or half a surrogate pair.
  read: (held) => (typeof held === 'string' && held.isWellFormed() && !held.includes('\u0000') ? held : undefined),
}

const TIME: Kind = {
  hold: (value) => (value instanceof Date ? value.getTime() : unread('time')),
  read: (held) =>
    Number.isInteger(held) && Number(held) >= FIRST_MS && Number(held) <= LAST_MS ? new Date(Number(held)) : undefined,
}

const INTEGER: Kind = {
  hold: (value) => (typeof value === 'bigint' ? String(value) : unread('number')),
  read: (held) => (typeof held === 'string' && /^\d{1,18}$/.test(held) ? BigInt(held) : undefined),
}

/** A sort column. Nulls come last in both directions. */
interface Column {
  name: string
  kind: Kind
  nullable?: boolean
}

type Direction = 'asc' | 'desc'

/** The order of a list: columns that are unique together, all in one direction. */
export interface ListOrder {
  columns: readonly Column[]
  direction: Direction
}

const ID: Column = { name: 'id', kind: ID_KIND }

/** By id, which grows with time. */
export const byId = (direction: Direction): ListOrder => ({ columns: [ID], direction })

/** By a text that no two rows share. */
export const byUniqueText = (name: string, direction: Direction): ListOrder => ({
  columns: [{ name, kind: TEXT }],
  direction,
})

/** By a whole number that no two rows share. */
export const byUniqueInteger = (name: string, direction: Direction): ListOrder => ({
  columns: [{ name, kind: INTEGER }],
  direction,
})

/** By a text, then by id. */
export const byText = (name: string, direction: Direction): ListOrder => ({
  columns: [{ name, kind: TEXT }, ID],
  direction,
})

/** By a nullable time, nulls last, then by id. */
export const byTimeIfAny = (name: string, direction: Direction): ListOrder => ({
  columns: [{ name, kind: TIME, nullable: true }, ID],
  direction,
})

/** The ORDER BY of an order. */
export const orderByOf = ({ columns, direction }: ListOrder) =>
  columns.map(({ name, nullable }): { [column: string]: Direction | { sort: Direction; nulls: 'last' } } => ({
    [name]: nullable ? { sort: direction, nulls: 'last' } : direction,
  }))

/** The columns of an order, as a selection of Prisma. */
export const columnsOf = ({ columns }: ListOrder): { [column: string]: true } =>
  Object.fromEntries(columns.map(({ name }) => [name, true]))

/** The label of an order in its cursors. A cursor can be used in both directions. */
const labelOf = ({ columns }: ListOrder): string | undefined => columns[0]?.name

// A cursor by id contains the id, as the prisma plugin makes it. Other cursors contain `["label", value, …]`. The
// plugin also parses cursors that it need not look up, and reads both kinds as an id.
const PREFIX = 'GPC:S:'

/** The longest cursor that is accepted. The values of a cursor have at most a few hundred characters. */
const CURSOR_CHARACTERS = 2_048

/** Whether cursors of an order contain only the id, as the plugin makes them. */
export const isById = (order: ListOrder): boolean => order.columns.length === 1 && order.columns[0] === ID

/** The cursor of a row, in an order that has more columns than the id. */
export function cursorOf(order: ListOrder, row: object): string {
  const values: { [column: string]: unknown } = { ...row }
  const held = order.columns.map(({ name, kind, nullable }) => {
    const value = values[name]
    return nullable && value === null ? null : kind.hold(value)
  })
  return Buffer.from(PREFIX + JSON.stringify([labelOf(order), ...held])).toString('base64')
}

/** A parsed cursor: the label of its order, and unchecked values. */
interface Said {
  label: string
  held: unknown[]
}

/** Parses a cursor; null if malformed. */
export function readCursor(cursor: string): Said | null {
  if (cursor.length > CURSOR_CHARACTERS) return null
  const decoded = Buffer.from(cursor, 'base64')
  const text = decoded.toString()
  if (decoded.toString('base64') !== cursor || !text.startsWith(PREFIX)) return null
  const said = text.slice(PREFIX.length)
  if (UUID.test(said)) return { label: ID.name, held: [said] }
  try {
    const parsed: unknown = JSON.parse(said)
    if (!Array.isArray(parsed)) return null
    const [label, ...held]: unknown[] = parsed
    return typeof label === 'string' ? { label, held } : null
  } catch {
    return null
  }
}

/** A position in a list: the value of each column of its order. */
export type Place = readonly (Value | null)[]

/** The position of a cursor in an order, or the reason why it has none. */
export function placeOf(order: ListOrder, cursor: string): Place | 'OTHER_ORDER' | 'NO_CURSOR' {
  const said = readCursor(cursor)
  if (said === null) return 'NO_CURSOR'
  if (said.label !== labelOf(order)) return 'OTHER_ORDER'
  if (said.held.length !== order.columns.length) return 'NO_CURSOR'
  const place: (Value | null)[] = []
  for (const [index, { kind, nullable }] of order.columns.entries()) {
    const held = said.held[index]
    const value = nullable && held === null ? null : kind.read(held)
    if (value === undefined) return 'NO_CURSOR'
    place.push(value)
  }
  return place
}

/** A WHERE over columns known only at run time. */
export interface Where {
  [column: string]: unknown
}

/** WHERE condition for the rows after a position, or before it, in an order. */
export function beyond({ columns, direction }: ListOrder, place: Place, side: 'after' | 'before'): Where {
  const ascends = (direction === 'asc') === (side === 'after')
  const further = (depth: number): Where => {
    const column = columns[depth]
    const value = place[depth]
    if (column === undefined || value === undefined) throw new Error('A place that is not of this order')
    const { name, nullable } = column
    const rest = depth + 1 < columns.length ? further(depth + 1) : null
    if (value === null) {
      // Nulls come last. After a null, only other nulls follow. All values precede a null.
      return side === 'after' ? all([{ [name]: null }, rest]) : any([{ [name]: { not: null } }, rest])
    }
    const passed: Where = { [name]: ascends ? { gt: value } : { lt: value } }
    // The first column is also compared by itself, so that its index is used from the place on.
    const beyondIt = rest ? all([{ [name]: ascends ? { gte: value } : { lte: value } }, any([passed, rest])]) : passed
    return nullable && side === 'after' ? any([{ [name]: null }, beyondIt]) : beyondIt
  }
  return further(0)
}

const given = (parts: (Where | null)[]): Where[] => parts.filter((part) => part !== null)
const all = (parts: (Where | null)[]): Where => ({ AND: given(parts) })
const any = (parts: (Where | null)[]): Where => ({ OR: given(parts) })
