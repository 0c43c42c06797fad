import { randomUUID } from 'node:crypto'
import { openDatabase } from '@keyward/prisma/database'
import { createApp } from '@keyward/server/app'
import { readConfig } from '@keyward/server/config/config'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, clientOf, newSecrets, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { gatewayWith, startGateway, type TestGateway } from '../verification/gateway.ts'

/*
 * The cost of a denial by a spent limit for the database, while other tenants use the same replica. Failed while any recorded
 * usage ended the memory of all denials: each denial was a statement that locks the counter.
 */

let first: TestApp
let owner: Client
let gateway: TestGateway
const statements: string[] = []
const closing: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  first = await startApp()
  const database = await openDatabase(first.database.url, { onStatement: (sql) => statements.push(sql) })
  closing.push(() => database.close())
  const config = readConfig({ KEYWARD_PUBLIC_URL: ORIGIN, KEYWARD_LOG: 'silent' })
  const second = await createApp({ ...config, ...newSecrets() }, database)
  closing.unshift(() => second.close())
  owner = await first.signUp('Owner')
  gateway = gatewayWith((await startGateway(first)).token, { app: second, client: (token) => clientOf(second, token) })
})
afterAll(async () => {
  for (const close of closing) await close()
  await first?.close()
})

const exchanges = () => statements.filter((sql) => sql.includes('keyward_take_leases')).length

async function newKey(name: string, usd: string) {
  const { defaultProject } = await createOrganization(owner, name)
  const key = await createKey(owner, defaultProject, name)
  await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ usd, period: 'TOTAL' }] }, 'apiKey { id }')
  return key
}

async function record(credentialId: string, cost: string): Promise<void> {
  const event = {
    eventId: randomUUID(),
    credentialId,
    workload: 'INFERENCE',
    occurredAt: first.database.clock.now().toISOString(),
    units: [{ lineItem: 'SESSIONS', quantity: '1' }],
    cost,
  }
  const answer = await gateway.client.mutate('usageRecord', { events: [event] }, 'recorded rejected { message }')
  expect(answer).toMatchObject({ recorded: 1, rejected: [] })
}

test('denials average less than one database query, even while another tenant records usage', async () => {
  const [spent, other] = [await newKey('spent', '1'), await newKey('other', '1000000')]
  await record(spent.id, '1')
  await expect.poll(async () => (await gateway.authorize(spent.secret)).status).toBe(429)
  const askedFor = async () => {
    statements.length = 0
    for (let request = 0; request < 20; request += 1) {
      await record(other.id, '0.01')
      expect((await gateway.authorize(spent.secret)).status).toBe(429)
    }
    return exchanges()
  }
  // A denial counts for a tenth of a second: a machine that takes longer for one asks again.
  await expect.poll(askedFor).toBeLessThan(20)
})
