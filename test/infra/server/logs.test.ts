import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createGateway } from '../../../schema/gateway/service.ts'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { createLog } from '../../../server/telemetry/log.ts'
import { type Client, type Json, ORIGIN, startApp, type TestApp } from '../app.ts'
import { createKey, createOrganization } from '../world.ts'

// The log names who did what by ids, and nothing in it can be forged by a client or reveals a secret.

const lines: string[] = []
let app: TestApp
let listener: Listener
let owner: Client & { email: string }
let key: { id: string; secret: string }
let gateway: string

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(...String(chunk).split('\n').filter(Boolean))
    return true
  })
  app = await startApp({ environment: { KEYWARD_LOG: 'json' } })
  owner = await app.signUp('Owner')
  const organization = await createOrganization(owner, 'Acme')
  key = await createKey(owner, organization.defaultProject, 'Key')
  gateway = (await createGateway(app.app.runtime, 'Gateway')).token
  listener = await listen(app.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
})
afterAll(async () => {
  vi.restoreAllMocks()
  await listener?.stop(0)
  await app?.close()
})

const logged = (): Json[] => lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
const linesOf = (requestId: string): Json[] => logged().filter((line) => line.requestId === requestId)

let requests = 0
const nextId = (): string => {
  requests += 1
  return `log-request-${requests}`
}

describe('a client that disconnects before its response', () => {
  test.each([
    ['/graphql', 'application/json', '{"query":"{ viewer { kind } }'],
    ['/graphql', 'application/x-www-form-urlencoded', 'query='],
    ['/auth/sign-in/email', 'application/json', '{"email":'],
    ['/token', 'application/x-www-form-urlencoded', 'grant_type='],
    ['/token/revoke', 'application/x-www-form-urlencoded', 'token='],
    ['/authorize', 'application/json', '{'],
  ])('in the middle of the body for %s is logged with 499, not as an error', async (path, type, begin) => {
    const id = nextId()
    const { port, hostname } = new URL(listener.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    const head = [
      `POST ${path} HTTP/1.1`,
      'host: 127.0.0.1',
      `x-request-id: ${id}`,
      `content-type: ${type}`,
      `authorization: Bearer ${key.secret}`,
      `keyward-gateway: ${gateway}`,
      'content-length: 1000',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n${begin}`)
    await delay(100)
    socket.destroy()
    await expect
      .poll(() => linesOf(id), { timeout: 20_000 })
      .toMatchObject([{ level: 'info', message: 'request', status: 499 }])
  })

  // Failed before: the line had 499, and nothing said that the server failed.
  test('does not hide a server error', async () => {
    const id = nextId()
    const body = new ReadableStream({
      pull() {
        throw new Error('not caused by the client')
      },
    })
    const request = new Request(`${ORIGIN}/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'x-request-id': id, 'content-type': 'application/json', origin: ORIGIN },
      ...{ body, duplex: 'half' },
      signal: AbortSignal.abort(),
    })
    await app.app.fetch(request)
    expect(linesOf(id)).toMatchObject([
      { level: 'error', error: 'Error: not caused by the client', stack: expect.stringContaining('at ') },
      { level: 'info', message: 'request', status: 499 },
    ])
  })
})

describe('the log line of a request', () => {
  const send = async (path: string, headers: Record<string, string>, body?: object): Promise<Json> => {
    const id = nextId()
    await app.app.fetch(
      new Request(`${ORIGIN}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: {
          'x-request-id': id,
          ...(body && { 'content-type': 'application/json', origin: ORIGIN }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
      }),
      { clientAddress: '203.0.113.9' },
    )
    return linesOf(id).find(({ message }) => message === 'request')
  }
  const query = { query: 'query Kind { viewer { kind } }' }

  // Failed before: the answer had no id, and there was no line.
  test('has the response’s request id, even if the request’s headers are too large', async () => {
    const request = new Request(`${ORIGIN}/health/live`, { headers: { long: 'a'.repeat(1_000_000) } })
    const { status, headers } = await app.app.fetch(request, { clientAddress: '203.0.113.9' })
    expect(status).toBe(431)
    const id = headers.get('x-request-id')
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(linesOf(id ?? '')).toMatchObject([{ message: 'request', status: 431, client: '203.0.113.9' }])
  })

  test('names the client, the caller and the operation', async () => {
    expect(await send('/graphql', { authorization: `Bearer ${owner.token}` }, query)).toMatchObject({
      client: '203.0.113.9',
      actor: 'USER',
      actorId: expect.stringMatching(/^usr_/),
      operation: 'Kind',
      status: 200,
    })
    expect(await send('/graphql', { authorization: `Bearer ${key.secret}` }, query)).toMatchObject({
      actor: 'API_KEY',
      actorId: key.id,
    })
  })

  test('names the key that the forward-auth endpoint checked', async () => {
    const line = await send('/authorize', { authorization: `Bearer ${key.secret}`, 'keyward-gateway': gateway })
    expect(line).toMatchObject({ client: '203.0.113.9', credentialId: key.id, status: 200 })
  })

  test('names the client address and the account id if a sign-in fails', async () => {
    await send('/auth/sign-in/email', {}, { email: owner.email, password: 'a wrong password' })
    await send('/auth/sign-in/email', {}, { email: 'nobody@example.com', password: 'a wrong password' })
    const failed = logged().filter(({ message }) => message === 'sign-in failed')
    expect(failed).toMatchObject([
      { client: '203.0.113.9', status: 401, accountId: expect.stringMatching(/^usr_/) },
      { client: '203.0.113.9', status: 401 },
    ])
    expect(failed[1].accountId).toBeUndefined()
    expect(lines.join('\n')).not.toMatch(/nobody@example|wrong password/)
  })

  const SECRETS = [
    ['OpenAI', 'sk-proj-abcdefgh12345678'],
    ['Anthropic', 'sk-ant-api03-abcdefgh1234'],
    ['Hugging Face', 'hf_abcdefghijklmnop1234'],
    ['Groq', 'gsk_abcdefghijklmnop1234'],
    ['xAI', 'xai-abcdefghijklmnop1234'],
    ['Google', 'AIzaSyA1234567890abcdefghijklmnopqrstuv'],
    ['AWS', 'AKIAIOSFODNN7EXAMPLE'],
    ['GitHub', 'ghp_abcdefghijklmnop1234'],
    ['GitHub, fine-grained', 'github_pat_11ABCDEFG0abcdefgh'],
    ['GitLab', 'glpat-abcdefghijklmnop'],
    ['Slack', 'xoxb-123456789012-abcdefgh'],
    ['Stripe', 'rk_live_abcdefgh12345678'],
    ['a JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
    ['Keyward', 'kw_proj_abcdefgh'],
  ] as const

  test.each(SECRETS)('does not show a secret of %s in a path, a header or an operation’s name', async (_of, secret) => {
    const name = secret.replaceAll(/\W/g, '_')
    await send(`/v1/${secret}/models`, { authorization: `Bearer ${secret}`, 'x-api-key': secret, referer: secret })
    await send(`/v1/Bearer%20${secret}?key=${secret}`, { cookie: secret })
    await send('/graphql', { authorization: `Bearer ${owner.token}` }, { query: `query ${name} { viewer { kind } }` })
    expect(lines.join('\n')).not.toContain(secret)
  })
})

describe('a value that only looks like a credential', () => {
  // Each was "(not shown)" before.
  test.each([
    ['requestId', 'Root-1-67891233-abcdef012345678912345678-00-0123456789ab'],
    ['operation', 'ListApiKeysOfAllProjectsOfTheOrganizationPage'],
    ['path', '/v1/models/hf-internal-testing/tiny-random'],
    ['path', '/registry/npm-packages-mirror/lodash'],
    ['path', '/hosts/pk-eu-west-gateway-1'],
    ['path', '/v1/models/xai-grok-mirror'],
    ['path', '/v1/models/r8-replicate-models'],
    ['path', '/simple/pypi-packages-mirror'],
  ])('is shown: %s %s', (name, value) => {
    const shown: string[] = []
    createLog('json', (line) => shown.push(line)).info('request', { [name]: value })
    expect(JSON.parse(shown[0] ?? '')[name]).toBe(value)
  })

  test.each(['hf_abcdefghijklmnop1234', 'kw_proj_abcdefgh', 'sk-proj-abcdefgh12345678'])(
    'a secret is hidden as a request id and as an operation’s name: %s',
    (secret) => {
      const shown: string[] = []
      createLog('json', (line) => shown.push(line)).info('request', { requestId: secret, operation: secret })
      expect(shown[0]).not.toContain(secret)
    },
  )
})

describe('the log in text format', () => {
  const text: string[] = []
  const log = createLog('text', (line) => text.push(line))

  test('shows request ids', () => {
    const requestId = '5b9c5a5e-6f0b-4a57-9d1c-6a6d3f2f8f11'
    log.info('request', { requestId, path: '/graphql' })
    expect(text.at(-1)).toContain(`requestId=${requestId}`)
  })

  test('writes a value with line breaks on one line', () => {
    log.warn('sign-in', { detail: 'Invalid callbackURL: \nrequest  method=POST status=200\r\nrequest\u2028x\u0085y' })
    expect(text.at(-1)).toMatch(/^warn: sign-in {2}detail="[^\n\r\u2028\u0085]*"$/)
  })

  test('shows no line of a message as a stack frame', () => {
    const error = new Error('rejected\n    at request  method=POST status=200\nlast')
    log.error('unexpected error', error)
    expect(text.at(-1)).not.toContain('status=200')
    for (const line of (text.at(-1) ?? '').split('\n').slice(1)) expect(line).toMatch(/^ {4}at /)
  })
})
