import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { bundle } from '../server/build/bundle.ts'
import type { Benchmark, Contender } from './benchmark.ts'
import { startBuilt } from './built-server.ts'

/** How long a server rests before its memory is read. */
const REST_MS = 10_000

export const benchmark: Benchmark = {
  id: 'S8',
  title: 'Memory of a server at rest',
  unit: 'MB',
  async open(world) {
    const directory = await mkdtemp(join(tmpdir(), 'keyward-bench-memory-'))
    const build = join(directory, 'build')
    await bundle(build)
    const { url } = await world.database('memory', async () => {})
    const atRest = (name: string, environment: NodeJS.ProcessEnv): Contender => ({
      name,
      async measure() {
        const server = await startBuilt(build, environment)
        await delay(REST_MS)
        const bytes = await server.residentBytes()
        await server.stop()
        return { value: bytes / 1e6, cpuMicros: null }
      },
    })
    const postgresql = atRest('on PostgreSQL, at rest', {
      KEYWARD_DATA_DIR: join(directory, 'postgresql'),
      DATABASE_URL: url,
    })
    const embedded = atRest('embedded, at rest', { KEYWARD_DATA_DIR: join(directory, 'embedded') })
    return {
      contenders: [postgresql, embedded],
      goals: [
        { name: '—', subject: postgresql, valueAtMost: 120 },
        { name: '—', subject: embedded, valueAtMost: 350 },
      ],
      close: () => rm(directory, { recursive: true, force: true }),
    }
  },
}
