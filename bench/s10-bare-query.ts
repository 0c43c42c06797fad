import type { Benchmark, Contender } from './benchmark.ts'
import type { Message } from './requests.ts'

const CONNECTIONS = 16

/** The least that a GraphQL request can ask for: its cost is what every request pays. */
const message: Message = {
  method: 'POST',
  path: '/graphql',
  headers: { accept: 'application/json' },
  batch: 1,
  body: JSON.stringify({ query: '{ __typename }' }),
}

export const benchmark: Benchmark = {
  id: 'S10',
  title: 'POST /graphql with { __typename }',
  unit: 'requests/s',
  async open(world) {
    const { url } = await world.database('bare_query', async () => {})
    const servers = {
      bare: await world.serve('yoga.ts'),
      keyward: await world.keyward({ DATABASE_URL: url }),
    }
    const asks = (name: string, server: keyof typeof servers): Contender => ({
      name,
      measure: () => world.ask(servers[server], { connections: CONNECTIONS, warmUp: 2, draw: 'IDS', message }),
    })
    const bare = asks('bare Yoga', 'bare')
    const own = asks('Keyward', 'keyward')
    return {
      contenders: [bare, own],
      goals: [{ name: 'bare Yoga', subject: own, reference: bare, timeAtMost: 1.5 }],
      async close() {
        for (const server of Object.values(servers)) await server.stop()
      },
    }
  },
}
