/** Options that every command with a result has. */
export interface ResultOptions {
  /** Whether standard output gets one JSON document and nothing else. */
  json: boolean
}

/** Replaces line breaks and control characters, because names from users can contain escape sequences. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�')

/** Writes the result of a command: lines for people, or one JSON document. */
export function showResult({ json }: ResultOptions, document: unknown, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''))
}

/**
 * Writes the items of a list: a JSON array, or one item per line with its values separated by tabs. The header goes to
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

/** A count with its noun: `1 key`, `2 keys`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
