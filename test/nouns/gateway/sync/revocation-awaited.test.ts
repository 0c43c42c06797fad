import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { follow, type SyncWorld, startSyncWorld } from './setting.ts'

let world: SyncWorld
beforeAll(async () => {
  world = await startSyncWorld()
})
afterAll(() => world?.close())

const create = async (name: string) => (await world.owner.apiKeys.create({ projectId: world.projectId, name })).apiKey

test('apiKeyRevoke reports which gateway connections have applied the revocation', async () => {
  const { owner, gateway } = world
  const deaf = randomUUID()
  await gateway.gateway.acknowledge({ connectionId: deaf })
  const stream = follow(gateway)
  const { cursor } = await stream.next()
  const { id } = await create('awaited')
  const listening = (async () => {
    for (let last = cursor; ; ) {
      const message = await stream.next()
      if (message.cursor === last) continue
      last = message.cursor
      await gateway.gateway.acknowledge({ connectionId: stream.connectionId, cursor: last })
    }
  })().catch(() => {})
  const { apiKey, gateways } = await owner.apiKeys.revoke({ id, awaitGatewaysSeconds: 1 })
  expect(apiKey.status).toBe('REVOKED')
  const receipts = new Map(gateways?.map((receipt) => [receipt.connectionId, receipt]))
  expect(receipts.get(stream.connectionId)).toMatchObject({ acknowledged: true })
  expect(receipts.get(deaf)).toMatchObject({ acknowledged: false })

  // A connection that was closed in order is not waited for.
  await gateway.gateway.acknowledge({ connectionId: deaf, leaving: true })
  const { id: next } = await create('awaited again')
  const { gateways: all } = await owner.apiKeys.revoke({ id: next, awaitGatewaysSeconds: 10 })
  expect(all).toMatchObject([{ connectionId: stream.connectionId, acknowledged: true }])
  await stream.leave()
  await listening
})

// Failed while every tenant saw the names of all gateways of the instance.
test('tenants see the names of gateways only if the operator shows them', async () => {
  const { owner, gateway, gatewayName, app } = world
  const connectionId = randomUUID()
  await gateway.gateway.acknowledge({ connectionId })
  const receipt = async (name: string) => {
    const { id } = await create(name)
    const { gateways } = await owner.apiKeys.revoke({ id, awaitGatewaysSeconds: 0 })
    return gateways?.find((each) => each.connectionId === connectionId)
  }
  expect(await receipt('unnamed')).toMatchObject({ gatewayId: null, gatewayName: null, acknowledged: false })
  app.runtime.settings.gatewaysAreNamed = true
  expect(await receipt('named')).toMatchObject({ gatewayId: expect.stringMatching(/^gtw_/), gatewayName })
  app.runtime.settings.gatewaysAreNamed = false
})

test('apiKeyRevoke without a waiting time returns at once', async () => {
  const { id } = await create('not awaited')
  expect((await world.owner.apiKeys.revoke({ id })).gateways).toBeNull()
  const { id: other } = await create('too long')
  await expect(world.owner.apiKeys.revoke({ id: other, awaitGatewaysSeconds: 11 })).rejects.toMatchObject({
    issues: [{ path: ['awaitGatewaysSeconds'] }],
  })
})
