/*
 * Removes one guard at a time from a copy of the sources and runs the test for it, which must fail. `pnpm test:guards`
 * takes some minutes, so `pnpm test` does not include it. With words, as in `pnpm test:guards budget webhooks`, it
 * removes only guards whose description has one of them.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { REMOVALS, TESTS } from './guards.ts'

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

function testFails(directory: string, seenBy: keyof typeof TESTS): boolean {
  const vitest = join(directory, 'node_modules', '.bin', 'vitest')
  const kind = process.env.KEYWARD_NO_POSTGRESQL ? 'pglite' : 'postgresql'
  const run = spawnSync(vitest, ['run', '--project', kind, '--bail=1', TESTS[seenBy]], {
    cwd: directory,
    encoding: 'utf8',
  })
  if (!run.stdout.includes('Tests ')) throw new Error(`The test did not run:\n${run.stdout}${run.stderr}`)
  return run.status !== 0
}

const words = process.argv.slice(2)
const removals = REMOVALS.filter(({ what }) => words.length === 0 || words.some((word) => what.includes(word)))
const directory = copy()
let missed = 0
try {
  for (const seenBy of new Set(removals.map((removal) => removal.seenBy))) {
    if (testFails(directory, seenBy)) throw new Error(`${TESTS[seenBy]} fails without any removal`)
  }
  for (const { what, file, guard, without, seenBy } of removals) {
    const path = join(directory, file)
    const original = readFileSync(path, 'utf8')
    if (!original.includes(guard)) throw new Error(`${file} does not contain this guard: ${what}`)
    writeFileSync(path, original.replace(guard, without))
    const seen = testFails(directory, seenBy)
    writeFileSync(path, original)
    if (!seen) missed += 1
    console.log(`${seen ? 'red  ' : 'GREEN'}  without ${what} (${file}), seen by ${seenBy}`)
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
console.log(`${removals.length - missed} of ${removals.length} removals were caught`)
process.exitCode = missed === 0 ? 0 : 1
