import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Keyward } from '@keyward/sdk'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { type Receiver, startReceiver } from '../../nouns/webhook/receiver.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts'
import { type ServerProcess, startServer } from './server-process.ts'

// Traces and metrics by OTLP, from a server that runs as its users run it.

const run = promisify(execFile)
const [SERVER, CLIENT] = [2, 3]
const EMAIL = 'ada.traced@people.example'
const PASSWORD = 'hunter2-hunter2-hunter2'

const traceparent = (flags = '01') => {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')]
  return { traceId, spanId, header: `00-${traceId}-${spanId}-${flags}` }
}

let template: TestDatabase
let collector: OtlpReceiver
let receiver: Receiver
let server: ServerProcess | undefined

beforeEach(async () => {
  template = await createTestDatabase()
  collector = await startOtlpReceiver()
  receiver = await startReceiver()
})
afterEach(async () => {
  server?.process.kill('SIGKILL')
  await server?.ended
  server = undefined
  await template?.drop()
  await collector?.close()
  await receiver?.close()
})

/** Exports as JSON, which the collector reads, and soon. */
const exporting = (more: Record<string, string> = {}) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_BSP_SCHEDULE_DELAY: '50',
  OTEL_METRIC_EXPORT_INTERVAL: '200',
  KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow',
  ...more,
})

async function start(environment: Record<string, string>): Promise<ServerProcess> {
  server = await startServer(template.url, environment)
  return server
}

const ofTrace = (traceId: string): ReceivedSpan[] => collector.spans().filter((span) => span.traceId === traceId)

/** An organization with a webhook, made by a client whose requests are not traced. */
async function setUp(at: ServerProcess, token: string, path = '/hooks') {
  const client = new Keyward({ baseUrl: at.url, token })
  const organization = await client.organizations.create({ name: 'Traced' })
  const { id: organizationId, defaultProject } = organization
  const made = await client.webhooks.create({ organizationId, url: receiver.url.replace('/hooks', path) })
  return { client, organizationId, projectId: defaultProject?.id ?? '', signingSecret: made.secret }
}

/** Creates a gateway as the operator does. */
async function createGateway(): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    [join(inject('build'), 'keyward-server.js'), 'gateway', 'create', 'edge', '--json'],
    {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: template.url,
        KEYWARD_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
        KEYWARD_SESSION_SECRET: 'a secret of the tests, long enough for anybody',
      },
    },
  )
  return JSON.parse(stdout).token
}

describe('traces', () => {
  test('a trace that starts in the SDK includes the operation, its statements and the webhook delivery', async () => {
    const at = await start(exporting())
    const token = await at.signUp(EMAIL, PASSWORD)
    const { projectId } = await setUp(at, token)
    const before = receiver.received.length
    const { traceId, spanId, header } = traceparent()
    const client = new Keyward({ baseUrl: at.url, token, traceparent: () => header })
    const { apiKey } = await client.apiKeys.create({ projectId, name: 'traced' })
    const delivered = await expect
      .poll(() =>
        receiver.received
          .slice(before)
          .find(({ body }) => body.type === 'API_KEY_CREATED' && body.data.target.id === apiKey.id),
      )
      .toBeDefined()
      .then(() => receiver.received.slice(before).find(({ body }) => body.data.target.id === apiKey.id))
    const sent = String(delivered?.headers.traceparent)
    expect(sent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))

    const find = (name: string) => ofTrace(traceId).find((span) => span.name === name)
    // Its last span to end.
    await expect.poll(() => find('deliver webhook')).toBeDefined()
    const request = find('POST /graphql')
    expect(request).toMatchObject({
      kind: SERVER,
      parentSpanId: spanId,
      attributes: { 'http.request.method': 'POST', 'http.route': '/graphql', 'http.response.status_code': 200 },
      resource: { 'service.name': 'keyward', 'telemetry.sdk.language': 'nodejs' },
    })
    const operation = find('mutation apiKeyCreate')
    expect(operation).toMatchObject({
      parentSpanId: request?.spanId,
      attributes: { 'graphql.operation.type': 'mutation', 'graphql.operation.name': 'ApiKeysCreate' },
    })
    const statements = ofTrace(traceId).filter((span) => span.attributes['db.system.name'] === 'postgresql')
    const inserted = statements.find((span) => span.name === 'INSERT api_key')
    expect(inserted).toMatchObject({ kind: CLIENT, parentSpanId: operation?.spanId })
    expect(statements.map(({ name }) => name)).toEqual(expect.arrayContaining(['BEGIN', 'COMMIT']))
    const delivery = find('deliver webhook')
    expect(delivery?.parentSpanId).toBe(operation?.spanId)
    expect(find('POST')).toMatchObject({
      kind: CLIENT,
      spanId: sent.slice(36, 52),
      parentSpanId: delivery?.spanId,
      attributes: { 'server.address': '127.0.0.1', 'http.response.status_code': 204 },
    })
  })

  test('only a failed or slow statement’s span contains its text', async () => {
    const at = await start(exporting())
    const token = await at.signUp(EMAIL, PASSWORD)
    const { client, projectId } = await setUp(at, token)
    await client.apiKeys.create({ projectId, name: 'taken-name' })
    const { traceId, header } = traceparent()
    const tracedClient = new Keyward({ baseUrl: at.url, token, traceparent: () => header })
    await expect(tracedClient.apiKeys.create({ projectId, name: 'taken-name' })).rejects.toThrow(
      'already has this name',
    )
    const inserted = () => ofTrace(traceId).filter((span) => span.name === 'INSERT api_key')
    await expect.poll(() => inserted().length).toBe(1)
    const [failed] = inserted()
    expect(failed?.attributes).toMatchObject({ 'db.response.status_code': '23505', 'error.type': '23505' })
    expect(failed?.attributes['db.query.text']).toMatch(/^INSERT INTO .*\$1/)
    // A slow machine makes statements slow, but not all of them.
    const texts = collector.spans().filter(({ attributes }) => 'db.query.text' in attributes)
    const statements = collector.spans().filter(({ attributes }) => 'db.query.summary' in attributes)
    expect(texts.length).toBeLessThan(statements.length)
    expect(JSON.stringify(texts)).not.toContain('taken-name')
  })

  test('a caller’s decision not to sample is respected and passed on to the webhook', async () => {
    const at = await start(exporting())
    const token = await at.signUp(EMAIL, PASSWORD)
    const { projectId } = await setUp(at, token)
    const before = receiver.received.length
    const { traceId, header } = traceparent('00')
    const client = new Keyward({ baseUrl: at.url, token, traceparent: () => header })
    await client.apiKeys.create({ projectId, name: 'unsampled' })
    await expect.poll(() => receiver.received.length).toBeGreaterThan(before)
    expect(receiver.received.at(-1)?.headers.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
    const later = traceparent()
    await at.ask(token, '{ viewer { kind } }', {}, { traceparent: later.header })
    await expect.poll(() => ofTrace(later.traceId)).not.toEqual([])
    expect(ofTrace(traceId)).toEqual([])
  })

  test.each([
    ['always_off', '1', '01', false],
    ['traceidratio', '0', '01', false],
    ['traceidratio', '1', '00', true],
    ['parentbased_traceidratio', '0', '01', true],
    ['parentbased_always_off', '1', '00', false],
  ])('the sampler %s with %s and a caller’s flags %s records: %s', async (sampler, argument, flags, isRecorded) => {
    const at = await start(exporting({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: argument }))
    const { traceId, header } = traceparent(flags)
    expect((await at.ask(null, '{ viewer { kind } }', {}, { traceparent: header })).status).toBe(200)
    at.process.kill('SIGTERM')
    expect(await at.ended).toBe(0)
    // The stop exports what is left.
    expect(ofTrace(traceId).length > 0).toBe(isRecorded)
  })

  test('/authorize and /token are traced with their outcomes', async () => {
    const at = await start(exporting())
    const token = await at.signUp(EMAIL, PASSWORD)
    const { client, projectId } = await setUp(at, token)
    const { secret } = await client.apiKeys.create({ projectId, name: 'asked' })
    const gateway = await createGateway()
    const { traceId, spanId, header } = traceparent()
    const authorize = (given: string, headers = {}) =>
      fetch(`${at.url}/authorize/v1/secret-path?token=hunter3`, {
        headers: { 'keyward-gateway': gateway, authorization: `Bearer ${given}`, ...headers },
      })
    expect((await authorize(secret, { traceparent: header })).status).toBe(200)
    expect((await authorize(`${secret.slice(0, -1)}!`, { traceparent: header })).status).toBe(401)
    expect((await authorize(secret, { traceparent: '00-hunter4-hunter4-01' })).status).toBe(200)
    const named = (name: string) => collector.spans().filter((span) => span.name === name)
    await expect.poll(() => named('GET /authorize').length).toBe(3)
    const [allowed, denied] = ofTrace(traceId).filter((span) => span.kind === SERVER)
    expect(allowed).toMatchObject({ parentSpanId: spanId, attributes: { 'keyward.decision': 'ALLOWED' } })
    expect(denied).toMatchObject({ attributes: { 'keyward.decision': 'MALFORMED', 'http.response.status_code': 401 } })
    // The first use of the key reads it.
    expect(ofTrace(traceId).some((span) => span.parentSpanId === allowed?.spanId)).toBe(true)
    expect(named('GET /authorize').filter((span) => span.traceId !== traceId)).toHaveLength(1)

    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token: secret,
    })
    expect((await fetch(`${at.url}/token`, { method: 'POST', body, headers: { traceparent: header } })).status).toBe(
      200,
    )
    await expect.poll(() => named('POST /token')).toHaveLength(1)
    expect(named('POST /token')[0]).toMatchObject({ traceId, attributes: { 'http.response.status_code': 200 } })
    for (const secretive of ['hunter3', 'hunter4', 'secret-path', secret])
      expect(collector.text()).not.toContain(secretive)
  })

  test('traces contain no secrets or e-mail addresses', async () => {
    const at = await start(exporting({ OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-token=hunter5%3D' }))
    const token = await at.signUp(EMAIL, PASSWORD)
    const { client, organizationId, projectId, signingSecret } = await setUp(at, token, '/hooks/hunter6?key=hunter7')
    const { secret } = await client.apiKeys.create({
      projectId,
      name: 'hunter8',
      tags: [{ key: 'team', value: 'hunter9' }],
    })
    await client.members.invite({ organizationId, email: 'grace.invited@people.example', role: 'MEMBER' })
    // A secret where none belongs: in an operation's name, a literal, a path, a query and other headers.
    await at.ask(
      token,
      `query ${secret} { node(id: "hunter10") { id } }`,
      {},
      { baggage: 'user=hunter11', 'x-api-key': secret },
    )
    await at.ask(token, '{ nothing(like: "hunter12") }')
    await fetch(`${at.url}/invitations/hunter13?token=hunter14#hunter15`)
    await fetch(`${at.url}/auth/reset-password/hunter16`)
    await fetch(`${at.url}/graphql?query={viewer{kind}}&secret=hunter17`, { method: 'BREW' }).catch(() => null)
    await expect.poll(() => receiver.received.some(({ body }) => body.type === 'API_KEY_CREATED')).toBe(true)
    at.process.kill('SIGTERM')
    expect(await at.ended).toBe(0)
    const text = collector.text()
    expect(text).toContain('mutation apiKeyCreate')
    expect(text).toContain('kw_(not shown)')
    for (const secretive of [secret, signingSecret, token, PASSWORD, EMAIL, 'Ada Traced', 'people.example', 'hunter']) {
      expect(text).not.toContain(secretive)
    }
    // The header of the collector is sent, decoded, and is not in what is sent.
    expect(collector.requests.map(({ headers }) => headers['x-collector-token'])).toContain('hunter5=')
    expect(at.output()).not.toMatch(/hunter5|kw_proj_/)
  })

  test('the access log contains the trace id', async () => {
    const at = await start(exporting({ KEYWARD_LOG: 'json' }))
    const { traceId, header } = traceparent()
    await at.ask(null, '{ viewer { kind } }', {}, { traceparent: header })
    await expect.poll(() => at.output()).toContain(`"traceId":"${traceId}"`)
  })

  test('exports gzipped protobuf with the configured service name and attributes', async () => {
    const at = await start({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/custom/traces`,
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_SERVICE_NAME: 'keys-of-acme',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging%2C%20eu',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    })
    await at.ask(null, '{ viewer { kind } }')
    await expect.poll(() => collector.text()).toContain('POST /graphql')
    const [first] = collector.requests
    expect(first).toMatchObject({ path: '/custom/traces', headers: { 'content-type': 'application/x-protobuf' } })
    expect(collector.text()).toContain('keys-of-acme')
    expect(collector.text()).toContain('staging, eu')
    // Only an address for traces was given.
    expect(new Set(collector.requests.map(({ path }) => path))).toEqual(new Set(['/custom/traces']))
  })
})

describe('metrics sent with OTLP', () => {
  test('have the same values as /metrics, each counted once', async () => {
    const at = await start(exporting({ KEYWARD_METRICS_PORT: '0', KEYWARD_LOG: 'silent' }))
    for (let asked = 0; asked < 3; asked += 1) await at.ask(null, '{ viewer { kind } }')
    const requests = () =>
      collector
        .metrics()
        .get('keyward_graphql_requests_total')
        ?.points.find(({ attributes }) => attributes.field === 'viewer')
    await expect.poll(() => requests()?.value).toBe(3)
    const metrics = collector.metrics()
    expect(metrics.get('keyward_graphql_requests_total')?.kind).toBe('sum')
    // On a busy machine, a reading can give up on the database.
    const isUp = { kind: 'gauge', points: [{ value: 1 }] }
    await expect.poll(() => collector.metrics().get('keyward_database_up')).toMatchObject(isUp)
    const durations = metrics.get('keyward_http_request_duration_seconds')
    expect(durations).toMatchObject({ kind: 'histogram', unit: 's' })
    const graph = durations?.points.find(({ attributes }) => attributes.handler === 'graphql')
    expect(graph?.count).toBe(3)
    expect(graph?.bucketCounts.reduce((sum, count) => sum + count, 0)).toBe(3)
    expect(graph?.attributes).toEqual({ handler: 'graphql' })
    expect(metrics.has('process_cpu_seconds_total')).toBe(true)
  })

  test('do not require the /metrics port, and are off if the exporter is `none`', async () => {
    const at = await start(exporting({ OTEL_METRICS_EXPORTER: 'none' }))
    await at.ask(null, '{ viewer { kind } }')
    at.process.kill('SIGTERM')
    expect(await at.ended).toBe(0)
    expect(new Set(collector.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces']))
  })
})

describe('a failing trace collector', () => {
  test.each(['hang', 'fail', 'gone'] as const)(
    '%s: the server keeps serving and logs the failure once',
    async (mode) => {
      if (mode === 'gone') await collector.close()
      else collector.mode = mode
      const at = await start(
        exporting({ KEYWARD_LOG: 'json', OTEL_EXPORTER_OTLP_TIMEOUT: '300', KEYWARD_SHUTDOWN_SECONDS: '60' }),
      )
      // More than the queue of spans holds.
      for (let round = 0; round < 40; round += 1) {
        const asked = Array.from({ length: 50 }, () => at.ask(null, '{ viewer { kind } }'))
        for (const response of await Promise.all(asked)) expect(response.status).toBe(200)
      }
      await expect.poll(() => at.output()).toContain('"exports by OTLP fail","signal":"traces"')
      at.process.kill('SIGTERM')
      expect(await at.ended).toBe(0)
      expect(at.output().match(/exports by OTLP fail","signal":"traces"/g)).toHaveLength(1)
      expect(at.output()).not.toContain('unexpected error')
    },
  )

  test('receives traces again after recovering', async () => {
    collector.mode = 'fail'
    const at = await start(exporting({ KEYWARD_LOG: 'json' }))
    await at.ask(null, '{ viewer { kind } }')
    await expect.poll(() => at.output()).toContain('"exports by OTLP fail","signal":"traces"')
    collector.mode = 'answer'
    const { traceId, header } = traceparent()
    await at.ask(null, '{ viewer { kind } }', {}, { traceparent: header })
    await expect.poll(() => ofTrace(traceId)).not.toEqual([])
    await expect.poll(() => at.output()).toContain('"exports by OTLP succeed again","signal":"traces"')
  })
})

describe('disabled tracing', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyward-loaded-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** The packages of OpenTelemetry that a server loaded until its stop. Others use the one named `api`, which does nothing by itself. */
  async function loadedBy(environment: Record<string, string>): Promise<string[]> {
    const directory = await mkdtemp(join(folder, 'run-'))
    const at = await start({ ...environment, NODE_V8_COVERAGE: directory })
    await at.ask(null, '{ viewer { kind } }', {}, { traceparent: traceparent().header })
    at.process.kill('SIGTERM')
    expect(await at.ended).toBe(0)
    const scripts = new Set<string>()
    for (const name of await readdir(directory)) {
      const { result } = JSON.parse(await readFile(join(directory, name), 'utf8'))
      for (const { url } of result) if (url.startsWith('file:')) scripts.add(url)
    }
    expect(scripts.size).toBeGreaterThan(5)
    const texts = await Promise.all([...scripts].map((url) => readFile(new URL(url), 'utf8')))
    // The bundler names the origin of each module.
    const found = texts.flatMap((text) => [...text.matchAll(/node_modules\/@opentelemetry\/([\w-]+)\/build/g)])
    return [...new Set(found.map(([, name = '']) => name))]
  }

  test.each([
    ['without variables', {}],
    ['by OTEL_SDK_DISABLED', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' }],
  ] as const)('%s does not load the export packages', async (_how, environment) => {
    expect((await loadedBy(environment)).filter((name) => name !== 'api')).toEqual([])
  })

  test('differs from enabled tracing, which loads the export packages', async () => {
    expect(await loadedBy(exporting())).toEqual(
      expect.arrayContaining(['sdk-trace', 'sdk-metrics', 'exporter-trace-otlp-http']),
    )
  })
})
