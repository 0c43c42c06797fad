import { entriesOf } from './where.ts'

/* Conditions on rows of which it is known whether a column is null. */

const COMPARISONS = ['lt', 'lte', 'gt', 'gte', 'equals']

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Conditions on the column: true or false if they hold for all rows of the part, or for none. */
function narrowColumn(value: unknown, isNull: boolean): unknown {
  if (value === null) return isNull
  if (!isObject(value) || value instanceof Date) return isNull ? false : value
  const entries = entriesOf(value)
  const [[operator, operand] = []] = entries
  if (entries.length === 1 && operator === 'not' && operand === null) return !isNull
  const isComparison =
    entries.length > 0 && entries.every(([name, each]) => COMPARISONS.includes(name) && each !== null)
  return isNull && isComparison ? false : value
}

function narrowOr(value: unknown, field: string, isNull: boolean): unknown {
  if (!Array.isArray(value) || value.length === 0) return value
  const parts = value.map((each: unknown) => narrow(each, field, isNull))
  if (parts.includes(true)) return true
  const left = parts.filter((each) => each !== false)
  return left.length > 0 && left
}

function narrowAnd(value: unknown, field: string, isNull: boolean): unknown {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  const parts = list.map((each) => narrow(each, field, isNull))
  const left = parts.filter((each) => each !== true)
  return !parts.includes(false) && (parts.length > 0 && left.length === 0 ? true : left)
}

/** The WHERE of the rows of a part, from that of all rows; true or false if it holds for all of them, or for none. */
export function narrow(where: unknown, field: string, isNull: boolean): unknown {
  if (!isObject(where)) return where
  const entries = entriesOf(where)
  const narrowed = entries.map(([name, value]): [string, unknown] => {
    if (name === 'AND') return [name, narrowAnd(value, field, isNull)]
    if (name === 'OR') return [name, narrowOr(value, field, isNull)]
    return [name, name === field ? narrowColumn(value, isNull) : value]
  })
  // A value `true` or `false` of another column is a condition.
  const isConstant = ([name, value]: [string, unknown], constant: boolean) =>
    value === constant && (name === 'AND' || name === 'OR' || name === field)
  if (narrowed.some((entry) => isConstant(entry, false))) return false
  const left = narrowed.filter((entry) => !isConstant(entry, true))
  return left.length === 0 && entries.length > 0 ? true : Object.fromEntries(left)
}

/** A comparison of the column with a time that holds for all rows. */
export interface Bound {
  isUpper: boolean
  at: Date
}

/** The comparisons of a column that a WHERE requires. */
export function boundsOf(where: unknown, field: string): Bound[] {
  if (!isObject(where)) return []
  return entriesOf(where).flatMap(([name, value]): Bound[] => {
    const list: unknown[] = Array.isArray(value) ? value : [value]
    if (name === 'AND' || (name === 'OR' && list.length === 1)) return list.flatMap((each) => boundsOf(each, field))
    if (name !== field || !isObject(value) || value instanceof Date) return []
    return entriesOf(value).flatMap(([operator, at]) =>
      at instanceof Date && /^[lg]te?$/.test(operator) ? [{ isUpper: operator.startsWith('l'), at }] : [],
    )
  })
}
