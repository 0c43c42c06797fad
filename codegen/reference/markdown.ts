/** Formats text for a table cell: on one line, with escaped vertical bars. */
export const cell = (text: string | null | undefined): string =>
  (text ?? '').replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim()

/** Formats a table. Empty if there are no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`)
  return `${lines.join('')}\n`
}

/** A description, followed by the deprecation reason if there is one. */
export const described = (description: string | null | undefined, reason: string | null | undefined): string =>
  cell(reason ? `**Deprecated**: ${reason} ${description ?? ''}` : description)

/** A heading's anchor, as GitHub generates it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
