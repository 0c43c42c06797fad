import { readFileSync } from 'node:fs'

/** All code blocks of a page in a language. */
export function codeBlocks(page: string, language: string): string[] {
  const blocks = readFileSync(page, 'utf8').matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]+?)^\`\`\`$`, 'gm'))
  return [...blocks].map(([, block = '']) => block)
}

/** The first code block of a page in a language. */
export function codeBlock(page: string, language: string): string {
  const [block] = codeBlocks(page, language)
  if (block === undefined) throw new Error(`${page} has no block of ${language}`)
  return block
}
