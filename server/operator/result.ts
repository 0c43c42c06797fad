/** Options of every command that prints a result. */
export interface ResultOptions {
  /** Whether standard output contains only a single JSON document. */
  json: boolean
}

/** Replaces line breaks and control characters, because user-chosen names can contain escape sequences. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�')

/** Prints a command's result: lines for people, or a single JSON document. */
export function showResult({ json }: ResultOptions, document: unknown, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''))
}

/**
 * Prints a list's items: a JSON array, or one item per line with its values separated by tabs. The header goes to
 * standard error, so that scripts read only items.
 */
export function showList<Item extends Record<string, string | number | null>>(
  { json }: ResultOptions,
  items: readonly Item[],
  { header, none }: { header: readonly string[]; none: string },
): void {
  if (!json && items.length === 0) {
    process.stderr.write(`${none}\n`)
    return
  }
  if (!json) process.stderr.write(`${header.join('\t')}\n`)
  showResult(
    { json },
    items,
    items.map((item) =>
      Object.values(item)
        .map((value) => (value === null ? '-' : printable(String(value))))
        .join('\t'),
    ),
  )
}

/** Formats a count with its noun: `1 key`, `2 keys`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
