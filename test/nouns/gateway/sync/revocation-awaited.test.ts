import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { follow, startVerifierWorld, type VerifierWorld } from './setting.ts'

let world: VerifierWorld
beforeAll(async () => {
  world = await startVerifierWorld()
})
afterAll(() => world?.close())

const create = async (name: string) => (await world.owner.apiKeys.create({ projectId: world.projectId, name })).apiKey

test('apiKeyRevoke waits for every connection of a gateway and reports which have applied the revocation', async () => {
  const { owner, gateway, gatewayName } = world
  const deaf = randomUUID()
  await gateway.verifiers.acknowledge({ verifierId: deaf })
  const stream = follow(gateway)
  const { cursor } = await stream.next()
  const { id } = await create('awaited')
  const listening = (async () => {
    for (let last = cursor; ; ) {
      const message = await stream.next()
      if (message.cursor === last) continue
      last = message.cursor
      await gateway.verifiers.acknowledge({ verifierId: stream.verifierId, cursor: last })
    }
  })().catch(() => {})
  const { apiKey, verifiers } = await owner.apiKeys.revoke({ id, awaitVerifiersSeconds: 1 })
  expect(apiKey.status).toBe('REVOKED')
  const receipts = new Map(verifiers?.map((receipt) => [receipt.verifierId, receipt]))
  expect(receipts.get(stream.verifierId)).toMatchObject({ gatewayName, acknowledged: true })
  expect(receipts.get(deaf)).toMatchObject({ gatewayName, acknowledged: false })

  // A connection that was closed in order is not waited for.
  await gateway.verifiers.acknowledge({ verifierId: deaf, leaving: true })
  const { id: next } = await create('awaited again')
  const { verifiers: all } = await owner.apiKeys.revoke({ id: next, awaitVerifiersSeconds: 10 })
  expect(all).toMatchObject([{ verifierId: stream.verifierId, acknowledged: true }])
  await stream.leave()
  await listening
})

test('apiKeyRevoke without a waiting time returns at once', async () => {
  const { id } = await create('not awaited')
  expect((await world.owner.apiKeys.revoke({ id })).verifiers).toBeNull()
  const { id: other } = await create('too long')
  await expect(world.owner.apiKeys.revoke({ id: other, awaitVerifiersSeconds: 11 })).rejects.toMatchObject({
    issues: [{ path: ['awaitVerifiersSeconds'] }],
  })
})
