import { readFileSync } from 'node:fs'

/** The code blocks in one language under a heading of a page, in order. A block in a list loses its indent. */
export function stepsUnder(page: string, heading: string, language: string): string[] {
  const sections = readFileSync(page, 'utf8').split(/^(?=## )/m)
  const section = sections.find((each) => each.startsWith(`## ${heading}\n`))
  if (section === undefined) throw new Error(`${page} has no section ${heading}`)
  const blocks = section.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm'))
  return [...blocks].map(([, indent = '', code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}
