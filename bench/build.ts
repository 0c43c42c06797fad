import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuiltServer, startBuilt } from './built-server.ts'
import type { World } from './world.ts'

/** A production build, with a data folder and an empty PostgreSQL database. */
export interface Build {
  /** Returns a folder that no server has used. */
  folder(): Promise<string>
  databaseUrl: string
  start(environment: NodeJS.ProcessEnv): Promise<BuiltServer>
  remove(): Promise<void>
}

/** Makes a production build to measure. */
export async function makeBuild(world: World, databaseName: string): Promise<Build> {
  const directory = await mkdtemp(join(tmpdir(), 'keyward-bench-data-'))
  const build = await world.build()
  const { url } = await world.database(databaseName, async () => {})
  return {
    databaseUrl: url,
    folder: () => mkdtemp(join(directory, 'data-')),
    start: (environment) => startBuilt(build, environment),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
