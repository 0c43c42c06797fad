import { createGateway, type Gateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import { readConfig } from '../../../server/config/config.ts'
import { VARIABLES } from '../../../server/config/variables.ts'
import { QUESTION_HEADERS } from '../../../server/forward-auth/question.ts'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { ORIGIN } from '../../infra/app.ts'
import { createKey, startWorld, type World } from '../../infra/world.ts'
import { gatewayWith, type TestGateway } from '../../nouns/verification/gateway.ts'
import { type Place, placesOf, put } from '../bad-input/places.ts'
import { addThings, type Things, validInputs } from '../bad-input/valid-inputs.ts'

/*
 * An address that cannot be read is in no network, and a network that cannot be read is not stored. The places are those of the
 * built schema, of the headers of a question, and of the server's variables: one without a row fails the test.
 */

let world: World
let things: Things
let gateway: TestGateway
let module: Gateway
let listener: Listener
let secret: string
beforeAll(async () => {
  world = await startWorld()
  things = await addThings(world)
  const token = world.as.gateway.token ?? ''
  gateway = gatewayWith(token, world)
  module = createGateway({ baseUrl: ORIGIN, token, fetch: (input, init) => world.app.fetch(new Request(input, init)) })
  await module.ready()
  const { trustedProxies } = readConfig({ KEYWARD_TRUST_PROXY: '127.0.0.0/8' })
  listener = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies })
  // The proxy's own address is in the networks: it must not stand in for a client.
  const allowedIps = ['10.0.0.0/8', '127.0.0.0/8']
  secret = (await createKey(world.as.owner, world.ids.project, 'bound', { allowedIps })).secret
})
afterAll(async () => {
  await module?.close({ timeout: 1_000 })
  await listener?.stop(1_000)
  await world?.close()
})

/** Forms of an address in the networks. */
const READ = ['10.0.0.1', '10.0.0.1:4711', '::ffff:10.0.0.1', '[::ffff:10.0.0.1]:443', '::FFFF:0A00:0001']

/** Texts that some program reads as an address in the networks. */
const UNREAD = [
  'unknown',
  '_hidden',
  '10.0.0.1:',
  '10.0.0.1:port',
  '10.0.0.1:123456',
  '[10.0.0.1]:80',
  '010.0.0.1',
  '0012.0.0.1',
  '0xa.0.0.1',
  '10.1',
  '167772161',
  '10.0.0.1.',
  '10.0.0.256',
  '10.0.0.0/8',
  '::10.0.0.1',
  '::ffff:010.0.0.1',
  '10.0.0.1%eth0',
  '10.0.0.1 10.0.0.1',
  'for=10.0.0.1',
]

const isAddress = (name: string): boolean => /(^|[a-z])(ips?|address(es)?|networks?)$/i.test(name)

const reasonOf = (decision: object): string =>
  'reason' in decision && typeof decision.reason === 'string' ? decision.reason : 'ALLOWED'

const reasonOfDoor = async (answer: Promise<Response>): Promise<string> =>
  (await answer).headers.get('keyward-reason') || 'ALLOWED'

/** Asks for a decision with an address of the client. Returns the reason of the denial, or ALLOWED. */
const CLIENTS: Record<string, (clientIp: string) => Promise<string>> = {
  'apiKeysVerify inputs clientIp': async (clientIp) => reasonOf(await gateway.verify({ secret, clientIp })),
  'apiKeysAuthorize inputs clientIp': async (clientIp) => {
    const query = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) {
      apiKeysAuthorize(inputs: $inputs) { ... on ApiKeyDenied { reason } } }`
    const { data } = await gateway.client.ask(query, { inputs: [{ secret, clientIp }] })
    return reasonOf(data.apiKeysAuthorize[0])
  },
  'keyward-client-ip': (clientIp) => reasonOfDoor(gateway.authorize(secret, { 'keyward-client-ip': clientIp })),
  'the body of /authorize': (clientIp) =>
    reasonOfDoor(
      gateway.authorize(
        secret,
        { 'content-type': 'application/json' },
        { method: 'POST', body: JSON.stringify({ clientIp }) },
      ),
    ),
  'the gateway module': async (clientIp) => reasonOf(await module.authorize(secret, { clientIp })),
  'x-forwarded-for': async (clientIp) => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${secret}`,
      'x-forwarded-for': clientIp,
    }
    const body = JSON.stringify({ query: '{ viewer { kind } }' })
    const { status } = await fetch(`${listener.url}/graphql`, { method: 'POST', headers, body })
    return status === 200 ? 'ALLOWED' : status === 401 ? 'IP_NOT_ALLOWED' : `status ${status}`
  },
}

/** Arguments of the graph that hold addresses, each with its operation. */
function placesIn(operations: ReturnType<typeof schema.getQueryType>): [operation: string, place: Place][] {
  return Object.values(operations?.getFields() ?? {}).flatMap(({ name, args }) =>
    args.flatMap((argument) =>
      placesOf(argument.type, [argument.name])
        .filter(({ path }) => path.some((step) => typeof step === 'string' && isAddress(step)))
        .map((place): [string, Place] => [name, place]),
    ),
  )
}

const named = ([operation, { path }]: [string, Place]): string =>
  [operation, ...path.filter((step) => typeof step === 'string')].join(' ')

const places = [...placesIn(schema.getQueryType()), ...placesIn(schema.getMutationType())]
const networks = places.filter(([, { path }]) => path.includes('allowedIps'))

describe('a client address', () => {
  test('has a row in this test for every argument and header that contains one', () => {
    const others = places.filter((place) => !networks.includes(place)).map(named)
    const headers = Object.entries(QUESTION_HEADERS).flatMap(([name, header]) => (isAddress(name) ? [header] : []))
    expect([...new Set(others), ...headers].sort()).toEqual(
      Object.keys(CLIENTS)
        .filter((name) => !/^(the|x)[ -]/.test(name))
        .sort(),
    )
  })

  // Failed with UNREAD read by `new URL`, which takes octal, hexadecimal and short forms.
  test.each(Object.keys(CLIENTS))('in %s matches the allowed networks only if it is well-formed', async (name) => {
    const found: Record<string, string> = {}
    for (const text of [...READ, ...UNREAD]) found[text] = (await CLIENTS[name]?.(text)) ?? ''
    const expected = (texts: string[], outcome: string) => texts.map((text) => [text, outcome])
    expect(found).toEqual(Object.fromEntries([...expected(READ, 'ALLOWED'), ...expected(UNREAD, 'IP_NOT_ALLOWED')]))
  })
})

/** Networks that some program reads. */
const NO_NETWORKS = [
  '010.0.0.0/8',
  '10.0/8',
  '10.0.0.0/33',
  '10.0.0.0/08',
  '0xa000000/8',
  '167772160/8',
  '10.0.0.1:80',
  '[2001:db8::]/32',
  '::10.0.0.0/104',
  'fe80::1%eth0',
  '10.0.0.0-10.0.0.9',
  '10.0.0.0/255.0.0.0',
  '*',
  'unknown',
  '',
]

describe('a network address', () => {
  test('is accepted by mutations of keys and of key policies', () => {
    expect(new Set(networks.map(named)).size).toBeGreaterThanOrEqual(5)
  })

  test.each(networks.map((place): [string, (typeof networks)[number]] => [named(place), place]))(
    'in %s is rejected if it is malformed, and is otherwise stored in canonical form',
    async (_name, [operation, { path }]) => {
      const argument = schema.getMutationType()?.getFields()[operation]?.args[0]
      if (!argument) throw new Error(`${operation} has no input`)
      const rows = operation === 'apiKeysImport' ? '... on ApiKeysImportPayload { outcomes { error { message } } }' : ''
      const query = `mutation ($input: ${argument.type}) {
        ${operation}(${argument.name}: $input) { ... on Error { message } ${rows} } }`
      const base = validInputs(world, things)[operation]
      const run = async (network: string) => {
        const input = put(base, path.slice(1), network, argument.type)
        const { data, errors } = await world.as.owner.ask(query, { input })
        expect(errors, network).toBeUndefined()
        return data[operation].outcomes?.[0].error?.message ?? data[operation].message ?? null
      }
      for (const network of NO_NETWORKS)
        expect(await run(network), network).toMatch(/Must be an IP address or a network/)
      expect(await run('::ffff:192.0.2.9')).toBeNull()
      const stored = await world.database.sql<{ networks: string }>(
        `SELECT allowed_ips::text AS networks FROM api_key UNION ALL SELECT allowed_ips::text FROM key_policy`,
      )
      const all = stored.map(({ networks: text }) => text).join()
      expect(all).toContain('192.0.2.9/32')
      expect(all).not.toContain('::ffff')
      await world.database.sql(`UPDATE api_key SET allowed_ips = '{}', name_key = id::text`)
      await world.database.sql(`UPDATE key_policy SET allowed_ips = '{}'`)
    },
  )
})

describe('the server', () => {
  /** Variables that take addresses or networks, with values that must be rejected. */
  const REJECTED: Record<string, string[]> = {
    KEYWARD_HOST: ['10.0.0.1/8', '10.0.0.1,10.0.0.2', 'a b'],
    KEYWARD_TRUST_PROXY: NO_NETWORKS.filter((network) => network !== ''),
  }

  test.each(Object.entries(VARIABLES).flatMap(([name, { expected }]) => (/IP address/.test(expected) ? [name] : [])))(
    'does not start if an address in %s is malformed',
    (name) => {
      const values = REJECTED[name] ?? []
      expect(values.length).toBeGreaterThan(2)
      for (const value of values) {
        for (const given of [value, `10.0.0.1, ${value}`]) {
          expect(() => readConfig({ [name]: given }), given).toThrow(name)
        }
      }
    },
  )
})
