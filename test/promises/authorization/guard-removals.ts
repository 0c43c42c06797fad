/*
 * Removes one guard at a time from a copy of the sources and runs the test for it, which must fail. `pnpm test:guards`
 * takes some minutes, so `pnpm test` does not include it. With words, as in `pnpm test:guards budget webhooks`, it
 * removes only guards whose description has one of them.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { EMBEDDED_ONLY, PURE } from '../../projects.ts'
import { TESTS } from './guards/removal.ts'
import { REMOVALS } from './guards.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** Copies the sources and links the packages, so that the copy imports itself and not the original. */
function copy(): string {
  const target = mkdtempSync(join(tmpdir(), 'keyward-guards-'))
  const skipped = new Set(['.git', '.keyward', '.pnpm'])
  cpSync(root, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !skipped.has(basename(source)),
  })
  spawnSync('ln', ['-s', join(root, 'node_modules', '.pnpm'), join(target, 'node_modules', '.pnpm')])
  return target
}

/** The project of vitest.config.ts that runs a test. */
function projectOf(test: string): string {
  const isIn = (paths: readonly string[]) => paths.some((path) => test.startsWith(path))
  if (isIn(PURE)) return 'pure'
  return process.env.KEYWARD_NO_POSTGRESQL || isIn(EMBEDDED_ONLY) ? 'pglite' : 'postgresql'
}

/** Runs tests until one fails. Returns the name of that one, or null where all passed. */
function failedTest(directory: string, tests: readonly string[]): string | null {
  const vitest = join(directory, 'node_modules', '.bin', 'vitest')
  const projects = [...new Set(tests.map(projectOf))].map((project) => `--project=${project}`)
  const run = spawnSync(vitest, ['run', ...projects, '--bail=1', ...tests], { cwd: directory, encoding: 'utf8' })
  if (!run.stdout.includes('Tests ')) throw new Error(`The test did not run:\n${run.stdout}${run.stderr}`)
  if (run.status === 0) return null
  return /^ *FAIL +(.*)$/m.exec(stripVTControlCharacters(run.stdout + run.stderr))?.[1] ?? 'a test without a name'
}

const words = process.argv.slice(2)
const removals = REMOVALS.filter(({ what }) => words.length === 0 || words.some((word) => what.includes(word)))
for (const { what, file, guard } of removals) {
  if (!readFileSync(join(root, file), 'utf8').includes(guard)) throw new Error(`${file} does not contain: ${what}`)
}

const directory = copy()
let caught = 0
try {
  // All at once: a run costs more than most of the tests.
  const intact = failedTest(directory, [...new Set(removals.map(({ seenBy }) => TESTS[seenBy]))])
  if (intact !== null) throw new Error(`A test fails without any removal: ${intact}`)
  for (const { what, file, guard, without, seenBy } of removals) {
    const path = join(directory, file)
    const original = readFileSync(path, 'utf8')
    writeFileSync(path, original.replace(guard, without))
    const failed = failedTest(directory, [TESTS[seenBy]])
    writeFileSync(path, original)
    if (failed !== null) caught += 1
    console.log(`${failed === null ? 'GREEN' : 'red  '}  without ${what} (${file}): ${failed ?? TESTS[seenBy]}`)
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
console.log(`${caught} of ${removals.length} removals were caught`)
process.exitCode = caught === removals.length ? 0 : 1
