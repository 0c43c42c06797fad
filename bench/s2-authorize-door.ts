import { authorizeRequests } from './authorize-requests.ts'
import type { Benchmark, Contender } from './benchmark.ts'
import { pluginKeys } from './key-sets.ts'
import type { Keys } from './requests.ts'

/** Leases last for seconds. With few keys, most calls find a lease. With many keys, most must request one. */
const IN_USE_LIMITED = { few: 100, many: 1_000 }

export const benchmark: Benchmark = {
  id: 'S2',
  title: 'GET /authorize',
  unit: 'requests/s',
  async open(world) {
    const requests = await authorizeRequests(world)
    const { url } = requests
    const plugin = await pluginKeys(world)
    const servers = {
      hello: await world.serve('hello.ts'),
      deferred: await world.serve('hello.ts', { DEFERRED: '1' }),
      plugin: await world.serve('better-auth.ts', { DATABASE_URL: plugin.url }),
      hot: await world.keyward({ DATABASE_URL: url }),
    }
    const asks = (name: string, server: keyof typeof servers, given: Partial<Keys> = {}): Contender => ({
      name,
      measure: () => world.ask(servers[server], requests.known(given)),
    })
    const cold = (name: string, given: Partial<Keys> = {}): Contender => ({
      name,
      async measure() {
        const server = await world.keyward({ DATABASE_URL: url })
        try {
          return await world.ask(server, requests.first(given))
        } finally {
          await server.stop()
        }
      },
    })
    const hello = asks('node:http hello', 'hello', { inUse: 1_000 })
    const deferred = asks('node:http hello, deferred', 'deferred', { inUse: 1_000 })
    const verify = asks('better-auth verifyApiKey', 'plugin', { inUse: null })
    const hot = asks('known keys', 'hot')
    const hotLimited = Object.values(IN_USE_LIMITED).map((inUse) =>
      asks(`known keys, with limits, ${inUse.toLocaleString('en-US')} in use`, 'hot', { first: 1, inUse }),
    )
    const first = cold('first use of a key')
    const firstLimited = cold('first use of a key, with limits', { first: 1 })
    const subjects = [hot, ...hotLimited, first, firstLimited]
    return {
      contenders: [hello, deferred, verify, ...subjects],
      goals: subjects.flatMap((subject) => [
        { name: 'node:http hello', subject, reference: hello, atLeast: 0.55 },
        { name: 'node:http hello, deferred', subject, reference: deferred },
        { name: 'better-auth verifyApiKey', subject, reference: verify, atLeast: 20 },
      ]),
      async close() {
        for (const server of Object.values(servers)) await server.stop()
      },
    }
  },
}
