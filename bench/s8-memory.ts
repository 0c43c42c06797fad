import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark, Contender } from './benchmark.ts'
import { makeBuild } from './build.ts'

/** How long a server idles before its memory is measured. */
const REST_MS = 10_000

export const benchmark: Benchmark = {
  id: 'S8',
  title: 'Memory of a server at rest',
  unit: 'MB',
  async open(world) {
    const build = await makeBuild(world, 'memory')
    const atRest = (name: string, environment: NodeJS.ProcessEnv): Contender => ({
      name,
      async measure() {
        const server = await build.start(environment)
        await delay(REST_MS)
        const bytes = await server.residentBytes()
        await server.stop()
        return { value: bytes / 1e6, cpuMicros: null }
      },
    })
    const postgresql = atRest('on PostgreSQL, at rest', {
      KEYWARD_DATA_DIR: await build.folder(),
      DATABASE_URL: build.databaseUrl,
    })
    const embedded = atRest('embedded, at rest', { KEYWARD_DATA_DIR: await build.folder() })
    return {
      contenders: [postgresql, embedded],
      goals: [
        { name: '—', subject: postgresql, valueAtMost: 120 },
        { name: '—', subject: embedded, valueAtMost: 350 },
      ],
      close: build.remove,
    }
  },
}
