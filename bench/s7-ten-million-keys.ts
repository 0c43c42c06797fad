import { encodeId } from '@keyward/schema/core/ids'
import type { Benchmark, Contender } from './benchmark.ts'
import { fillWithKeys, idOf } from './data.ts'
import type { World } from './world.ts'

const CONNECTIONS = 64

const LIST = `query List($id: ID!) { project(id: $id) { apiKeys(first: 100) {
  nodes { id name start status createdAt expiresAt lastUsedAt } pageInfo { hasNextPage endCursor } } } }`

async function contenders(world: World, name: string, count: number) {
  const { url, made } = await world.database(name, (client) => fillWithKeys(client, { count, limited: false }))
  const shown = count.toLocaleString('en-US')
  const listing = await world.keyward({ DATABASE_URL: url })
  let round = 0
  const verify: Contender = {
    name: `first use of a key, of ${shown}`,
    async measure() {
      round += 1
      // Starts a server with an empty cache.
      const server = await world.keyward({ DATABASE_URL: url })
      try {
        return await world.ask(server, {
          connections: CONNECTIONS,
          warmUp: 2,
          draw: { every: 1, of: count, inUse: null, most: world.size.tenThousand, from: round * 50_021 },
          message: {
            method: 'GET',
            path: '/authorize',
            headers: { 'keyward-gateway': made.gateway, authorization: 'Bearer DRAWN' },
            batch: 1,
          },
        })
      } finally {
        await server.stop()
      }
    },
  }
  const list: Contender = {
    name: `list 100 keys of a project, of ${shown}`,
    measure: () =>
      world.ask(listing, {
        connections: 1,
        warmUp: 2,
        forbidden: '"errors"',
        draw: 'IDS',
        message: {
          method: 'POST',
          path: '/graphql',
          headers: { authorization: `Bearer ${made.serviceAccount}`, accept: 'application/json' },
          batch: 1,
          body: JSON.stringify({ query: LIST, variables: { id: encodeId('Project', idOf('project', 0)) } }),
        },
      }),
  }
  return { verify, list, listing }
}

export const benchmark: Benchmark = {
  id: 'S7',
  title: 'Verifying and listing, as keys become many',
  unit: 'requests/s',
  async open(world) {
    const few = await contenders(world, 'few_keys', world.size.tenThousand)
    const many = await contenders(world, 'many_keys', world.size.tenMillion)
    return {
      contenders: [few.verify, many.verify, few.list, many.list],
      goals: [
        { name: few.verify.name, subject: many.verify, reference: few.verify, timeAtMost: 1.3 },
        { name: few.list.name, subject: many.list, reference: few.list, timeAtMost: 1.3 },
      ],
      async close() {
        await few.listing.stop()
        await many.listing.stop()
        await world.drop('many_keys')
      },
    }
  },
}
