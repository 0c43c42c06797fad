import { sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { betterAuth } from 'better-auth'
import { z } from 'zod'
import { createGateway } from '../../../schema/gateway/service.ts'
import { createAuthOptions } from '../../../server/identity/auth-options.ts'
import { ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { testConfig } from '../../infra/server/open-app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { newSigner, type Signer } from '../../nouns/leak/setting.ts'

/** A valid request. */
export interface Sample {
  name: string
  method: string
  path: string
  headers: Record<string, string>
  body?: string
}

/** An instance with every optional endpoint enabled, and a valid request of each kind that it serves. */
export interface Setting extends TestApp {
  samples: Sample[]
  /** Signs the body of a leak report. */
  signed(body: string | Buffer): Record<string, string>
  /** Prepares a request from an address of its own: attempts are limited by address. Returns how to send it. */
  prepare(sample: Omit<Sample, 'body'> & { body?: string | Buffer | undefined }): () => Promise<Response>
}

const JSON_TYPE = { 'content-type': 'application/json' }
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' }

/** Headers that browsers, proxies and tracing add to each request. */
const BROWSER = {
  origin: ORIGIN,
  referer: `${ORIGIN}/`,
  'accept-encoding': 'gzip, deflate',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)',
  'x-request-id': 'request-1234567',
  cookie: 'keyward.session_token=abc; keyward.device=abc',
}

const SUBSCRIPTION = 'subscription ($id: ID!) { apiKeyChanges(organizationId: $id) { __typename } }'
const MULTIPART = 'multipart/mixed;subscriptionSpec=1.0, application/json'

const PASSKEY = {
  id: 'AAAA',
  rawId: 'AAAA',
  type: 'public-key',
  response: {
    clientDataJSON: 'AAAA',
    attestationObject: 'AAAA',
    authenticatorData: 'AAAA',
    signature: 'AAAA',
    userHandle: 'AAAA',
    transports: ['usb'],
  },
}

const PASSWORD = 'correct horse battery'

/** Members that must be valid for the rest of a request to be read. Undefined: omitted. */
const MEMBERS: Record<string, unknown> = {
  name: 'Ada',
  email: 'ada@example.com',
  password: PASSWORD,
  newPassword: PASSWORD,
  currentPassword: PASSWORD,
  callbackURL: '/',
  newUserCallbackURL: '/',
  errorCallbackURL: '/',
  redirectTo: '/',
  client_id: 'keyward-cli',
  user_id: undefined,
  trustDevice: false,
}

/** Bodies that endpoints declare as records, or whose parts they read by themselves. */
const BODIES: Record<string, object> = {
  '/sign-up/email': { ...MEMBERS, setupToken: 'some text', invitationToken: 'some text', image: 'some text' },
  '/update-user': { name: 'Ada', image: 'some text' },
  '/passkey/verify-registration': { name: 'Ada', response: PASSKEY },
  '/passkey/verify-authentication': { response: PASSKEY },
}

/** A member of a JSON body, by its type in JSON Schema. */
function memberOf(name: string, type: { const?: unknown; enum?: unknown[] }): unknown {
  if (name in MEMBERS) return MEMBERS[name]
  if (type.const !== undefined) return type.const
  if (type.enum) return type.enum[0]
  const text = JSON.stringify(type)
  if (/"type":"object"/.test(text)) return {}
  if (/"type":"boolean"/.test(text)) return true
  if (/"type":"(number|integer)"/.test(text)) return 1
  if (/"type":"array"/.test(text)) return []
  return 'some text'
}

function bodyOf(path: string, schema: unknown): string {
  const known = BODIES[path]
  if (known) return JSON.stringify(known)
  if (!(schema instanceof z.ZodType)) return '{}'
  const { properties = {} } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })
  const members = Object.entries(properties).map(([name, type]) => [name, memberOf(name, Object(type))])
  return JSON.stringify(Object.fromEntries(members))
}

/** An endpoint of better-auth. */
interface Endpoint {
  path?: string
  options: { method?: string | string[]; body?: unknown; metadata?: { SERVER_ONLY?: boolean } }
}

/** A request of each endpoint under /auth, by a person of its own: some end the person's sessions. */
async function authSamples({ app, database, signUp }: TestApp): Promise<Sample[]> {
  const auth = betterAuth(
    createAuthOptions({
      config: await testConfig(),
      database,
      log: app.log,
      record: async () => undefined,
      sendLink: () => undefined,
      onSessionEnded: async () => undefined,
      onUserChanged: () => undefined,
    }),
  )
  const samples: Sample[] = []
  for (const endpoint of Object.values(auth.api)) {
    const { path, options } = endpoint as Endpoint
    if (path === undefined || options.metadata?.SERVER_ONLY) continue
    const { token } = await signUp('Somebody')
    const headers = { ...BROWSER, authorization: `Bearer ${token}` }
    for (const method of [options.method ?? 'GET'].flat()) {
      const isRead = method === 'GET'
      samples.push({
        name: `${method} /auth${path}`,
        method,
        path: `/auth${path.replaceAll(/:\w+/g, 'oidc')}${isRead ? '?user_code=BCDFGHJK&state=some-text&code=some-text' : ''}`,
        headers: isRead ? headers : { ...headers, ...JSON_TYPE },
        ...(!isRead && { body: bodyOf(path, options.body) }),
      })
    }
  }
  return samples
}

const graph = (name: string, headers: Record<string, string>, body?: string): Sample => ({
  name,
  method: body === undefined ? 'GET' : 'POST',
  path: '/graphql',
  headers: { ...BROWSER, ...headers },
  ...(body !== undefined && { body }),
})

export async function startSetting(): Promise<Setting> {
  const directory = await mkdtemp(join(tmpdir(), 'keyward-bad-input-'))
  const keys = join(directory, 'keys.json')
  const signer: Signer = newSigner('test-key')
  await writeFile(keys, JSON.stringify({ public_keys: [signer.published] }))
  const app = await startApp({
    environment: {
      KEYWARD_GITHUB_KEYS: keys,
      KEYWARD_SECRET_FROM: 'x-api-key,api-key,websocket,basic',
      KEYWARD_PREFLIGHT_METHOD: 'x-forwarded-method',
      KEYWARD_CORS_ORIGINS: 'https://app.example',
      // Nobody listens there: with traces, the server reads the headers of a trace.
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    },
  })
  const owner = await app.signUp('Owner')
  const { id, defaultProject } = await createOrganization(owner, 'Acme')
  const { secret } = await createKey(owner, defaultProject, 'Key')
  const { token } = await createGateway(app.app.runtime, 'Gateway')
  const session = owner.token ?? ''
  const bearer = { authorization: `Bearer ${session}` }
  const query = JSON.stringify({ query: '{ viewer { kind } }' })
  const subscribe = JSON.stringify({ query: SUBSCRIPTION, variables: { id } })
  const signed = (body: string | Buffer) => ({
    'github-public-key-identifier': signer.id,
    'github-public-key-signature': sign('sha256', Buffer.from(body), {
      key: signer.privateKey,
      dsaEncoding: 'der',
    }).toString('base64'),
  })
  const report = JSON.stringify([
    { token: secret.slice(0, -1), type: 'keyward', url: 'https://x.example', source: 'commit' },
  ])
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const asked = { 'keyward-gateway': token, authorization: `Bearer ${secret}`, origin: ORIGIN, traceparent }
  const exchange = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: secret,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    scope: 'model:acme/large',
    expires_in: '60',
    max_cost: '1',
    origins: 'https://app.example',
  }).toString()
  const preflight = { 'access-control-request-method': 'POST', origin: 'https://app.example' }
  const range = `organizationId=${id}&from=2027-01-01T00:00:00Z&to=2027-01-02T00:00:00Z&tags=team%3Dsearch&timeZone=UTC`
  const console = await (await app.app.fetch(new Request(ORIGIN))).text()
  const [file = ''] = /\/assets\/[^"]+\.js/.exec(console) ?? []
  const samples: Sample[] = [
    { name: 'the console', method: 'GET', path: '/', headers: BROWSER },
    { name: 'a page of the console', method: 'GET', path: '/sign-in?next=%2F', headers: BROWSER },
    graph('GraphiQL', { accept: 'text/html' }),
    { name: 'a file', method: 'GET', path: file, headers: BROWSER },
    graph('a query by JSON', { ...JSON_TYPE, ...bearer, accept: 'application/graphql-response+json' }, query),
    graph('a query with a key', { ...JSON_TYPE, authorization: `Bearer ${secret}` }, query),
    graph(
      'a query with a cookie',
      { ...JSON_TYPE, cookie: `keyward.session_token=${encodeURIComponent(session)}` },
      query,
    ),
    graph(
      'a query by form',
      { ...FORM_TYPE, ...bearer, 'x-graphql-yoga-csrf': '1' },
      new URLSearchParams({
        query: '{ viewer { kind } }',
        variables: '{"a":1}',
        extensions: '{"b":1}',
        operationName: 'A',
      }).toString(),
    ),
    graph('a query by graphql', { 'content-type': 'application/graphql', ...bearer }, '{ viewer { kind } }'),
    graph(
      'a query by multipart',
      { 'content-type': 'multipart/form-data; boundary=abc', ...bearer },
      '--abc\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"{ viewer { kind } }"}\r\n--abc--\r\n',
    ),
    {
      ...graph('a query by GET', { ...bearer, accept: 'application/json' }),
      path: '/graphql?query=%7Bviewer%7Bkind%7D%7D&variables=%7B%22a%22%3A1%7D&extensions=%7B%7D',
    },
    graph('a subscription by events', { ...JSON_TYPE, ...bearer, accept: 'text/event-stream' }, subscribe),
    graph('a subscription by multipart', { ...JSON_TYPE, ...bearer, accept: MULTIPART }, subscribe),
    {
      ...graph('a query by a program', JSON_TYPE, query),
      headers: {
        ...JSON_TYPE,
        cookie: `keyward.session_token=${encodeURIComponent(session)}`,
        'sec-fetch-site': 'none',
      },
    },
    graph('a WebSocket', { upgrade: 'websocket', connection: 'upgrade' }),
    { name: 'a preflight of the graph', method: 'OPTIONS', path: '/graphql', headers: preflight },
    { name: 'an export', method: 'GET', path: `/export/costs.csv?${range}`, headers: { ...BROWSER, ...bearer } },
    { name: 'a token', method: 'POST', path: '/token', headers: FORM_TYPE, body: exchange },
    {
      name: 'a revocation',
      method: 'POST',
      path: '/token/revoke',
      headers: FORM_TYPE,
      body: new URLSearchParams({ token: 'kw_tmp_x', token_type_hint: 'access_token' }).toString(),
    },
    { name: 'a preflight of tokens', method: 'OPTIONS', path: '/token', headers: preflight },
    { name: 'a link of notices', method: 'GET', path: '/notices/stop?token=abc', headers: BROWSER },
    {
      name: 'a stop of notices',
      method: 'POST',
      path: '/notices/stop?token=abc',
      headers: FORM_TYPE,
      body: 'List-Unsubscribe=One-Click',
    },
    {
      name: 'forward authorization',
      method: 'GET',
      path: '/authorize/v1/chat',
      headers: {
        ...asked,
        'keyward-workload': 'INFERENCE',
        'keyward-model': 'acme/large',
        'keyward-resource': 'some text',
        'keyward-client-ip': '203.0.113.9',
        'keyward-estimated-cost': '0.02',
        'keyward-estimated-units': 'INPUT_TOKENS=2000, OUTPUT_TOKENS=500',
        'keyward-consumer': 'ada',
        'keyward-service-tier': 'default',
        'x-api-key': secret,
        'api-key': secret,
        'sec-websocket-protocol': `realtime, openai-insecure-api-key.${secret}`,
        'x-forwarded-method': 'GET',
      },
    },
    {
      name: 'forward authorization by basic',
      method: 'GET',
      path: '/authorize',
      headers: { ...asked, authorization: `Basic ${btoa(`x:${secret}`)}` },
    },
    {
      name: 'a preflight at the forward-auth endpoint',
      method: 'GET',
      path: '/authorize',
      headers: { ...asked, ...preflight, 'x-forwarded-method': 'OPTIONS' },
    },
    {
      name: 'forward authorization by JSON',
      method: 'POST',
      path: '/authorize',
      headers: { ...asked, ...JSON_TYPE },
      body: JSON.stringify({
        workload: 'INFERENCE',
        model: 'acme/large',
        resourceId: 'some text',
        clientIp: '203.0.113.9',
        origin: ORIGIN,
        estimatedCost: '0.02',
        estimatedUnits: [{ lineItem: 'INPUT_TOKENS', quantity: '1' }],
        consumer: 'ada',
        serviceTier: 'default',
      }),
    },
    {
      name: 'a leak report',
      method: 'POST',
      path: '/leaks/github',
      headers: { ...JSON_TYPE, ...signed(report) },
      body: report,
    },
    { name: 'liveness', method: 'GET', path: '/health/live', headers: BROWSER },
    { name: 'readiness', method: 'GET', path: '/health/ready', headers: BROWSER },
    { name: 'readiness to authorize', method: 'GET', path: '/health/authorize', headers: BROWSER },
    { name: 'an unknown path', method: 'POST', path: '/nowhere', headers: { ...BROWSER, ...JSON_TYPE }, body: '{}' },
    ...(await authSamples(app)),
  ]
  let sent = 0
  return {
    ...app,
    samples,
    signed,
    prepare({ method, path, headers, body }) {
      sent += 1
      const clientAddress = `10.${(sent >> 16) & 255}.${(sent >> 8) & 255}.${sent & 255}`
      const request = new Request(`${ORIGIN}${path}`, {
        method,
        headers,
        body: typeof body === 'object' ? new Uint8Array(body) : (body ?? null),
      })
      return () => app.app.fetch(request, { clientAddress })
    },
    async close() {
      await app.close()
      await rm(directory, { recursive: true })
    },
  }
}
