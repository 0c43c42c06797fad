const WIDTH = 110

/** Capitalizes the first letter of a name. */
export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

/** Formats a JSDoc comment, followed by a line break. Each part starts on its own line. Empty if there are no parts. */
export function comment(parts: readonly (string | null | undefined)[], indent = ''): string {
  const said = parts.filter((part): part is string => typeof part === 'string' && part.trim() !== '')
  const lines = said.flatMap((part) => wrap(part.replaceAll('*/', '*\\/').trim(), WIDTH - indent.length))
  const [first] = lines
  if (first === undefined) return ''
  if (lines.length === 1) return `${indent}/** ${first} */\n`
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`
}

/** Formats a deprecation. */
export const deprecation = (reason: string | null | undefined): string | null =>
  reason ? `@deprecated ${reason}` : null
