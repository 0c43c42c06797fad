import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { bannedIn } from './banned-words.ts'

// Finds banned words (docs/banned-words.ts) in comments, strings, test titles and pages.
const SKIPPED = /(^|\/)generated\/|^docs\/(banned-words|reference\/)|CHANGELOG/

const COMMENT = /(?<![\w'"`/])\/\*\*?([\s\S]*?)\*\/|(?<=^|[\s;{,(])\/\/ (.*(?:\n\s*\/\/ .*)*)/gm
const STRING = /(['"`])((?:\\.|(?!\1)[^\n\\])*)\1/g
/** Text between two tags, or between a tag and an expression. */
const JSX = /(?<=[>}])([^<>{}=;()]*[a-z][^<>{}=;()]*)(?=[<{])/g

/** Code blocks, and the examples of prose to avoid. */
const NOT_PROSE = /```[\s\S]*?```|^\| before [\s\S]*?\n\n/gm
const HEADING = /^#+ (.*)$/gm

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ')

/** The texts of a file that people read, with their positions, and whether each is a heading. */
function* textsOf(file: string, source: string): Generator<[number, string, boolean?]> {
  if (file.endsWith('.md')) {
    const withHeadings = source.replaceAll(NOT_PROSE, blank)
    for (const { index, 1: text } of withHeadings.matchAll(HEADING)) yield [index, text ?? '', true]
    const prose = withHeadings.replaceAll(HEADING, blank)
    for (const { index, 0: text } of prose.matchAll(/(?:(?!\n\n|\n[-#|]|\n\d+\. )[\s\S])+/g)) {
      yield [index, text.replace(/^[\s#>*|-]+/, '')]
    }
    return
  }
  for (const { index, 1: block, 2: line } of source.matchAll(COMMENT)) {
    yield [index, (block ?? line ?? '').replaceAll(/\n\s*(?:\*|\/\/) ?/g, ' ').trim()]
  }
  const code = source.replaceAll(COMMENT, blank)
  for (const { index, 2: text } of code.matchAll(STRING)) if (text?.includes(' ')) yield [index, text]
  if (file.endsWith('.tsx')) for (const { index, 1: text } of code.matchAll(JSX)) yield [index, text ?? '']
}

const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx', '*.js', '*.mjs', '*.md'])
const files = listed
  .toString()
  .trim()
  .split('\n')
  .filter((name) => !SKIPPED.test(name) && existsSync(name))
for (const file of files) {
  const source = readFileSync(file, 'utf8')
  for (const [index, text, isHeading] of textsOf(file, source)) {
    const found = bannedIn(text, isHeading)
    if (found === null) continue
    process.stderr.write(`${file}:${source.slice(0, index).split('\n').length}: ${found}\n`)
    process.exitCode = 1
  }
}
