import { execFile } from 'node:child_process'
import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'

const README = 'test/README.md'
const [RULES, SAFETY, SPEED] = [20, 13, 10]

/** A row of a table: its first cell without markup, and its links as paths from the repository's root. */
interface Row {
  name: string
  links: string[]
}

const linksOf = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)#\s]+)\)/g)].map(([, path = '']) => join('test', path))

let text: string
let rows: Row[]

beforeAll(async () => {
  text = await readFile(README, 'utf8')
  rows = text
    .split('\n')
    .filter((line) => /^\| (?!---)/.test(line))
    .map((line) => ({ name: (line.split('|')[1] ?? '').replaceAll('`', '').trim(), links: linksOf(line) }))
})

const rowOf = (name: string): Row | undefined => rows.find((row) => row.name === name)
const numbered = (count: number, nameOf: (number: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => nameOf(index + 1))
const rule = (number: number): string => `rule ${String(number).padStart(2, '0')}`

test('every schema/ folder has a row with tests in test/README.md', async () => {
  const entries = await readdir('schema', { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory() && !/^(node_modules|generated)$/.test(entry.name))
  expect(folders.length).toBeGreaterThan(20)
  expect(folders.map(({ name }) => name).filter((name) => !rowOf(name)?.links.length)).toEqual([])
})

test('every rule and promise has a row in test/README.md', () => {
  const promises = [...numbered(RULES, rule), ...numbered(SAFETY, (number) => `R${number}`)]
  expect(promises.filter((name) => !rowOf(name)?.links.length)).toEqual([])
  expect(numbered(SPEED, (number) => `S${number}`).filter((name) => !rowOf(name))).toEqual([])
})

// Failed before: three rows said that there is no program yet.
test('every benchmark is linked in its promise’s row', async () => {
  const files = (await readdir('bench')).filter((name) => /^s\d+-.*\.ts$/.test(name))
  expect(files.length).toBeGreaterThan(SPEED)
  const isLinked = (file: string) => rowOf(file.split('-')[0]?.toUpperCase() ?? '')?.links.includes(`bench/${file}`)
  expect(files.filter((file) => !isLinked(file))).toEqual([])
})

test('every link of test/README.md has an existing target', async () => {
  const missing = await Promise.all(
    linksOf(text).map((path) =>
      access(path).then(
        () => [],
        () => [path],
      ),
    ),
  )
  expect(missing.flat()).toEqual([])
})

/*
 * Vitest lists the tests that it would run, so titles in comments and skipped tests do not count. `requireAssertions`
 * in vitest.config.ts fails a test without assertions. Failed with the tests of rule 07 renamed.
 */
test('every test file that a rule’s row links to tests that rule', async () => {
  const { KEYWARD_TEST_DATABASE: _, VITEST: __, ...env } = process.env
  const args = ['node_modules/vitest/vitest.mjs', 'list', 'test/promises', 'test/nouns', '--static-parse', '--json']
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 100_000_000 })
  const listed: { name: string; file: string }[] = JSON.parse(stdout.slice(stdout.indexOf('[')))
  const without = numbered(RULES, rule).flatMap((name) => {
    const files = rowOf(name)?.links ?? []
    const own = listed.filter((each) => each.name.split(' > ').at(-1)?.startsWith(`${name}: `))
    if (own.length === 0) return [name]
    const tested = files.filter((file) => file.startsWith('test/promises/rules/'))
    return tested.filter((path) => !own.some(({ file }) => file.endsWith(`/${path}`))).map((path) => `${name}: ${path}`)
  })
  expect(without).toEqual([])
})
