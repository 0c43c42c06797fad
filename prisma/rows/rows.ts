import { mapInTurns } from '../pace.ts'
import { UnreadableValueError } from '../session.ts'
import type { Level } from './statement.ts'
import { readerOf } from './values.ts'

/** Number of rows that one turn of the event loop reads. */
const TURN_ROWS = 1_000

/** A row as Prisma returns it: its selected columns and relations by their fields. */
export type Row = { [field: string]: unknown }

/** A row of the first level and its id, which may not be selected. */
export interface Found {
  id: unknown
  row: Row
}

interface Read {
  row: Row
  /** All values, including those that link levels. */
  values: readonly unknown[]
}

/** Sorts rows into the order of the query. The rows of one parent mostly have it already. */
function inOrder(rows: unknown[][], { isNumbered, isReversed }: Level): unknown[][] {
  if (!isNumbered) return rows
  const number = (values: unknown[]) => Number(values.at(-1))
  return rows.sort((a, b) => (isReversed ? number(b) - number(a) : number(a) - number(b)))
}

async function readLevel(level: Level, relations: readonly string[], result: unknown): Promise<Read[]> {
  const { columns, selected } = level
  if (result === null) return []
  if (!Array.isArray(result)) throw new UnreadableValueError('The database sent rows in an unknown format.')
  const fields = columns.slice(0, selected).map(({ field }) => field)
  const readers = columns.slice(0, selected).map(readerOf)
  // A copy has space for all fields at once. An object that grows field by field leaves its old storage to the garbage
  // collector.
  const empty: Row = Object.fromEntries([...fields, ...relations].map((field) => [field, null]))
  return mapInTurns(inOrder(result, level), TURN_ROWS, (values) => {
    const row = { ...empty }
    let index = 0
    for (const field of fields) {
      row[field] = readers[index]?.(values[index])
      index += 1
    }
    return { row, values }
  })
}

/** Adds rows to their parents. */
function attach(parents: readonly Read[], parent: Level, children: readonly Read[], level: Level): void {
  const { link, columns } = level
  if (!link) return
  const { field, isList, local, remote } = link.relation
  const [own, far] = [parent.columns.indexOf(local), columns.indexOf(remote)]
  if (!isList) {
    const rowOf = new Map(children.map(({ row, values }) => [values[far], row]))
    for (const { row, values } of parents) row[field] = rowOf.get(values[own]) ?? null
    return
  }
  const rowsOf = new Map<unknown, Row[]>()
  for (const { row, values } of parents) {
    const rows: Row[] = []
    rowsOf.set(values[own], rows)
    row[field] = rows
  }
  for (const { row, values } of children) rowsOf.get(values[far])?.push(row)
}

/** Builds the rows of a query from the results of its levels. */
export async function buildRows(levels: readonly Level[], results: { [level: string]: unknown }): Promise<Found[]> {
  const read: Read[][] = []
  for (const [place, level] of levels.entries()) {
    const relations = levels.flatMap(({ link }) => (link?.parent === place ? [link.relation.field] : []))
    read.push(await readLevel(level, relations, results[`l${place}`]))
  }
  for (const [place, level] of levels.entries()) {
    const parent = level.link && levels[level.link.parent]
    if (parent) attach(read[level.link?.parent ?? 0] ?? [], parent, read[place] ?? [], level)
  }
  const [first] = levels
  const idAt = first?.table.id ? first.columns.indexOf(first.table.id) : -1
  return (read[0] ?? []).map(({ row, values }) => ({ id: values[idAt], row }))
}
