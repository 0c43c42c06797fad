import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'
import { command } from '../operator/command-line.ts'
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.ts'
import { endOf, startServer } from './server-process.ts'
import { type Connection, sendBy, startWorkers, type Workers } from './worker-processes.ts'

const PATIENCE = { timeout: 120_000 }
/** Clients that keep a connection, and clients that open one for each request. */
const LANES = 6

const countOf = (text: string, part: string): number => text.split(part).length - 1

describe.runIf(testDatabaseKind === 'postgresql')('a server with two workers', { timeout: 240_000 }, () => {
  let opened: TestDatabase
  let directory: string
  let receiver: OtlpReceiver
  let server: Workers
  let connections: Connection[]
  let session: string
  let gateway: string
  let project: string

  const heads = () => join(directory, 'heads.jsonl')
  const graph = (connection: Connection | undefined, query: string, variables: object = {}) =>
    connection
      ?.send({
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${session}` },
        body: JSON.stringify({ query, variables }),
      })
      .then(({ body }) => JSON.parse(body).data)
  const authorize = (connection: Connection | undefined, secret: string) =>
    connection?.send({
      path: '/authorize',
      headers: { 'keyward-gateway': gateway, authorization: `Bearer ${secret}` },
    })

  async function createKey(): Promise<{ id: string; secret: string }> {
    const { apiKeyCreate } = await graph(
      connections[0],
      'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { ... on ApiKeyCreatePayload { secret apiKey { id } } ... on Error { message } } }',
      { input: { projectId: project, name: `key ${Math.random()}` } },
    )
    return { id: apiKeyCreate.apiKey.id, secret: apiKeyCreate.secret }
  }

  async function scrape(): Promise<Map<string, number>> {
    const text = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text()
    return new Map(
      [...text.matchAll(/^(\w+(?:\{[^}]*\})?) (\S+)$/gm)].map(([, name = '', value]) => [name, Number(value)]),
    )
  }

  async function reconnect(): Promise<void> {
    for (const connection of connections) connection.close()
    connections = await server.connections()
  }

  beforeAll(async () => {
    opened = await createTestDatabase()
    directory = await mkdtemp(join(tmpdir(), 'keyward-workers-'))
    receiver = await startOtlpReceiver()
    server = await startWorkers(opened.url, 2, {
      KEYWARD_DATA_DIR: directory,
      KEYWARD_AUDIT_HEADS_FILE: heads(),
      KEYWARD_DRAIN_SECONDS: '1',
      KEYWARD_SIGN_IN_PER_MINUTE: '4',
      KEYWARD_TRUST_PROXY: '127.0.0.1',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=machine',
    })
    connections = await server.connections()
    session = await server.signUp('ada@example.com', 'correct horse battery')
    const { organizationCreate } = await graph(
      connections[0],
      'mutation { organizationCreate(input: { name: "Workers" }) { ... on OrganizationCreatePayload { organization { defaultProject { id } } } } }',
    )
    project = organizationCreate.organization.defaultProject.id
    const created = await command(
      { DATABASE_URL: opened.url, KEYWARD_DATA_DIR: directory },
      'gateway',
      'create',
      'proxy',
      '--json',
    )
    gateway = JSON.parse(created.stdout).token
  }, 240_000)

  afterAll(async () => {
    for (const connection of connections ?? []) connection.close()
    server?.process.kill('SIGKILL')
    await server?.ended
    await receiver?.close()
    await opened?.drop()
    await rm(directory, { recursive: true, force: true })
  })

  test('prints its start messages once, and logs each request’s worker number', () => {
    for (const line of ['Keyward answers at', 'Set up: ', 'There is no account yet']) {
      expect(countOf(server.output(), line), line).toBe(1)
    }
    expect(connections.map(({ worker }) => worker)).toEqual([1, 2])
  })

  test('a key that one worker revokes is rejected by both', async () => {
    const { id, secret } = await createKey()
    for (const connection of connections) expect(await authorize(connection, secret)).toMatchObject({ status: 200 })
    await graph(
      connections[0],
      'mutation ($input: ApiKeyRevokeInput!) { apiKeyRevoke(input: $input) { __typename } }',
      { input: { id } },
    )
    for (const connection of connections) {
      await expect.poll(async () => (await authorize(connection, secret))?.status, PATIENCE).toBe(401)
    }
  })

  // Failed while each worker counted by itself: an attacker could try as many times more as there are workers.
  test('sign-in limits by address and by account apply across both workers', async () => {
    const statuses = async (attempts: number, email: string, addressOf: (attempt: number) => string) => {
      const counts: Record<string, number> = {}
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const answer = await connections[attempt % connections.length]?.send({
          method: 'POST',
          path: '/auth/sign-in/email',
          headers: { 'content-type': 'application/json', 'x-forwarded-for': addressOf(attempt) },
          body: JSON.stringify({ email, password: 'a wrong password' }),
        })
        counts[answer?.status ?? ''] = (counts[answer?.status ?? ''] ?? 0) + 1
      }
      return counts
    }
    expect(await statuses(6, 'grace@example.com', () => '203.0.113.1')).toEqual({ 401: 4, 429: 2 })
    // Five times the limit per minute.
    expect(await statuses(24, 'joan@example.com', (attempt) => `198.51.100.${attempt}`)).toEqual({ 401: 20, 429: 4 })
  })

  test('/metrics adds up both workers’ counters, and OTLP reports each worker’s', async () => {
    const { secret } = await createKey()
    const before = await scrape()
    for (const connection of connections) {
      for (let sent = 0; sent < 5; sent += 1) expect((await authorize(connection, secret))?.status).toBe(200)
    }
    const after = await scrape()
    const rise = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0)
    expect(rise('keyward_decisions_total{outcome="ALLOWED"}')).toBe(10)
    expect(rise('keyward_http_request_duration_seconds_count{handler="forward_auth"}')).toBe(10)
    expect(after.get('keyward_workers')).toBe(2)
    expect(after.get('keyward_worker_restarts_total')).toBe(0)
    expect(after.get('keyward_database_up')).toBe(1)
    // The pool of each has ten connections. The primary process serves no requests.
    expect(after.get('keyward_database_connections_max')).toBe(20)
    expect([...after.keys()].filter((name) => name.startsWith('keyward_build_info'))).toHaveLength(1)
    const resources = () =>
      new Set(
        receiver.spans().map(({ resource }) => `${resource['keyward.worker']} ${resource['service.instance.id']}`),
      )
    await expect.poll(() => [...resources()].sort(), PATIENCE).toEqual(['1 machine-1', '2 machine-2'])
  })

  test('a killed worker is restarted, and counters do not decrease', async () => {
    const { secret } = await createKey()
    const before = await scrape()
    const failed: unknown[] = []
    let isOver = false
    const [, kept] = connections
    const lane = (async () => {
      while (!isOver) {
        const answer = await authorize(kept, secret)
        if (answer?.status !== 200) failed.push(answer)
      }
    })()
    const { pid = 0 } = { pid: server.pids()[0] }
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => server.output(), PATIENCE).toContain('"message":"a worker serves again","worker":1')
    isOver = true
    await lane
    expect(failed).toEqual([])
    expect(server.output()).toMatch(
      new RegExp(`"a worker ended and is started again","worker":1,"pid":${pid},"exitCode":null,"signal":"SIGKILL"`),
    )
    await reconnect()
    expect(connections.map(({ worker }) => worker)).toEqual([1, 2])
    const after = await scrape()
    expect(after.get('keyward_worker_restarts_total')).toBe(1)
    expect(after.get('keyward_workers')).toBe(2)
    for (const [name, value] of before) {
      if (/^keyward_\w+_(?:total|count|bucket)\b/.test(name))
        expect(after.get(name), name).toBeGreaterThanOrEqual(value)
    }
  })

  test('signals that are sent to workers do not stop them', async () => {
    for (const pid of server.pids()) {
      process.kill(pid, 'SIGTERM')
      process.kill(pid, 'SIGINT')
    }
    await reconnect()
    expect(connections.map(({ worker }) => worker)).toEqual([1, 2])
    expect(countOf(server.output(), 'a worker ended')).toBe(1)
  })

  test('SIGTERM under load loses no accepted requests', async () => {
    const { secret } = await createKey()
    const outcomes = new Map<string | number, number>()
    let isRefused = false
    const lanes = Array.from({ length: 2 * LANES }, async (_, lane) => {
      const agent = new Agent({ keepAlive: lane < LANES, maxSockets: 1 })
      while (!isRefused) {
        const headers = { 'keyward-gateway': gateway, authorization: `Bearer ${secret}` }
        const sent = await sendBy(agent, server.url, { path: '/authorize', headers })
        // The system resets a new connection that waits to be accepted while the port closes.
        const status = sent.status === 'ECONNRESET' && lane >= LANES ? 'ECONNREFUSED' : sent.status
        outcomes.set(status, (outcomes.get(status) ?? 0) + 1)
        if (status === 'ECONNREFUSED') isRefused = true
      }
      agent.destroy()
    })
    await expect.poll(() => outcomes.get(200) ?? 0, PATIENCE).toBeGreaterThan(200)
    server.process.kill('SIGTERM')
    const [code] = await Promise.all([server.ended, ...lanes])
    expect(code).toBe(0)
    expect([...outcomes.keys()].sort()).toEqual([200, 'ECONNREFUSED'])
    expect(countOf(server.output(), 'stopping after SIGTERM')).toBe(1)

    const lines = (await readFile(heads(), 'utf8')).trimEnd().split('\n')
    const places = lines
      .map((line) => JSON.parse(line))
      .map(({ organizationId, sequence }) => `${organizationId} ${sequence}`)
    expect(places.length).toBeGreaterThan(0)
    expect(new Set(places).size).toBe(places.length)
    const audit = await command(
      {
        DATABASE_URL: opened.url,
        KEYWARD_DATA_DIR: directory,
        KEYWARD_AUDIT_HEADS_FILE: heads(),
        KEYWARD_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
      },
      'audit',
      'verify',
    )
    expect(audit.code, audit.output).toBe(0)
  })
})

describe.runIf(testDatabaseKind === 'postgresql')('the start of a server with workers', { timeout: 240_000 }, () => {
  let opened: TestDatabase
  beforeAll(async () => {
    opened = await createTestDatabase()
  })
  afterAll(() => opened?.drop())

  test('exits with 3 and prints the reason once if the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const { code, output } = await endOf(opened.url, { KEYWARD_WORKERS: '3', PORT: port })
    other.close()
    expect(code).toBe(3)
    expect(countOf(output, `Port ${port} on 127.0.0.1 is in use`)).toBe(1)
  })

  test('exits with 1 and names the worker if one is killed during the start', async () => {
    const ending = endOf(opened.url, { KEYWARD_WORKERS: '2' }, async (pids) => {
      await expect.poll(() => pids().length, PATIENCE).toBe(2)
      process.kill(pids()[1] ?? 0, 'SIGKILL')
    })
    expect(await ending).toEqual({
      code: 1,
      output: expect.stringContaining('Worker 2 ended by SIGKILL while it started.'),
    })
  })

  test('works from sources', async () => {
    const server = await startServer(opened.url, { KEYWARD_WORKERS: '2' }, 'server/start.mjs')
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
    server.process.kill('SIGTERM')
    expect(await server.ended).toBe(0)
  }, 360_000)
})
