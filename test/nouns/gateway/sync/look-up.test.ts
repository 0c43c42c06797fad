import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeId, newId } from '../../../../schema/core/ids.ts'
import { refusalOf } from '../../../clients/sdk/world.ts'
import { type SyncWorld, sha256, startSyncWorld } from './setting.ts'

let world: SyncWorld
beforeAll(async () => {
  world = await startSyncWorld()
})
afterAll(() => world?.close())

test("a look-up by hash returns a key's rights and the subjects whose changes invalidate them", async () => {
  const { owner, gateway, projectId, organizationId } = world
  const { apiKey, secret } = await owner.apiKeys.create({
    projectId,
    name: 'known',
    workloads: ['INFERENCE'],
    allowedIps: ['192.0.2.0/24'],
    limits: { requestsPerMinute: 60, budgets: [{ period: 'DAY', usd: '2.5' }] },
  })
  const { credentials, asOf } = await gateway.gateway.lookUp({ secretHashes: [sha256(secret), sha256('nobody’s')] })
  expect(credentials).toEqual([
    {
      secretHash: sha256(secret),
      subjects: expect.toSatisfy((subjects: string[]) => subjects.length === 3),
      kind: 'API_KEY',
      credentialId: apiKey.id,
      name: 'known',
      projectId,
      organizationId,
      secretVersion: 1,
      retiresAt: null,
      expiresAt: null,
      revoked: false,
      paused: false,
      pausedUntil: null,
      projectArchived: false,
      workloads: ['INFERENCE'],
      models: [],
      allowedIps: ['192.0.2.0/24'],
      origins: [],
      limits: [
        {
          scope: 'API_KEY',
          scopeId: apiKey.id,
          subject: expect.any(String),
          kind: 'DAY',
          model: null,
          limit: '2.5',
          onLimit: 'REJECT',
        },
        {
          scope: 'API_KEY',
          scopeId: apiKey.id,
          subject: expect.any(String),
          kind: 'REQUESTS_PER_MINUTE',
          model: null,
          limit: '60',
          onLimit: 'REJECT',
        },
      ].sort((a, b) => (a.kind < b.kind ? 1 : -1)),
      useId: expect.stringMatching(/^secret:/),
    },
  ])
  expect(Date.parse(asOf)).toBeGreaterThan(0)
})

test('a look-up returns resources and models with their projects', async () => {
  const { owner, gateway, projectId } = world
  const resource = await owner.resources.register({ projectId, kind: 'FILE', name: 'weights' })
  const { resources, models } = await gateway.gateway.lookUp({
    resourceIds: [resource.id],
    models: ['no-such-model'],
  })
  expect(resources).toEqual([{ resourceId: resource.id, projectId, subjects: [expect.any(String)] }])
  expect(models).toEqual([])
})

test('a look-up rejects unhashed secrets and more entries than the maximum', async () => {
  const { gateway } = world
  const refused = await refusalOf(gateway.gateway.lookUp({ secretHashes: ['kw_proj_secret'] }))
  expect(refused).toMatchObject({ code: 'BAD_REQUEST' })
  expect(String(refused)).not.toContain('kw_proj_secret')
  const many = Array.from({ length: 501 }, (_, index) => sha256(String(index)))
  expect(await refusalOf(gateway.gateway.lookUp({ secretHashes: many }))).toMatchObject({ code: expect.any(String) })
})

test('only gateways can look up secrets', async () => {
  const { owner, as, projectId } = world
  const { secret } = await owner.apiKeys.create({ projectId, name: 'curious' })
  const asks = { secretHashes: [sha256(secret)] }
  for (const client of [owner, as(secret)]) {
    await expect(client.gateway.lookUp(asks)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  }
  await expect(as(null).gateway.lookUp(asks)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

// The query of the SDK. A gateway that starts under load looks hundreds of keys up at once.
test('a look-up of the maximum size is within the request caps', async () => {
  const of = <Id>(make: (index: number) => Id) => Array.from({ length: 500 }, (_, index) => make(index))
  const most = {
    secretHashes: of((index) => sha256(String(index))),
    resourceIds: of(() => encodeId('Resource', newId())),
    models: of((index) => `model ${index}`),
  }
  expect(await world.gateway.gateway.lookUp(most)).toMatchObject({ credentials: [], resources: [], models: [] })
  const leases = of(() => ({
    leaseId: randomUUID(),
    scopeId: encodeId('Project', newId()),
    period: 'TOTAL' as const,
    windowStart: '1970-01-01T00:00:00Z',
    used: '0',
    returned: '0',
    need: '1',
    want: '1',
    least: '1',
  }))
  const rates = of(() => ({ scopeId: encodeId('Project', newId()), back: 0, need: 1, want: 1 }))
  const connectionId = randomUUID()
  expect(await world.gateway.limits.exchangeLeases({ connectionId, leases, rates })).toMatchObject({ rates: [] })
})
