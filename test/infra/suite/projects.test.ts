import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { EMBEDDED_ONLY, ONCE_MORE_EMBEDDED, PURE } from '../../projects.ts'

/** A test file and a project that runs it. */
interface Entry {
  file: string
  project: string
}

/** The files that `vitest run` would run. `environment` can disable PostgreSQL. */
async function listed(environment: Record<string, string>): Promise<Entry[]> {
  const { KEYWARD_TEST_DATABASE: _, VITEST: __, ...inherited } = process.env
  const args = ['node_modules/vitest/vitest.mjs', 'list', '--filesOnly', '--json']
  const env = { ...inherited, ...environment }
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  const entries: { file: string; projectName: string }[] = JSON.parse(stdout.slice(stdout.indexOf('[')))
  return entries.map(({ file, projectName }) => ({ file: file.replace(`${process.cwd()}/`, ''), project: projectName }))
}

/** Finds test files in the whole repository, including packages without tests of their own. */
async function testFilesUnder(folder: string): Promise<string[]> {
  const found = (await readdir(folder, { withFileTypes: true })).map(async (entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return /^(\..+|node_modules|dist)$/.test(entry.name) ? [] : testFilesUnder(path)
    return /\.test\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : []
  })
  return (await Promise.all(found)).flat()
}

let files: string[]
let normal: Entry[]
let without: Entry[]

beforeAll(async () => {
  files = (await testFilesUnder('.')).sort()
  normal = await listed({})
  without = await listed({ KEYWARD_NO_POSTGRESQL: 'this test takes it away' })
})

const projectsOf = (entries: Entry[], file: string): string[] =>
  entries.flatMap((entry) => (entry.file === file ? [entry.project] : [])).sort()

const isUnder = (file: string, paths: string[]): boolean =>
  paths.some((path) => (path.endsWith('/') ? file.startsWith(path) : file === path))

test('every test file of the repository runs in at least one project', () => {
  expect(files.length).toBeGreaterThan(150)
  expect(files.filter((file) => projectsOf(normal, file).length === 0)).toEqual([])
  expect(files.filter((file) => projectsOf(without, file).length === 0)).toEqual([])
})

test('test files run on PostgreSQL unless they need no database or test the embedded one', () => {
  if (process.env.KEYWARD_NO_POSTGRESQL !== undefined) return expect(normal).toEqual(without)
  for (const file of files) {
    const embedded = isUnder(file, [...ONCE_MORE_EMBEDDED, ...EMBEDDED_ONLY]) ? ['pglite'] : []
    const expected = isUnder(file, EMBEDDED_ONLY) ? embedded : [...embedded, 'postgresql']
    expect(projectsOf(normal, file), file).toEqual(isUnder(file, PURE) ? ['pure'] : expected)
  }
})

test('without PostgreSQL, tests run on the embedded database or report why they are skipped', () => {
  for (const file of files) {
    expect(projectsOf(without, file), file).toEqual([isUnder(file, PURE) ? 'pure' : 'pglite'])
  }
  expect(without.filter(({ project }) => project === 'postgresql')).toEqual([
    { file: 'test/infra/postgresql-skipped.ts', project: 'postgresql' },
  ])
})

test('every path in the project lists names a test file', () => {
  const paths = [...PURE, ...ONCE_MORE_EMBEDDED, ...EMBEDDED_ONLY]
  expect(paths.filter((path) => !files.some((file) => isUnder(file, [path])))).toEqual([])
  expect(new Set(paths).size).toBe(paths.length)
})
