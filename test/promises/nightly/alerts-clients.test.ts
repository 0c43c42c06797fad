import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createGateway, type Gateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { INSTANCE } from '../../infra/failover/fleet.ts'
import { ask } from '../../infra/failover/load.ts'
import { queryOnce } from '../../infra/failover/patroni.ts'
import { lacking } from '../../infra/failover/programs.ts'
import { PATIENCE, type Prometheus, startPrometheus } from '../../infra/failover/prometheus.ts'
import { freePort } from '../../infra/network/nginx.ts'
import { command } from '../../infra/operator/command-line.ts'
import { type OwnPostgresql, startPostgresql } from '../../infra/postgresql-server.ts'
import { type ServerProcess, startServer } from '../../infra/server/server-process.ts'
import { sha256 } from '../../infra/world.ts'
import { type Receiver, startReceiver } from '../../nouns/webhook/receiver.ts'

/*
 * The alerts about gateways and webhooks, in a Prometheus that scrapes two replicas by deploy/prometheus/. A gateway and a
 * target are lost, and changes never stop meanwhile.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1' && testDatabaseKind === 'postgresql'
const { isMissing, whyNot } = lacking('prometheus')
/** Messages for one target: more than two replicas attempt in the time of the alert. */
const MESSAGES = 400
/** For alerts that fire or resolve only after minutes. */
const LONG = { ...PATIENCE, timeout: 900_000 }

const ACKNOWLEDGE = `mutation ($input: GatewayAcknowledgeInput!) { gatewayAcknowledge(input: $input) {
  ... on GatewayAcknowledgePayload { sync { cursor } } ... on Error { message } } }`
const MUTATIONS = {
  organization: `mutation ($input: OrganizationCreateInput!) { organizationCreate(input: $input) {
    ... on OrganizationCreatePayload { organization { id defaultProject { id } } } ... on Error { message } } }`,
  key: `mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) {
    ... on ApiKeyCreatePayload { secret } ... on Error { message } } }`,
  webhook: `mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) {
    ... on WebhookCreatePayload { webhook { id } } ... on Error { message } } }`,
  remove: `mutation ($input: WebhookRemoveInput!) { webhookRemove(input: $input) {
    __typename ... on Error { message } } }`,
  import: `mutation ($input: ApiKeysImportInput!) { apiKeysImport(input: $input) {
    __typename ... on Error { message } } }`,
}

describe.skipIf(!isNightly || isMissing)(`alerts about gateways and webhooks${whyNot}`, { timeout: 1_200_000 }, () => {
  let directory: string
  let postgres: OwnPostgresql
  let prometheus: Prometheus
  let receiver: Receiver
  let replica: ServerProcess
  let session: string
  let token: string
  let gateway: Gateway
  let organization: { id: string; defaultProject: { id: string } }
  const replicas: ServerProcess[] = []
  const ending = new AbortController()
  let lane: Promise<void> = Promise.resolve()

  const mutate = async (name: keyof typeof MUTATIONS, input: object): Promise<Json> => {
    const [payload] = Object.values<Json>(await ask(replica, session, MUTATIONS[name], { input }))
    if (payload.message) throw new Error(payload.message)
    return payload
  }
  const createKey = (name: string) => mutate('key', { projectId: organization.defaultProject.id, name })

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyward-prometheus-'))
    postgres = await startPostgresql({})
    receiver = await startReceiver()
    const metricsPorts = [await freePort(), await freePort()]
    for (const port of metricsPorts) {
      replicas.push(
        await startServer(postgres.url, {
          KEYWARD_METRICS_PORT: String(port),
          KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow',
        }),
      )
    }
    const [first] = replicas
    if (!first) throw new Error('There is no replica')
    replica = first
    session = decodeURIComponent(await replica.signUp('ada@example.com', 'correct horse battery'))
    organization = (await mutate('organization', { name: 'Acme' })).organization
    const { stdout } = await command({ DATABASE_URL: postgres.url, ...INSTANCE }, 'gateway', 'create', 'edge', '--json')
    token = JSON.parse(stdout).token
    gateway = createGateway({ baseUrl: replica.url, token })
    await gateway.ready()
    prometheus = await startPrometheus(directory, metricsPorts)
    // Changes never stop, as in a busy organization.
    lane = (async () => {
      for (let made = 0; !ending.signal.aborted; made += 1, await delay(1_000)) await createKey(`key ${made}`)
    })()
  })
  afterAll(async () => {
    ending.abort()
    await lane.catch(() => undefined)
    await prometheus?.stop()
    await gateway?.close({ timeout: 5_000 }).catch(() => undefined)
    for (const each of replicas) each.process.kill('SIGKILL')
    await receiver?.close()
    await postgres?.stop()
    await rm(directory, { recursive: true, force: true })
  })

  /** Acknowledges the changes up to a cursor, as a gateway's process does. Returns the newest cursor. */
  const acknowledge = async (connectionId: string, cursor: string | null): Promise<string> => {
    const { gatewayAcknowledge } = await ask(replica, token, ACKNOWLEDGE, { input: { connectionId, cursor } })
    if (gatewayAcknowledge.message) throw new Error(gatewayAcknowledge.message)
    return gatewayAcknowledge.sync.cursor
  }

  /** Waits until the given alerts fire. Returns the seconds that each took. */
  async function waitFor(expected: string[], meanwhile: () => Promise<unknown> = async () => undefined) {
    const began = performance.now()
    const seen = new Map<string, number>()
    const look = async () => {
      await meanwhile()
      const now = await prometheus.firing()
      for (const alert of now) if (!seen.has(alert)) seen.set(alert, Math.round((performance.now() - began) / 1_000))
      return now
    }
    await expect.poll(look, LONG).toEqual(expected)
    console.log(`Seconds until alerts fired: ${JSON.stringify(Object.fromEntries(seen))}`)
  }
  const settled = () => expect.poll(() => prometheus.firing(), LONG).toEqual([])

  test('no alert fires while a gateway applies each of many changes', async () => {
    const seen: string[] = []
    for (const until = performance.now() + 90_000; performance.now() < until; await delay(5_000))
      seen.push(...(await prometheus.firing()))
    expect(Object.values(await prometheus.query('keyward_gateway_connections'))).toEqual([1, 1])
    expect(seen).toEqual([])
  })

  test('KeywardGatewayBehind fires for a gateway that applies no changes, and resolves once it has', async () => {
    const connectionId = randomUUID()
    const stuck = await acknowledge(connectionId, null)
    await waitFor(['KeywardGatewayBehind 0'], () => acknowledge(connectionId, stuck))
    // The process leaves in order.
    const input = { connectionId, cursor: stuck, leaving: true }
    await ask(replica, token, ACKNOWLEDGE, { input })
    await settled()
  })

  test('KeywardGatewaySilent fires for a gateway that is disconnected, and resolves', async () => {
    await acknowledge(randomUUID(), null)
    await expect.poll(async () => (await prometheus.firing()).includes('KeywardGatewaySilent 0'), PATIENCE).toBe(true)
    await settled()
  })

  // The retries of a target that fails fast are never overdue.
  test('KeywardWebhooksFailing fires for a target that responds with an error at once, and resolves', async () => {
    receiver.reply = 500
    const input = { organizationId: organization.id, url: receiver.url, events: ['API_KEY_CREATED'] }
    const { webhook } = await mutate('webhook', input)
    await waitFor(['KeywardWebhooksFailing 0'])
    // The next messages succeed.
    receiver.reply = 204
    await settled()
    await mutate('remove', { id: webhook.id })
  })

  test('KeywardWebhooksLate fires while a target does not answer and its queue grows, and resolves', async () => {
    let answer: () => void = () => undefined
    receiver.reply = {
      status: 204,
      until: new Promise<void>((resolve) => {
        answer = resolve
      }),
    }
    const input = { organizationId: organization.id, url: receiver.url, events: ['API_KEY_CREATED'] }
    const { webhook } = await mutate('webhook', input)
    for (let from = 0; from < MESSAGES; from += 100) {
      const rows = Array.from({ length: 100 }, (_, index) => ({
        name: `imported ${from + index}`,
        sha256: sha256(`imported ${from + index}`),
      }))
      await mutate('import', { organizationId: organization.id, rows })
    }
    await expect
      .poll(
        async () => Math.max(...Object.values(await prometheus.query('keyward_webhook_deliveries_pending'))),
        PATIENCE,
      )
      .toBeGreaterThan(MESSAGES / 2)
    // Five minutes pass.
    await queryOnce(
      postgres.url,
      "UPDATE webhook_delivery SET next_attempt_at = next_attempt_at - interval '5 minutes' WHERE attempts = 0",
    )
    await expect.poll(async () => (await prometheus.firing()).includes('KeywardWebhooksLate 0'), LONG).toBe(true)
    answer()
    receiver.reply = 204
    await mutate('remove', { id: webhook.id })
    await settled()
  })
})
