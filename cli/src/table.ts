import stringWidth from 'string-width'

/** Text of other people on one line and without what a terminal would obey, such as escape sequences. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�')

const GAP = '  '

/** Lines of cells in columns, as wide as the widest of each. */
export function table(rows: readonly (readonly string[])[], isRight: readonly boolean[] = []): string[] {
  const cells = rows.map((row) => row.map(printable))
  const [first = []] = cells
  const widths = first.map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))))
  return cells.map((row) =>
    row
      .map((cell, column) => {
        const padding = ' '.repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(cell)))
        return isRight[column] ? padding + cell : cell + padding
      })
      .join(GAP)
      .trimEnd(),
  )
}
