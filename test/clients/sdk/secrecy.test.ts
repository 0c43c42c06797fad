import { inspect } from 'node:util'
import { ApiError, Keyward } from '@keyward/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { redact } from '../../../sdk/src/internal/secrets.ts'
import { ORIGIN } from '../../infra/app.ts'
import { answer, refusalOf, type SdkWorld, startSdkWorld } from './world.ts'

let world: SdkWorld

beforeAll(async () => {
  world = await startSdkWorld()
})
afterAll(() => world.close())

const CANARY = 'canary-4f1d"quoted\\and; more'

/** Everything of an error that a log could contain. */
const everythingOf = (error: unknown): string =>
  [
    inspect(error, { depth: 20, showHidden: true }),
    JSON.stringify(error),
    String(error),
    error instanceof Error ? error.stack : '',
  ].join('\n')

function expectSecret(error: unknown, ...secrets: string[]): void {
  expect(error).toBeInstanceOf(Error)
  const everything = everythingOf(error)
  for (const secret of secrets) {
    expect(everything).not.toContain(secret)
    expect(everything).not.toContain(JSON.stringify(secret).slice(1, -1))
    expect(everything).not.toContain(secret.slice(0, 12))
  }
}

test('a mutation error contains the conflicting name, but no secrets from the input', async () => {
  const { owner, ownerToken, projectId, organizationId } = world
  const name = 'a-canary-name-of-a-key'
  await owner.apiKeys.create({ projectId, name })
  const idempotencyKey = 'canary-idempotency-key-0123456789'
  const taken = await refusalOf(owner.apiKeys.create({ projectId, name }, { idempotencyKey }))
  expect(taken).toMatchObject({ field: 'name' })
  expectSecret(taken, idempotencyKey)
  expectSecret(
    await refusalOf(owner.legacyKey.import({ organizationId, secret: 'canary-short' })),
    'canary-short',
    ownerToken,
  )
  const refused = await refusalOf(owner.apiKeys.update({ id: 'key_canary_1234567890', name: CANARY }))
  expectSecret(refused, CANARY, 'key_canary_1234567890')
})

test('the error for a document’s invalid variables does not quote their values', async () => {
  const { owner, organizationId } = world
  const document = 'mutation Own($input: LegacyKeyImportInput!) { legacyKeyImport(input: $input) { __typename } }'
  const shapes = [
    { organizationId, secret: { nested: CANARY } },
    { organizationId, secret: CANARY, more: CANARY },
    { organizationId, secret: [CANARY, `${CANARY} again`], padding: 'canary-padding '.repeat(200) },
    CANARY,
  ]
  for (const input of shapes) {
    const error = await refusalOf(owner.request(document, { input }))
    expect(error).toMatchObject({ code: 'BAD_REQUEST' })
    expectSecret(error, CANARY, 'canary-padding')
  }
})

test('an error contains no credentials, even if the server, fetch or a header repeats them', async () => {
  const token = 'kw_svc_canary0000000000000000000000000000000000000'
  const tells = async (_url: string, init: RequestInit) =>
    answer({ errors: [{ message: `You sent ${JSON.stringify(init)}`, extensions: { code: 'INTERNAL' } }] }, 500)
  const throws = async (_url: string, init: RequestInit): Promise<Response> => {
    throw new TypeError(`Headers.append: ${JSON.stringify(init)}`, { cause: Object.assign(new Error(token), { init }) })
  }
  const html = async () => new Response(`<p>${token}</p>`, { status: 502 })
  const headers = { 'x-proxy': 'canary-proxy-password' }
  for (const fetch of [tells, throws, html]) {
    const client = new Keyward({ baseUrl: ORIGIN, token, fetch, headers, maxRetries: 0 })
    const error = await refusalOf(client.organizations.create({ name: CANARY }))
    expect(error).toBeInstanceOf(ApiError)
    expectSecret(error, token, 'canary-proxy-password')
    expect(inspect(client, { depth: 20, showHidden: true })).not.toContain('canary')
    expect(JSON.stringify(client)).not.toContain('canary')
  }
  const made = (options: object) => refusalOf((async () => new Keyward(options))())
  expectSecret(await made({ token: `${token}\n` }), token)
  expectSecret(await made({ token, headers: { 'x-proxy': `${CANARY}\n` } }), CANARY)
  expectSecret(await made({ token, baseUrl: `http://user:${token}@127.0.0.1` }), token)
})

test('redaction removes sent credentials and texts that look like secrets, but not names', () => {
  expect(redact('A live key is called "production-eu" already.', [])).toContain('"production-eu"')
  expect(redact('The project kw_team and the key kw_prod_eu are there.', [])).toContain(
    'kw_team and the key kw_prod_eu',
  )
  expect(redact(`kw_proj_${'a1'.repeat(24)}9 is wrong`, [])).toBe('… is wrong')
  expect(redact('Shortened at kw_proj_0123456789abcdef', [])).toBe('Shortened at …')
  expect(redact('Sent "authorization: Bearer abc.def/ghi=" twice', [])).toBe('Sent "authorization: Bearer …" twice')
  expect(redact('The password is open-sesame', ['open-sesame', 'is'])).toBe('The password is …')
})
