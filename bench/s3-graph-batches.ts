import type { Benchmark, Contender } from './benchmark.ts'
import { aMillionKeys, pluginKeys } from './key-sets.ts'
import type { Keys, Message } from './requests.ts'

const BATCH = 100
const CONNECTIONS = 8
const IN_USE = 50_000
const IN_USE_LIMITED = 100

/** Fields that a gateway needs from each verification. */
const ANSWER = `__typename
  ... on ApiKeyAllowed { kind credentialId projectId organizationId reservation warnings }
  ... on ApiKeyDenied { reason message httpStatus retryAfterSeconds }`

const VERIFY = `query Verify($inputs: [ApiKeyVerifyInput!]!) { apiKeysVerify(inputs: $inputs) { ${ANSWER} } }`
const AUTHORIZE = `mutation Authorize($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) { ${ANSWER} } }`

export const benchmark: Benchmark = {
  id: 'S3',
  title: `Verifications through the graph, ${BATCH} a request`,
  unit: 'verifications/s',
  async open(world) {
    const { url, made } = await aMillionKeys(world)
    const plugin = await pluginKeys(world)
    const servers = {
      keyward: await world.keyward({ DATABASE_URL: url }),
      plugin: await world.serve('better-auth.ts', { DATABASE_URL: plugin.url }),
    }
    const half = world.size.million / 2
    const keys = { every: 2, of: half, inUse: Math.min(half, IN_USE), from: 0 }
    const asks = (
      name: string,
      server: keyof typeof servers,
      message: Message,
      given: Partial<Keys> = {},
    ): Contender => ({
      name,
      measure: () =>
        world.ask(
          servers[server],
          {
            connections: CONNECTIONS,
            warmUp: given.inUse === null ? 2 : 60,
            forbidden: 'ApiKeyDenied',
            draw: { ...keys, ...given },
            message,
          },
          BATCH,
        ),
    })
    const graph = (query: string, item: string): Message => ({
      method: 'POST',
      path: '/graphql',
      headers: { authorization: `Bearer ${made.gateway}`, accept: 'application/json' },
      batch: BATCH,
      items: [item],
      body: `{"query":${JSON.stringify(query)},"variables":{"inputs":[ITEMS]}}`,
    })
    const verify = asks('apiKeysVerify', 'keyward', graph(VERIFY, '{"secret":"DRAWN","workload":"INFERENCE"}'))
    const authorize = asks(
      `apiKeysAuthorize, with limits, ${IN_USE_LIMITED} keys in use`,
      'keyward',
      graph(AUTHORIZE, '{"secret":"DRAWN","workload":"INFERENCE","estimatedCost":"0.000001"}'),
      { first: 1, inUse: Math.min(half, IN_USE_LIMITED) },
    )
    const reference = asks(
      'better-auth verifyApiKey',
      'plugin',
      { method: 'POST', path: '/', headers: {}, batch: BATCH, items: ['"DRAWN"'], body: '{"keys":[ITEMS]}' },
      { inUse: null },
    )
    const subjects = [verify, authorize]
    return {
      contenders: [reference, ...subjects],
      goals: subjects.flatMap((subject) => [
        { name: '—', subject, valueAtLeast: 20_000 },
        { name: 'better-auth verifyApiKey', subject, reference, atLeast: 25 },
      ]),
      async close() {
        for (const server of Object.values(servers)) await server.stop()
      },
    }
  },
}
