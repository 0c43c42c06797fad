import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { keywardServer, type Running } from '../../infra/operator/command-line.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway } from '../../nouns/verification/gateway.ts'
import { withNotificationsCut } from '../revocation/cut.ts'
import { connectGateways } from '../revocation/gateways.ts'
import {
  type Doomed,
  figuresOf,
  type Observer,
  type Seen,
  tellFigures,
  watchRevocation,
} from '../revocation/observe.ts'

/*
 * R4: 1,000 revocations in a row. Three server processes on one PostgreSQL, which verify other keys at a steady rate,
 * and three gateways, each connected to one of them, must apply every revocation. KEYWARD_NIGHTLY_REVOCATIONS and
 * KEYWARD_NIGHTLY_RATE (requests a second per replica) change the size.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1' && testDatabaseKind === 'postgresql'
const REVOCATIONS = Number(process.env.KEYWARD_NIGHTLY_REVOCATIONS ?? 1_000)
const RATE = Number(process.env.KEYWARD_NIGHTLY_RATE ?? 100)
const REVOCATIONS_WHILE_CUT = 20
const REPLICAS = 3
const LIVE_KEYS = 50

describe.skipIf(!isNightly)('nightly run', () => {
  let app: TestApp
  let owner: Client
  let token: string
  let project: string
  let directory: string
  let servers: Running[]
  let observers: Observer[]
  let gateways: Awaited<ReturnType<typeof connectGateways>>
  const load = new AbortController()
  let loading: Promise<void>[]
  /** Counts of statuses for live keys. 0 means no response. */
  const statuses = new Map<number, number>()
  const agent = new Agent({ keepAlive: true })

  const statusOf = (url: string, secret: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { 'keyward-gateway': token, authorization: `Bearer ${secret}` }
      get(`${url}/authorize`, { agent, headers }, (response) => {
        response
          .resume()
          .on('error', reject)
          .on('end', () => resolve(response.statusCode ?? 0))
      }).on('error', reject)
    })

  /** Sends requests about live keys at a steady rate, independent of the responses, and counts the statuses. */
  async function ask(url: string, keys: readonly Doomed[]): Promise<void> {
    const started = performance.now()
    const pending = new Set<Promise<void>>()
    for (let asked = 0; !load.signal.aborted; await delay(10)) {
      for (; asked < ((performance.now() - started) * RATE) / 1_000; asked += 1) {
        const answer = statusOf(url, keys[asked % keys.length]?.secret ?? '')
          .catch(() => 0)
          .then((status) => {
            statuses.set(status, (statuses.get(status) ?? 0) + 1)
            pending.delete(answer)
          })
        pending.add(answer)
      }
    }
    await Promise.all(pending)
  }

  beforeAll(async () => {
    app = await startApp()
    owner = await app.signUp('Owner')
    token = (await startGateway(app)).token
    project = (await createOrganization(owner, 'Revoking')).defaultProject
    directory = await mkdtemp(join(tmpdir(), 'keyward-revocations-'))
    const environment = {
      DATABASE_URL: app.database.url,
      KEYWARD_DATA_DIR: directory,
      KEYWARD_PUBLIC_URL: 'http://127.0.0.1',
    }
    servers = Array.from({ length: REPLICAS }, () => keywardServer(environment, 'start'))
    const urls = await Promise.all(
      servers.map((server) =>
        vi.waitFor(() => /listening on (http:\S+)\)/.exec(server.output())?.[1] ?? expect.fail(server.output()), {
          timeout: 150_000,
          interval: 100,
        }),
      ),
    )
    const replicas = urls.map(
      (url, index): Observer => ({
        name: `replica ${index + 1}`,
        async accepts(secret) {
          for (;;) {
            const status = await statusOf(url, secret)
            // UNAVAILABLE is not a decision, so the gateway asks again.
            if (status !== 503) return status === 200
          }
        },
      }),
    )
    gateways = await connectGateways(
      urls.map((url) => ({ url })),
      token,
    )
    observers = [...replicas, ...gateways.observers]
    const live: Doomed[] = []
    for (let index = 0; index < LIVE_KEYS; index += 1) live.push(await createKey(owner, project, `live ${index}`))
    loading = urls.map((url) => ask(url, live))
  })
  afterAll(async () => {
    load.abort()
    await Promise.allSettled(loading ?? [])
    await gateways?.close()
    agent.destroy()
    for (const server of servers ?? []) server.kill('SIGTERM')
    await Promise.all((servers ?? []).map(({ ended }) => ended))
    await app?.close()
    if (directory) await rm(directory, { recursive: true, force: true })
  })

  async function revokeSome(count: number, name: string): Promise<Seen[]> {
    const seen: Seen[] = []
    for (let index = 0; index < count; index += 1) {
      const key = await createKey(owner, project, `${name} ${index}`)
      const revoke = async (id: string) => {
        const answer = await owner.mutate('apiKeyRevoke', { id }, 'apiKey { status }')
        expect(answer).toMatchObject({ apiKey: { status: 'REVOKED' } })
      }
      seen.push(...(await watchRevocation(observers, key, revoke)))
    }
    console.log(`R4: ${count} revocations, ${name}, ${RATE} verifications/s at each replica\n${tellFigures(seen)}`)
    return seen
  }

  test(`R4: applies ${REVOCATIONS} revocations on ${REPLICAS} replicas and gateways within 100 ms at p99 and 1 s at most`, async () => {
    const { p99, max } = figuresOf(await revokeSome(REVOCATIONS, 'notified'))
    expect(p99).toBeLessThanOrEqual(100)
    expect(max).toBeLessThanOrEqual(1_000)
  }, 1_800_000)

  test('R4: applies revocations within 5 s without notifications', async () => {
    await withNotificationsCut(app.database, async () => {
      expect(figuresOf(await revokeSome(REVOCATIONS_WHILE_CUT, 'notifications cut')).max).toBeLessThanOrEqual(5_000)
    })
    load.abort()
    await Promise.all(loading)
    console.log(`R4: answers about other keys meanwhile, by status: ${JSON.stringify(Object.fromEntries(statuses))}`)
    // An overloaded server may respond 503, but never deny a live key.
    expect([...statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([])
  }, 600_000)
})
