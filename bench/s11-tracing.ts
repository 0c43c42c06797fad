import { encodeId } from '@keyward/schema/core/ids'
import type { Benchmark, Contender } from './benchmark.ts'
import { fillWithKeys, idOf } from './data.ts'
import type { Load, Message } from './requests.ts'

/* Measures the cost of OTLP tracing: the same requests to servers that export no traces, all traces, and a tenth of
   them. */

const KEYS = 20_000
const PROJECT = encodeId('Project', idOf('project', 0))

const QUERY = `query PageOfKeys($id: ID!) {
  node(id: $id) { ... on Project { name apiKeys(first: 25) { nodes { id name status createdAt lastUsedAt expiresAt } } } }
}`

/** A caller's trace, which is recorded. */
const TRACED = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }

export const benchmark: Benchmark = {
  id: 'S11',
  title: 'Requests with traces by OTLP',
  unit: 'requests/s',
  async open(world) {
    const { url, made } = await world.database('traced', (client) =>
      fillWithKeys(client, { count: KEYS, limited: false }),
    )
    const collector = await world.serve('collector.ts')
    const exporting = { DATABASE_URL: url, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces` }
    const tenth = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' }
    const servers = {
      off: await world.keyward({ DATABASE_URL: url }),
      on: await world.keyward(exporting),
      tenth: await world.keyward({ ...exporting, ...tenth }),
    }
    const page: Message = {
      method: 'POST',
      path: '/graphql',
      headers: { accept: 'application/json', authorization: `Bearer ${made.serviceAccount}` },
      batch: 1,
      body: JSON.stringify({ query: QUERY, variables: { id: PROJECT } }),
    }
    const authorize: Message = {
      method: 'GET',
      path: '/authorize',
      headers: { 'keyward-gateway': made.gateway, authorization: 'Bearer DRAWN', 'keyward-workload': 'INFERENCE' },
      batch: 1,
    }
    const answer = await fetch(`${servers.on.url}/graphql`, {
      method: 'POST',
      headers: { ...page.headers, 'content-type': 'application/json' },
      body: page.body ?? '',
    })
    const text = await answer.text()
    if (!text.includes('lastUsedAt') || text.includes('errors')) throw new Error(`Answered: ${text.slice(0, 600)}`)

    const asks = (name: string, server: keyof typeof servers, load: Omit<Load, 'url' | 'seconds'>): Contender => ({
      name,
      measure: () => world.ask(servers[server], load),
    })
    const graph = { connections: 8, warmUp: 2, draw: 'IDS', message: page } as const
    const draw = { every: 1, of: KEYS, inUse: 1_000, from: 0 }
    const door = { connections: 64, warmUp: 4, draw, message: authorize }
    const followed = { ...door, message: { ...authorize, headers: { ...authorize.headers, ...TRACED } } }
    const offs = { graph: asks('/graphql, off', 'off', graph), door: asks('/authorize, off', 'off', door) }
    const ons = {
      graph: asks('/graphql, all traced', 'on', graph),
      door: asks('/authorize, all traced', 'on', door),
      followed: asks('/authorize, all traced, continued', 'on', followed),
      tenth: asks('/authorize, a tenth traced', 'tenth', door),
    }
    return {
      contenders: [offs.graph, ons.graph, offs.door, ons.door, ons.tenth, ons.followed],
      goals: [
        { name: 'off', subject: ons.graph, reference: offs.graph, cpuAtMost: 1.1 },
        { name: 'off', subject: ons.door, reference: offs.door },
        { name: 'off', subject: ons.tenth, reference: offs.door, cpuAtMost: 1.1 },
        { name: 'off', subject: ons.followed, reference: offs.door },
      ],
      async close() {
        for (const server of [...Object.values(servers), collector]) await server.stop()
      },
    }
  },
}
