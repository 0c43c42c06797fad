import type { Benchmark, Contender } from './benchmark.ts'
import { aMillionKeys } from './key-sets.ts'
import type { Keys, Message } from './requests.ts'
import type { Percentiles, Served } from './world.ts'

/* The time from the moment at which a request should be sent to its response, at a given rate of requests. */

const CONNECTIONS = 64
const RATES = [5_000, 10_000]
/** Number of keys in use when they are cached, of a million. */
const IN_USE = 50_000
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
    const { url, made } = await aMillionKeys(world)
    const servers = { hello: await world.serve('hello.ts'), hot: await world.keyward({ DATABASE_URL: url }) }
    const message: Message = {
      method: 'GET',
      path: '/authorize',
      headers: {
        'keyward-gateway': made.gateway,
        authorization: 'Bearer DRAWN',
        'keyward-workload': 'INFERENCE',
        'keyward-estimated-cost': '0.000001',
      },
      batch: 1,
    }
    // Of every two keys, the first has no limits, and the second has limits.
    const half = world.size.million / 2
    const keys: Keys = { every: 2, of: half, inUse: Math.min(half, IN_USE), from: 0 }
    let round = 0
    const ask = (server: Served, rate: number, given: Partial<Keys>) =>
      world.askAtRate(server, {
        rate,
        connections: CONNECTIONS,
        warmUp: given.inUse === null ? 2 : 60,
        draw: { ...keys, ...given },
        message,
      })
    const askFirst = async (rate: number, given: Partial<Keys>) => {
      round += 1
      const server = await world.keyward({ DATABASE_URL: url })
      try {
        return await ask(server, rate, { inUse: null, from: round * 50_021, ...given })
      } finally {
        await server.stop()
      }
    }
    const subjects: Record<string, (rate: number) => Promise<Percentiles>> = {
      'node:http hello': (rate) => ask(servers.hello, rate, { inUse: 1_000 }),
      'known keys': (rate) => ask(servers.hot, rate, {}),
      'known keys, with limits, 100 in use': (rate) => ask(servers.hot, rate, { first: 1, inUse: IN_USE_LIMITED }),
      'first use of a key': (rate) => askFirst(rate, {}),
    }
    const contenders = RATES.flatMap((rate) =>
      Object.entries(subjects).flatMap(([name, measure]) => {
        // One load gives all percentiles: a contender that was measured since the last load asks for another one.
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
