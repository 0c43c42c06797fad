import type { Benchmark, Contender } from './benchmark.ts'
import { aMillionKeys, pluginKeys } from './key-sets.ts'
import type { Keys, Message } from './requests.ts'

const CONNECTIONS = 64

/** Number of keys in use when they are cached, of a million. */
const IN_USE = 50_000
/** Leases last seconds. With few keys, most calls find a lease; with many, most must request one. */
const IN_USE_LIMITED = { few: 100, many: 1_000 }

export const benchmark: Benchmark = {
  id: 'S2',
  title: 'GET /authorize',
  unit: 'requests/s',
  async open(world) {
    const { url, made } = await aMillionKeys(world)
    const plugin = await pluginKeys(world)
    const servers = {
      hello: await world.serve('hello.ts'),
      deferred: await world.serve('hello.ts', { DEFERRED: '1' }),
      plugin: await world.serve('better-auth.ts', { DATABASE_URL: plugin.url }),
      hot: await world.keyward({ DATABASE_URL: url }),
    }
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
    const keys = { every: 2, of: half, inUse: Math.min(half, IN_USE), from: 0 }
    let round = 0
    const asks = (name: string, server: keyof typeof servers, given: Partial<Keys> = {}): Contender => ({
      name,
      measure: () =>
        world.ask(servers[server], {
          connections: CONNECTIONS,
          warmUp: given.inUse === null ? 2 : 60,
          draw: { ...keys, ...given },
          message,
        }),
    })
    const cold = (name: string, given: Partial<Keys> = {}): Contender => ({
      name,
      async measure() {
        round += 1
        const server = await world.keyward({ DATABASE_URL: url })
        const asked = { ...keys, inUse: null, from: round * 50_021, ...given }
        try {
          return await world.ask(server, { connections: CONNECTIONS, warmUp: 2, draw: asked, message })
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
