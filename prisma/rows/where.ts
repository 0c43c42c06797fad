import { LEFT_OUT } from '../left-out.ts'
import type { Column, Relation, Table } from './tables.ts'

/** Thrown for a query that only Prisma can run. */
export class UnsupportedQuery extends Error {}

/** The parameters of a statement, and names for its tables. */
export class Parameters {
  readonly values: unknown[] = []
  #names = 0

  /** Adds a value and returns its placeholder. */
  bind(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }

  /** A name that the statement does not use yet. */
  name(): string {
    this.#names += 1
    return `t${this.#names}`
  }
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== LEFT_OUT

/** The given entries of an object of arguments. */
export function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UnsupportedQuery('Not an object')
  return Object.entries(value).filter(([, each]) => isGiven(each))
}

/** The given entries of conditions. If there are none, Prisma has its own semantics. */
function someEntriesOf(value: unknown): [string, unknown][] {
  const entries = entriesOf(value)
  if (entries.length === 0) throw new UnsupportedQuery('No condition')
  return entries
}

/** A list of conditions, as `AND` and `OR` take it: one or several. Prisma rejects an undefined one. */
function listOf(value: unknown): unknown[] {
  const list = Array.isArray(value) ? value : [value]
  if (!list.every(isGiven)) throw new UnsupportedQuery('A condition is undefined')
  return list
}

/**
 * Conditions within `OR` or `NOT`. Prisma omits those without content, in ways that depend on their position. So only
 * Prisma can run such queries.
 */
function withContent(parts: string[]): string[] {
  if (parts.length === 0 || parts.includes(TRUE)) throw new UnsupportedQuery('A condition without content')
  return parts
}

/** Whether an argument is a value of a column, rather than conditions on the column. */
const isValue = (value: unknown): boolean =>
  typeof value !== 'object' || value instanceof Date || value instanceof Uint8Array

const COMPARISONS: Readonly<Record<string, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' }

const PATTERNS: Readonly<Record<string, (text: string) => string>> = {
  contains: (text) => `%${text}%`,
  startsWith: (text) => `${text}%`,
  endsWith: (text) => `%${text}`,
}

const [TRUE, FALSE] = ['TRUE', 'FALSE']

/** Joins conditions. Omits those that change nothing, because they would prevent the planner from using an index. */
function join(parts: string[], operator: 'AND' | 'OR', neutral: string): string {
  const needed = parts.filter((part) => part !== neutral)
  return needed.length > 1 ? `(${needed.join(` ${operator} `)})` : (needed[0] ?? neutral)
}

const all = (parts: string[]): string => join(parts, 'AND', TRUE)
const any = (parts: string[]): string => join(parts, 'OR', FALSE)

function equals(at: string, value: unknown, parameters: Parameters): string {
  if (value === null) return `${at} IS NULL`
  if (!isValue(value)) throw new UnsupportedQuery('A value of another kind')
  return `${at} = ${parameters.bind(value)}`
}

function listCondition(at: string, operator: string, value: unknown, parameters: Parameters): string {
  if (operator === 'has' && isValue(value)) return `${parameters.bind(value)} = ANY(${at})`
  if (operator === 'isEmpty' && typeof value === 'boolean') return `cardinality(${at}) ${value ? '=' : '>'} 0`
  throw new UnsupportedQuery(`${operator} of a list`)
}

function scalarCondition(at: string, operator: string, value: unknown, parameters: Parameters): string {
  if (operator === 'equals') return equals(at, value, parameters)
  if (operator === 'not') {
    if (value === null) return `${at} IS NOT NULL`
    if (isValue(value)) return `${at} <> ${parameters.bind(value)}`
    return `NOT ${all(withContent(conditions(at, value, parameters, scalarCondition)))}`
  }
  if (operator === 'in' && Array.isArray(value) && value.every((each) => each !== null && isValue(each))) {
    const [first, ...more] = value
    if (first === undefined) return FALSE
    return more.length === 0 ? `${at} = ${parameters.bind(first)}` : `${at} = ANY(${parameters.bind(value)})`
  }
  const comparison = COMPARISONS[operator]
  if (comparison !== undefined && isValue(value)) return `${at} ${comparison} ${parameters.bind(value)}`
  const pattern = PATTERNS[operator]
  if (pattern !== undefined && typeof value === 'string') return `${at} LIKE ${parameters.bind(pattern(value))}`
  throw new UnsupportedQuery(operator)
}

const conditions = (at: string, value: unknown, parameters: Parameters, one: typeof scalarCondition): string[] =>
  entriesOf(value).map(([operator, operand]) => one(at, operator, operand, parameters))

function columnCondition({ column, type, isList }: Column, alias: string, value: unknown, parameters: Parameters) {
  const at = `${alias}.${column}`
  if (type === 'Json') throw new UnsupportedQuery('Conditions on JSON')
  if (isList) return all(withContent(conditions(at, value, parameters, listCondition)))
  if (value === null || isValue(value)) return equals(at, value, parameters)
  return all(conditions(at, value, parameters, scalarCondition))
}

function relationCondition(relation: Relation, alias: string, value: unknown, parameters: Parameters): string {
  const { isList, local, remote } = relation
  const exists = (where: unknown): string => {
    const other = parameters.name()
    const table = relation.table()
    const condition = whereOf(table, other, where, parameters)
    return `EXISTS (SELECT FROM ${table.name} ${other} WHERE ${other}.${remote.column} = ${alias}.${local.column} AND ${condition})`
  }
  if (!isList) {
    if (value === null) return `NOT ${exists(undefined)}`
    someEntriesOf(value)
    return exists(value)
  }
  return all(
    someEntriesOf(value).map(([quantifier, where]) => {
      if (quantifier === 'some') return exists(where)
      if (quantifier === 'none') return `NOT ${exists(where)}`
      throw new UnsupportedQuery(quantifier)
    }),
  )
}

/** Writes the WHERE of a query as SQL. Throws UnsupportedQuery for conditions that it does not know. */
export function whereOf(
  table: Table,
  alias: string,
  where: unknown,
  parameters: Parameters,
  isNegated = false,
): string {
  if (!isGiven(where)) return TRUE
  const each = (value: unknown, isNot = isNegated) =>
    listOf(value).map((one) => whereOf(table, alias, one, parameters, isNot))
  return all(
    entriesOf(where).map(([name, value]) => {
      if (name === 'AND') return all(each(value))
      if (name === 'OR') return any(withContent(each(value)))
      if (name === 'NOT') return all(withContent(each(value, true)).map((one) => `NOT ${one}`))
      const column = table.columns.get(name)
      if (column) return columnCondition(column, alias, value, parameters)
      const relation = table.relations.get(name)
      // Prisma negates the conditions on the other row, not the relation.
      if (relation && !isNegated) return relationCondition(relation, alias, value, parameters)
      throw new UnsupportedQuery(`${table.model}.${name}`)
    }),
  )
}
