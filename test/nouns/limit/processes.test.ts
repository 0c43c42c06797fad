import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, type ClientRequest, type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { keywardServer, type Running } from '../../infra/operator/command-line.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway } from '../verification/gateway.ts'

/*
 * R6 with two server processes and clients that are killed in the middle of a call. Allowed amounts, amounts of calls
 * whose response was lost, and the rest add up to the budget to the cent. After the allowed amounts are recorded, by
 * calls that are killed and retried, the ledger of usage events equals the counter to the cent. `pnpm test:nightly` has
 * a larger size.
 */

const IS_NIGHTLY = process.env.KEYWARD_NIGHTLY === '1'
const CENTS = IS_NIGHTLY ? 20_000 : 400
/** One of this many calls is cut off. */
const KILLED = 10
/** Events per call. */
const BATCH = 50

const RECORD = `mutation ($input: UsageRecordInput!) { usageRecord(input: $input) {
  ... on UsageRecordPayload { recorded duplicates rejected { code message } } ... on Error { message } } }`

interface Heard {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

// The embedded database belongs to one process.
describe.runIf(testDatabaseKind === 'postgresql')('two server processes over one PostgreSQL', () => {
  let app: TestApp
  let owner: Client
  let token: string
  let project: string
  let directory: string
  let servers: Running[]
  let urls: string[]

  beforeAll(async () => {
    app = await startApp()
    owner = await app.signUp('Owner')
    token = (await startGateway(app)).token
    project = (await createOrganization(owner, 'Two processes')).defaultProject
    directory = await mkdtemp(join(tmpdir(), 'keyward-processes-'))
    const environment = {
      DATABASE_URL: app.database.url,
      KEYWARD_DATA_DIR: directory,
      KEYWARD_PUBLIC_URL: 'http://127.0.0.1',
    }
    servers = [keywardServer(environment, 'start'), keywardServer(environment, 'start')]
    urls = await Promise.all(
      servers.map((server) =>
        vi.waitFor(() => /listening on (http:\S+)\)/.exec(server.output())?.[1] ?? expect.fail(server.output()), {
          timeout: 50_000,
          interval: 100,
        }),
      ),
    )
  }, 90_000)
  afterAll(async () => {
    for (const server of servers ?? []) server.kill('SIGTERM')
    await Promise.all((servers ?? []).map(({ ended }) => ended))
    await app?.close()
    if (directory) await rm(directory, { recursive: true, force: true })
  }, 60_000)

  /** Sends a request, and cuts it off in the middle if `isKilled` is set. Null without a response. */
  const send = (request: ClientRequest, isKilled: boolean, body?: string): Promise<Heard | null> =>
    new Promise((resolve) => {
      request.on('error', () => resolve(null))
      request.on('response', (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk))
        response.on('error', () => resolve(null))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      })
      if (isKilled) request.on('finish', () => setTimeout(() => request.destroy(), Math.random() * 3))
      request.end(body)
    })

  /** Authorizes a request of one cent through one process. */
  const ask = (agent: Agent, url: string, secret: string, isKilled: boolean) => {
    const headers = { 'keyward-gateway': token, authorization: `Bearer ${secret}`, 'keyward-estimated-cost': '0.01' }
    return send(request(`${url}/authorize`, { agent, headers }), isKilled)
  }

  /**
   * Records one cent for each reservation. A call that was cut off is retried through the other process, as gateways
   * do.
   */
  async function record(keyId: string, reservations: readonly string[]): Promise<void> {
    let calls = 0
    for (let at = 0; at < reservations.length; at += BATCH) {
      const events = reservations.slice(at, at + BATCH).map((reservation) => ({
        eventId: reservation.slice(0, 100),
        credentialId: keyId,
        workload: 'INFERENCE',
        occurredAt: new Date().toISOString(),
        cost: '0.01',
        reservation,
      }))
      const body = JSON.stringify({ query: RECORD, variables: { input: { events } } })
      for (let isHeard = false; !isHeard; calls += 1) {
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
        const options = { method: 'POST', agent: false, headers } as const
        const heard = await send(request(`${urls[calls % 2]}/graphql`, options), calls % 3 === 0, body)
        isHeard = heard !== null
        if (!heard) continue
        const { recorded, duplicates, rejected } = JSON.parse(heard.text).data.usageRecord
        expect([recorded + duplicates, rejected]).toEqual([events.length, []])
      }
    }
  }

  /** The counter of a key in cents, with the sums of its leases and of its usage events. */
  async function countedOf(name: string): Promise<Record<string, number>> {
    const [row] = await app.database.sql<Record<string, string>>(
      `SELECT c.spent::text AS spent, c.held::text AS held,
              (SELECT sum(taken - returned - settled)::text FROM limit_lease l WHERE l.scope_id = c.scope_id) AS leases,
              (SELECT coalesce(sum(cost), 0)::text FROM usage_record e WHERE e.credential_id = c.scope_id) AS ledger
         FROM limit_counter c JOIN api_key k ON k.id = c.scope_id WHERE k.name = $1`,
      [name],
    )
    return Object.fromEntries(Object.entries(row ?? {}).map(([column, usd]) => [column, Math.round(Number(usd) * 100)]))
  }

  for (const concurrency of [1, 64, 256]) {
    const title = `spend a budget to the last cent and never beyond it, at concurrency ${concurrency}`
    test(title, { timeout: 600_000 }, async () => {
      const cents = concurrency === 1 ? Math.min(CENTS, 1_000) : CENTS
      const name = `spent ${concurrency} at a time`
      const key = await createKey(owner, project, name)
      await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ period: 'TOTAL', usd: String(cents / 100) }] })
      const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
      const counts = { refused: 0, unheard: 0 }
      const accepted: string[] = []
      let nth = 0
      const work = async () => {
        // Until enough requests are denied to show that the budget is used up.
        while (counts.refused < concurrency) {
          nth += 1
          const heard = await ask(agent, urls[nth % 2] ?? '', key.secret, nth % KILLED === 0)
          if (heard?.status === 200) accepted.push(String(heard.headers['keyward-reservation']))
          else if (heard?.status === 429) counts.refused += 1
          else counts.unheard += 1
        }
      }
      await Promise.all(Array.from({ length: concurrency }, work))
      agent.destroy()
      expect(accepted.length).toBeLessThanOrEqual(cents)
      expect(accepted.length + counts.unheard).toBeGreaterThanOrEqual(cents)
      // Every response that arrived is reserved. Of those that were lost, the server released the ones that it noticed.
      const state = async () => {
        const { spent, held = 0, leases, ledger } = await countedOf(name)
        return {
          spent,
          ledger,
          isExact: held === leases,
          isBounded: held <= cents && held <= accepted.length + counts.unheard,
        }
      }
      const { held = 0 } = await countedOf(name)
      expect(held).toBeGreaterThanOrEqual(accepted.length)
      await expect.poll(state, { timeout: 30_000 }).toEqual({ spent: 0, ledger: 0, isExact: true, isBounded: true })
      await record(key.id, accepted)
      const all = { spent: accepted.length, ledger: accepted.length, isExact: true, isBounded: true }
      await expect.poll(state, { timeout: 30_000 }).toEqual(all)
      const left = (await countedOf(name)).held
      expect(left).toBeLessThanOrEqual(Math.min(counts.unheard, cents - accepted.length))
    })
  }
})
