import { fit, GAP, shorten } from './fit.ts'
import { printable } from './printable.ts'
import { widthFor } from './width.ts'

/** Lays out rows in columns that fit into `room`. Also returns the headers of omitted columns. */
export async function table(
  rows: readonly (readonly string[])[],
  isRight: readonly boolean[] = [],
  room = Number.POSITIVE_INFINITY,
): Promise<{ lines: string[]; leftOut: string[] }> {
  const cells = rows.map((row) => row.map(printable))
  const widthOf = await widthFor(cells.flat())
  const columns = fit(cells, isRight, room, widthOf)
  const lines = cells.map((row) =>
    columns
      .map(({ index, width }) => {
        const cell = shorten(row[index] ?? '', width, widthOf)
        const padding = ' '.repeat(Math.max(0, width - widthOf(cell)))
        return isRight[index] ? padding + cell : cell + padding
      })
      .join(GAP)
      .trimEnd(),
  )
  const leftOut = (cells[0] ?? []).filter((_, index) => !columns.some((column) => column.index === index))
  return { lines, leftOut }
}
