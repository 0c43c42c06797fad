import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GatewayWorld, startGatewayWorld } from './setting.ts'

let world: GatewayWorld
beforeAll(async () => {
  world = await startGatewayWorld()
})
afterAll(() => world?.close())

test('adjusting a wrong charge unblocks its key at two gateway modules', async () => {
  const { owner, organizationId, module } = world
  const other = world.open()
  await other.ready()
  const project = await owner.projects.create({ organizationId, name: 'Adjusted' })
  const { apiKey, secret } = await owner.apiKeys.create({ projectId: project.id, name: 'blocked' })
  await owner.apiKeys.setLimits({ id: apiKey.id, budgets: [{ period: 'MONTH', usd: '1' }] })
  await Promise.all([world.caughtUp(module), world.caughtUp(other)])
  const reasons = async () => {
    const decisions = await Promise.all([module, other].map((each) => each.authorize(secret, { estimatedCost: '0.1' })))
    return decisions.map((decision) => (decision.__typename === 'ApiKeyDenied' ? decision.reason : 'ALLOWED'))
  }
  const hour = new Date().toISOString()
  const adjustment = { apiKeyId: apiKey.id, hour, workload: 'INFERENCE', reason: 'The price was wrong.' } as const
  await owner.usage.adjust({ ...adjustment, adjustmentId: randomUUID(), amount: '25' })
  await expect.poll(reasons).toEqual(['BUDGET_EXCEEDED', 'BUDGET_EXCEEDED'])
  await owner.usage.adjust({ ...adjustment, adjustmentId: randomUUID(), amount: '-25' })
  await expect.poll(reasons).toEqual(['ALLOWED', 'ALLOWED'])
})
