import { readFileSync } from 'node:fs'

/** The first code block of a page in a language. */
export function codeBlock(page: string, language: string): string {
  const block = new RegExp(`^\`\`\`${language}\\n([\\s\\S]+?)^\`\`\`$`, 'm').exec(readFileSync(page, 'utf8'))?.[1]
  if (block === undefined) throw new Error(`${page} has no block of ${language}`)
  return block
}
