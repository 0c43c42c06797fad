import type { WidthOf } from './width.ts'

/** Space between two columns. */
export const GAP = '  '

/** Minimum width of a shortened column: wide enough for a date or a recognizable name. */
const LEAST = 11

/** Ids are never shortened, because people copy them from the table. */
const ID = /^[a-z]+_[0-9a-z]{26}$/

/** Shortens text to a width, ending it with `…`. */
export function shorten(text: string, width: number, widthOf: WidthOf): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (widthOf(kept + segment) >= width) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

interface Column {
  index: number
  /** Width of the widest cell. */
  width: number
  /** Minimum width. */
  least: number
  /** Whether the column is never shortened or omitted. */
  isWhole: boolean
}

const sumOf = (columns: readonly Column[], widthOf: (column: Column) => number): number =>
  columns.reduce((sum, column) => sum + widthOf(column), GAP.length * (columns.length - 1))

function columnsOf(rows: readonly (readonly string[])[], isNumber: readonly boolean[], widthOf: WidthOf): Column[] {
  const [header = [], ...others] = rows
  return header.map((name, index) => {
    const width = Math.max(...rows.map((row) => widthOf(row[index] ?? '')))
    const isWhole = isNumber[index] === true || others.some((row) => ID.test(row[index] ?? ''))
    const least = isWhole ? width : Math.min(width, Math.max(LEAST, widthOf(name)))
    return { index, width, least, isWhole }
  })
}

/**
 * Chooses the columns that fit into a width, and their widths. The widest columns are shortened first. If that is not
 * enough, columns are omitted from the right, except the first column, numbers and ids.
 */
export function fit(
  rows: readonly (readonly string[])[],
  isNumber: readonly boolean[],
  room: number,
  widthOf: WidthOf,
): { index: number; width: number }[] {
  let columns = columnsOf(rows, isNumber, widthOf)
  while (sumOf(columns, ({ least }) => least) > room) {
    const last = columns.findLast(({ index, isWhole }) => index > 0 && !isWhole)
    if (!last) break
    columns = columns.filter((column) => column !== last)
  }
  while (sumOf(columns, ({ width }) => width) > room) {
    const shrinkable = columns.filter(({ width, least }) => width > least)
    const [widest] = shrinkable.sort((a, b) => b.width - a.width)
    if (!widest) break
    columns = columns.map((column) => (column === widest ? { ...column, width: column.width - 1 } : column))
  }
  return columns
}
