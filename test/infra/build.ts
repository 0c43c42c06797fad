import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { bundle } from '../../server/build/bundle.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the production build, far from any installed package. */
    build: string
  }
}

let built: Promise<string> | undefined

/** Builds the server and the commands once a run: tests start them as production does. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  built ??= (async () => {
    const directory = await mkdtemp(join(tmpdir(), 'keyward-build-'))
    await bundle(directory)
    return directory
  })()
  const directory = await built
  project.provide('build', directory)
  return () => rm(directory, { recursive: true, force: true })
}
