import { afterAll, beforeAll, expect, test } from 'vitest'
import { MAX_ORIGINS, readOrigin } from '../../../schema/child-token/origins.ts'
import { ORIGIN } from '../../infra/app.ts'
import { createKey, sha256, startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

/*
 * Child tokens that are bound to the origins of web pages. Each entry point denies them to other pages:
 * test/clients/gateway-module/conformance.test.ts, and browser.test.ts there in a browser.
 */

let world: World
let gateway: TestGateway
beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
})
afterAll(() => world?.close())

test.each([
  ['https://app.example.com', 'https://app.example.com'],
  ['HTTPS://App.Example.com:443/', 'https://app.example.com'],
  ['https://app.example.com:8443', 'https://app.example.com:8443'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['https://192.0.2.1', 'https://192.0.2.1'],
  ['https://[2001:DB8::1]', 'https://[2001:db8::1]'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://[::1]', 'http://[::1]'],
])('the origin %s is normalized to the form that browsers send: %s', (text, origin) => {
  expect(readOrigin(text)).toBe(origin)
})

test.each([
  '',
  'null',
  '*',
  'app.example.com',
  'http://app.example.com',
  'http://localhost.example.com',
  'https://*.example.com',
  'https://app.example.com/path',
  'https://app.example.com?query',
  'https://app.example.com#part',
  'https://user:password@app.example.com',
  'https://a.example, https://b.example',
  'ftp://app.example.com',
  'file:///index.html',
  'chrome-extension://abcdefghijklmnop',
  `https://${'a'.repeat(250)}.example`,
])('the text `%s` is not an origin', (text) => {
  expect(readOrigin(text)).toBeNull()
})

const exchange = async (secret: string, origins?: string) => {
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: secret,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    ...(origins !== undefined && { origins }),
  })
  const response = await world.app.fetch(new Request(`${ORIGIN}/token`, { method: 'POST', body: form }))
  return (await response.json()) as Record<string, string>
}

const decide = async (secret: string, origin?: string) => (await gateway.verify({ secret, origin })).reason ?? 'ALLOWED'

test('the token endpoint restricts a token to several origins', async () => {
  const { secret } = await createKey(world.as.owner, world.ids.project, 'bound')
  const answer = await exchange(secret, 'https://a.example  https://B.example/ https://a.example')
  expect(answer.origins).toBe('https://a.example https://b.example')
  const token = answer.access_token ?? ''
  expect([
    await decide(token, 'https://a.example'),
    await decide(token, 'https://b.example'),
    await decide(token, 'https://c.example'),
    await decide(token),
  ]).toEqual(['ALLOWED', 'ALLOWED', 'ORIGIN_NOT_ALLOWED', 'ORIGIN_NOT_ALLOWED'])
  const unbound = await exchange(secret)
  expect(unbound).not.toHaveProperty('origins')
  expect(await decide(unbound.access_token ?? '', 'https://c.example')).toBe('ALLOWED')
})

// Failed while a parameter of spaces was read as if it was omitted: the token then worked in every page.
test.each([
  ['without an origin', ' '],
  ['with a wildcard', 'https://*.example.com'],
  ['with too many origins', Array.from({ length: MAX_ORIGINS + 1 }, (_, at) => `https://${at}.example`).join(' ')],
])('the token endpoint rejects the parameter `origins` %s', async (_what, origins) => {
  const { secret } = await createKey(world.as.owner, world.ids.project, `not bound: ${origins.slice(0, 30)}`)
  const answer = await exchange(secret, origins)
  expect(answer).toEqual({ error: 'invalid_request', error_description: expect.stringContaining('`origins`') })
})

test('apiKeyTokenCreate restricts a token to origins, and an error names an invalid origin', async () => {
  const { id } = await createKey(world.as.owner, world.ids.project, 'bound by its administrator')
  const create = (origins: string[]) => world.as.owner.mutate('apiKeyTokenCreate', { id, origins }, 'token')
  const { token } = await create(['https://App.example/'])
  expect([await decide(token, 'https://app.example'), await decide(token)]).toEqual(['ALLOWED', 'ORIGIN_NOT_ALLOWED'])
  expect(await create(['https://app.example', 'app.example'])).toMatchObject({
    __typename: 'ValidationError',
    message: expect.stringContaining('origin of a web page'),
  })
  const [event] = await world.database.sql<{ details: string }>(
    `SELECT details::text FROM audit_event WHERE action = 'apiKey.tokenCreated' ORDER BY sequence DESC LIMIT 1`,
  )
  expect(event?.details).toContain('https://app.example')
})

test('a gateway that does not check origins receives no tokens that are restricted to origins', async () => {
  const { secret } = await createKey(world.as.owner, world.ids.project, 'seen by an old gateway')
  const { access_token: token = '' } = await exchange(secret, 'https://app.example')
  const secretHashes = [sha256(token)]
  const query = 'query ($input: GatewayLookUpInput!) { gatewayLookUp(input: $input) { credentials { origins } } }'
  const lookUp = async (input: object) =>
    (await gateway.client.ask(query, { input: { secretHashes, ...input } })).data.gatewayLookUp.credentials
  expect(await lookUp({})).toEqual([])
  expect(await lookUp({ checksOrigins: true })).toEqual([{ origins: ['https://app.example'] }])
})
