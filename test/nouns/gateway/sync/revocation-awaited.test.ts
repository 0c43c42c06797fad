import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { follow, type SyncWorld, startSyncWorld } from './setting.ts'

let world: SyncWorld
beforeAll(async () => {
  world = await startSyncWorld()
})
afterAll(() => world?.close())

const create = async (name: string) => (await world.owner.apiKeys.create({ projectId: world.projectId, name })).apiKey

test('apiKeyRevoke waits for every connection of a gateway and reports which have applied the revocation', async () => {
  const { owner, gateway, gatewayName } = world
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
  expect(receipts.get(stream.connectionId)).toMatchObject({ gatewayName, acknowledged: true })
  expect(receipts.get(deaf)).toMatchObject({ gatewayName, acknowledged: false })

  // A connection that was closed in order is not waited for.
  await gateway.gateway.acknowledge({ connectionId: deaf, leaving: true })
  const { id: next } = await create('awaited again')
  const { gateways: all } = await owner.apiKeys.revoke({ id: next, awaitGatewaysSeconds: 10 })
  expect(all).toMatchObject([{ connectionId: stream.connectionId, acknowledged: true }])
  await stream.leave()
  await listening
})

test('apiKeyRevoke without a waiting time returns at once', async () => {
  const { id } = await create('not awaited')
  expect((await world.owner.apiKeys.revoke({ id })).gateways).toBeNull()
  const { id: other } = await create('too long')
  await expect(world.owner.apiKeys.revoke({ id: other, awaitGatewaysSeconds: 11 })).rejects.toMatchObject({
    issues: [{ path: ['awaitGatewaysSeconds'] }],
  })
})
