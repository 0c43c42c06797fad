import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Client, startApp, type TestApp } from '../app.ts'
import { testDatabaseKind } from '../database.ts'
import { keywardServer, type Running } from '../operator/command-line.ts'
import { startGateway } from '../verification/gateway.ts'
import { createKey, createOrganization } from '../world.ts'

/*
 * R6 with two server processes and clients that are killed in the middle of a call: what was accepted, what was taken by
 * calls whose answer nobody heard, and what is left make up the budget to the cent. `pnpm test:nightly` does more of it.
 */

const IS_NIGHTLY = process.env.KEYWARD_NIGHTLY === '1'
const CENTS = IS_NIGHTLY ? 20_000 : 400
/** Every so many-th call is cut off. */
const KILLED = 10

// The embedded database is one process's own.
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

  /** Asks one process to let a request of a cent pass; null where the connection was cut in the middle. */
  const ask = (agent: Agent, url: string, secret: string, isKilled: boolean): Promise<number | null> =>
    new Promise((resolve) => {
      const headers = {
        'keyward-gateway': token,
        authorization: `Bearer ${secret}`,
        'keyward-estimated-cost': '0.01',
      }
      const request = get(`${url}/authorize`, { agent, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? null))
      })
      request.on('error', () => resolve(null))
      if (isKilled) request.on('finish', () => setTimeout(() => request.destroy(), Math.random() * 3))
    })

  for (const concurrency of [1, 64, 256]) {
    const title = `the budget holds to the cent, and is used to the cent, ${concurrency} at a time`
    test(title, { timeout: 600_000 }, async () => {
      const cents = concurrency === 1 ? Math.min(CENTS, 1_000) : CENTS
      const name = `spent ${concurrency} at a time`
      const key = await createKey(owner, project, name)
      await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ period: 'TOTAL', usd: String(cents / 100) }] })
      const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
      const counts = { accepted: 0, refused: 0, unheard: 0 }
      let nth = 0
      const work = async () => {
        // Until so many were refused that every one of the others had its chance.
        while (counts.refused < concurrency) {
          nth += 1
          const status = await ask(agent, urls[nth % 2] ?? '', key.secret, nth % KILLED === 0)
          if (status === 200) counts.accepted += 1
          else if (status === 429) counts.refused += 1
          else counts.unheard += 1
        }
      }
      await Promise.all(Array.from({ length: concurrency }, work))
      agent.destroy()
      const held = async () => {
        const [row] = await app.database.sql<{ held: string; leases: string }>(
          `SELECT c.held::text AS held, (SELECT sum(taken - returned - settled)::text FROM limit_lease l WHERE l.scope_id = c.scope_id) AS leases
             FROM limit_counter c JOIN api_key k ON k.id = c.scope_id WHERE k.name = $1`,
          [name],
        )
        return { held: Math.round(Number(row?.held) * 100), leases: Math.round(Number(row?.leases) * 100) }
      }
      expect(counts.accepted).toBeLessThanOrEqual(cents)
      expect(counts.accepted + counts.unheard).toBeGreaterThanOrEqual(cents)
      // Everything is reserved by now, be it for answers that nobody heard: nothing is idle in a process.
      await expect.poll(held, { timeout: 10_000 }).toEqual({ held: cents, leases: cents })
    })
  }
})
