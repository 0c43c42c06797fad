import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { reconcileLeases } from '../../../schema/limit/leases/reconcile.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

let app: TestApp
let owner: Client
let gateway: TestGateway
let project: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  gateway = await startGateway(app)
  project = (await createOrganization(owner, 'Reconciled')).defaultProject
})
afterAll(() => app?.close())

const statusOf = async (id: string) => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on ApiKey { budgetStatus { spent reserved remaining } } } }'
  return (await owner.ask(query, { id })).data.node.budgetStatus[0]
}

test('an unsettled reservation returns to its budget after a day', async () => {
  const key = await createKey(owner, project, 'forgotten')
  await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ period: 'TOTAL', usd: '1' }] })
  const taken = await gateway.authorize(key.secret, { 'keyward-estimated-cost': '0.8' })
  expect(taken.status).toBe(200)
  expect((await gateway.authorize(key.secret, { 'keyward-estimated-cost': '0.8' })).status).toBe(429)
  await expect.poll(() => statusOf(key.id)).toEqual({ spent: '0', reserved: '0.8', remaining: '0.2' })
  expect(await reconcileLeases(app.database)).toBe(0)
  await app.database.sql("UPDATE limit_lease SET renewed_at = renewed_at - interval '25 hours'")
  expect(await reconcileLeases(app.database)).toBe(1)
  expect(await statusOf(key.id)).toEqual({ spent: '0', reserved: '0', remaining: '1' })
  const query = `query ($id: ID!) { project(id: $id) { auditLog(first: 1) { nodes { action actor { kind } } } } }`
  const { data } = await owner.ask(query, { id: project })
  expect(data.project.auditLog.nodes).toMatchObject([{ action: 'budget.reconciled', actor: { kind: 'SYSTEM' } }])
  // A late event is charged, and releases nothing a second time.
  const event = {
    eventId: 'late',
    credentialId: key.id,
    workload: 'INFERENCE',
    occurredAt: new Date().toISOString(),
    units: [],
    cost: '0.7',
    reservation: taken.headers.get('keyward-reservation'),
  }
  await gateway.client.mutate('usageRecord', { events: [event] })
  expect(await statusOf(key.id)).toEqual({ spent: '0.7', reserved: '0', remaining: '0.3' })
})

// Failed while a lease was renewed only if nothing was held or requested when the server looked, once a second.
// Reconciliation goes by the age of a lease, so unsettled amounts of a busy budget stayed reserved.
test.each([
  ['with slices of many requests', '0.001'],
  ['with a new slice for every request', '1'],
])('after an hour, reservations use a new lease even if the budget is in constant use %s', async (_, usd) => {
  const key = await createKey(owner, project, `always in use, ${usd} each`)
  await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ period: 'TOTAL', usd: '100' }] })
  /** The end of a reservation identifies its lease. */
  const leaseOf = async () => {
    const { status, headers } = await gateway.authorize(key.secret, { 'keyward-estimated-cost': usd })
    expect(status).toBe(200)
    return headers.get('keyward-reservation')?.slice(-22)
  }
  const first = await leaseOf()
  const now = performance.now.bind(performance)
  const later = vi.spyOn(performance, 'now').mockImplementation(() => now() + 3_700_000)
  try {
    let last = first
    for (let request = 0; request < 90 && last === first; request += 1) {
      await setTimeout(50)
      last = await leaseOf()
    }
    expect(last).not.toBe(first)
  } finally {
    later.mockRestore()
  }
})
