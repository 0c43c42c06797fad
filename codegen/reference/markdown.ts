/** Text of the schema as it stands in a cell of a table: on one line, and with bars that do not end the cell. */
export const cell = (text: string | null | undefined): string =>
  (text ?? '').replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim()

/** A table; nothing where it would have no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`)
  return `${lines.join('')}\n`
}

/** A description, with what a deprecated thing says of itself. */
export const described = (description: string | null | undefined, reason: string | null | undefined): string =>
  cell(reason ? `**Deprecated**: ${reason} ${description ?? ''}` : description)

/** What a heading is linked by, as GitHub names it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
