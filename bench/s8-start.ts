import type { Benchmark, Contender } from './benchmark.ts'
import { makeBuild } from './build.ts'

export const benchmark: Benchmark = {
  id: 'S8',
  title: 'From the start of the process to the first answered query',
  unit: 'ms',
  async open(world) {
    const build = await makeBuild(world, 'start')
    const startIn = (name: string, folder: () => Promise<string>, environment: NodeJS.ProcessEnv = {}): Contender => ({
      name,
      async measure() {
        const server = await build.start({ KEYWARD_DATA_DIR: await folder(), ...environment })
        await server.stop()
        return { value: server.readyMs, cpuMicros: null }
      },
    })
    const [kept, other] = [await build.folder(), await build.folder()]
    const postgresql = startIn('on PostgreSQL', async () => other, { DATABASE_URL: build.databaseUrl })
    const first = startIn('embedded, the very first time', build.folder)
    const again = startIn('embedded, on an existing database', async () => kept)
    // Migrates and fills the databases before the measurement.
    for (const contender of [postgresql, again]) await contender.measure()
    return {
      contenders: [postgresql, first, again],
      goals: [
        { name: '—', subject: postgresql, valueAtMost: 1_500 },
        { name: '—', subject: again, valueAtMost: 1_500 },
        { name: '—', subject: first, valueAtMost: 3_000 },
      ],
      close: build.remove,
    }
  },
}
