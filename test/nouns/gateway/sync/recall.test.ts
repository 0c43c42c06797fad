import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { follow, type SyncWorld, sha256, startSyncWorld } from './setting.ts'

let world: SyncWorld
beforeAll(async () => {
  world = await startSyncWorld()
})
afterAll(() => world?.close())

// Failed when the exchange did not recall leases.
test("an exchange that needs another connection's idle lease recalls it from that connection only", async () => {
  const { owner, gateway, projectId } = world
  const { apiKey, secret } = await owner.apiKeys.create({
    projectId,
    name: 'contended',
    limits: { budgets: [{ period: 'TOTAL', usd: '1' }] },
  })
  const { credentials } = await gateway.gateway.lookUp({ secretHashes: [sha256(secret)] })
  const subject = credentials[0]?.limits[0]?.subject
  const [holder, other] = [follow(gateway), follow(gateway)]
  await Promise.all([holder.next(), other.next()])
  const lease = (need: string) => ({
    leaseId: randomUUID(),
    scopeId: apiKey.id,
    period: 'TOTAL' as const,
    windowStart: '1970-01-01T00:00:00.000Z',
    used: '0',
    returned: '0',
    need,
    want: '0',
    least: need,
  })
  const ask = (connectionId: string, need: string) =>
    gateway.limits.exchangeLeases({ connectionId, leases: [lease(need)], rates: [] })
  expect((await ask(holder.connectionId, '0.6')).leases).toMatchObject([{ granted: '0.6' }])
  const told = holder.until(({ recalls }) => recalls.length > 0)
  expect((await ask(other.connectionId, '0.6')).leases).toMatchObject([{ granted: '0', idleWithOthers: '0.6' }])
  expect((await told).recalls).toEqual([subject])
  expect((await other.next()).recalls).toEqual([])
  await Promise.all([holder.leave(), other.leave()])
})
