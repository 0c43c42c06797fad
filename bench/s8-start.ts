import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../server/build/bundle.ts'
import type { Benchmark, Contender } from './benchmark.ts'
import { startBuilt } from './built-server.ts'

export const benchmark: Benchmark = {
  id: 'S8',
  title: 'From the start of the process to the first answered query',
  unit: 'ms',
  async open(world) {
    const directory = await mkdtemp(join(tmpdir(), 'keyward-bench-start-'))
    const build = join(directory, 'build')
    await bundle(build)
    const { url } = await world.database('start', async () => {})
    const once = async (environment: NodeJS.ProcessEnv) => {
      const server = await startBuilt(build, environment)
      await server.stop()
      return { value: server.readyMs, cpuMicros: null }
    }
    const postgresql: Contender = {
      name: 'on PostgreSQL',
      measure: () => once({ KEYWARD_DATA_DIR: join(directory, 'postgresql'), DATABASE_URL: url }),
    }
    const first: Contender = {
      name: 'embedded, first start',
      measure: async () => {
        const own = await mkdtemp(join(directory, 'first-'))
        return once({ KEYWARD_DATA_DIR: own })
      },
    }
    const again: Contender = {
      name: 'embedded, later starts',
      measure: () => once({ KEYWARD_DATA_DIR: join(directory, 'again') }),
    }
    await again.measure()
    await postgresql.measure()
    return {
      contenders: [postgresql, first, again],
      goals: [
        { name: '—', subject: postgresql, valueAtMost: 1_500 },
        { name: '—', subject: again, valueAtMost: 1_500 },
        { name: '—', subject: first, valueAtMost: 3_000 },
      ],
      close: () => rm(directory, { recursive: true, force: true }),
    }
  },
}
