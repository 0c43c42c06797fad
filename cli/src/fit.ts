import stringWidth from 'string-width'

/** What separates columns. */
export const GAP = '  '

/** What a shortened column keeps: enough for a day, or for a name to be told from others. */
const LEAST = 11

/** Ids are for copying, so that a part of one is of no use. */
const ID = /^[a-z]+_[0-9a-z]{26}$/

const segmenter = new Intl.Segmenter()

/** Text that is no wider; what was cut off is a `…`. */
export function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  for (const { segment } of segmenter.segment(text)) {
    if (stringWidth(kept + segment) >= width) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

interface Column {
  index: number
  /** How wide it wants to be. */
  width: number
  /** How narrow it can be. */
  least: number
  /** Whether it is neither shortened nor left out. */
  isWhole: boolean
}

const sumOf = (columns: readonly Column[], widthOf: (column: Column) => number): number =>
  columns.reduce((sum, column) => sum + widthOf(column), GAP.length * (columns.length - 1))

function columnsOf(rows: readonly (readonly string[])[], isNumber: readonly boolean[]): Column[] {
  const [header = [], ...others] = rows
  return header.map((name, index) => {
    const width = Math.max(...rows.map((row) => stringWidth(row[index] ?? '')))
    const isWhole = isNumber[index] === true || others.some((row) => ID.test(row[index] ?? ''))
    const least = isWhole ? width : Math.min(width, Math.max(LEAST, stringWidth(name)))
    return { index, width, least, isWhole }
  })
}

/**
 * Which columns of a table are shown within so much room, and how wide. The widest are shortened first. Where that is not
 * enough, columns are left out from the right: neither numbers, which a table of costs is for, nor the first, nor ids.
 */
export function fit(
  rows: readonly (readonly string[])[],
  isNumber: readonly boolean[],
  room: number,
): { index: number; width: number }[] {
  let columns = columnsOf(rows, isNumber)
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
