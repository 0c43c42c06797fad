import { authorizeRequests } from './authorize-requests.ts'
import type { Benchmark, Contender } from './benchmark.ts'
import type { Keys } from './requests.ts'
import type { Percentiles, Served } from './world.ts'

/* Measures the time from when a request should be sent to its response, at fixed request rates. */

const RATES = [5_000, 10_000]
const IN_USE_LIMITED = 100
const GOAL_MICROS = 1_000

const PERCENTILES = [
  ['p50', 'p50'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
] as const

export const benchmark: Benchmark = {
  id: 'S12',
  title: 'GET /authorize in an open loop',
  unit: 'µs',
  async open(world) {
    const requests = await authorizeRequests(world)
    const { url } = requests
    const servers = { hello: await world.serve('hello.ts'), hot: await world.keyward({ DATABASE_URL: url }) }
    const ask = (server: Served, rate: number, given: Partial<Keys> = {}) =>
      world.askAtRate(server, { rate, ...requests.known(given) })
    const askFirst = async (rate: number) => {
      const server = await world.keyward({ DATABASE_URL: url })
      try {
        return await world.askAtRate(server, { rate, ...requests.first() })
      } finally {
        await server.stop()
      }
    }
    const subjects: Record<string, (rate: number) => Promise<Percentiles>> = {
      'node:http hello': (rate) => ask(servers.hello, rate, { inUse: 1_000 }),
      'known keys': (rate) => ask(servers.hot, rate),
      'known keys, with limits, 100 in use': (rate) => ask(servers.hot, rate, { first: 1, inUse: IN_USE_LIMITED }),
      'first use of a key': (rate) => askFirst(rate),
    }
    const contenders = RATES.flatMap((rate) =>
      Object.entries(subjects).flatMap(([name, measure]) => {
        // One load yields all percentiles. A new load runs once a contender is measured again.
        let last: Percentiles | undefined
        const shown = new Set<string>()
        return PERCENTILES.map(([title, percentile]): Contender => {
          return {
            name: `${name}, ${rate.toLocaleString('en-US')}/s, ${title}`,
            async measure() {
              if (last === undefined || shown.has(percentile)) {
                last = await measure(rate)
                shown.clear()
              }
              shown.add(percentile)
              return { value: last[percentile], cpuMicros: last.cpuMicros }
            },
          }
        })
      }),
    )
    return {
      contenders,
      goals: contenders
        .filter(({ name }) => name.endsWith('p99') && !name.startsWith('node:http'))
        .map((subject) => ({ name: '—', subject, valueAtMost: GOAL_MICROS })),
      async close() {
        for (const server of Object.values(servers)) await server.stop()
      },
    }
  },
}
