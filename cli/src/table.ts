import stringWidth from 'string-width'
import { fit, GAP, shorten } from './fit.ts'

/** Replaces line breaks and control characters, because names from other users can contain escape sequences. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�')

/** Lays out rows in columns that fit into `room`. Also returns the headers of the columns that were left out. */
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
