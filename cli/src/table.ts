import stringWidth from 'string-width'
import { fit, GAP, shorten } from './fit.ts'

/** Text of other people on one line and without what a terminal would obey, such as escape sequences. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�')

/** Lines of cells in columns, as wide as the widest of each, or as there is room; and the columns that found none. */
export function table(
  rows: readonly (readonly string[])[],
  isRight: readonly boolean[] = [],
  room = Number.POSITIVE_INFINITY,
): { lines: string[]; leftOut: string[] } {
  const cells = rows.map((row) => row.map(printable))
  const columns = fit(cells, isRight, room)
  const lines = cells.map((row) =>
    columns
      .map(({ index, width }) => {
        const cell = shorten(row[index] ?? '', width)
        const padding = ' '.repeat(Math.max(0, width - stringWidth(cell)))
        return isRight[index] ? padding + cell : cell + padding
      })
      .join(GAP)
      .trimEnd(),
  )
  const leftOut = (cells[0] ?? []).filter((_, index) => !columns.some((column) => column.index === index))
  return { lines, leftOut }
}
