import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeGateway, rotateGatewayToken } from '../../../../schema/gateway/service.ts'
import { refusalOf } from '../../../clients/sdk/world.ts'
import { follow, type SyncWorld, sha256, startSyncWorld } from './setting.ts'

let world: SyncWorld
beforeAll(async () => {
  world = await startSyncWorld()
})
afterAll(() => world?.close())

async function keyWithSubjects(name: string) {
  const { apiKey, secret } = await world.owner.apiKeys.create({ projectId: world.projectId, name })
  const { credentials } = await world.gateway.gateway.lookUp({ secretHashes: [sha256(secret)] })
  return { id: apiKey.id, subjects: credentials[0]?.subjects ?? [] }
}

test('changing a key, its project or its organization invalidates the cached key', async () => {
  const { owner, gateway, organizationId } = world
  const project = await owner.projects.create({ organizationId, name: 'Followed' })
  const { apiKey, secret } = await owner.apiKeys.create({ projectId: project.id, name: 'followed' })
  const { credentials } = await gateway.gateway.lookUp({ secretHashes: [sha256(secret)] })
  const subjects = credentials[0]?.subjects ?? []
  const stream = follow(gateway)
  await stream.next()
  const seen = () => stream.until((message) => message.subjects.some((subject) => subjects.includes(subject)))
  const { id } = apiKey
  const changes = [
    () => owner.apiKeys.setScopes({ id, workloads: ['BATCH'] }),
    () => owner.apiKeys.setExpiration({ id, expiresAt: '2099-01-01T00:00:00Z' }),
    () => owner.apiKeys.setLimits({ id, requestsPerMinute: 5 }),
    () => owner.apiKeys.rotate({ id, overlapSeconds: 60 }),
    () => owner.apiKeys.finishRotation({ id }),
    () => owner.projects.setUsageLimits({ projectId: project.id, requestsPerMinute: 50 }),
    () => owner.organizations.setUsageLimits({ organizationId, requestsPerMinute: 500 }),
    () => owner.projects.archive({ id: project.id }),
    () => owner.projects.restore({ id: project.id }),
    () => owner.apiKeys.revoke({ id }),
  ]
  for (const change of changes) {
    const told = seen()
    await change()
    expect((await told).subjects.some((subject) => subjects.includes(subject))).toBe(true)
  }
  await stream.leave()
})

test('the stream advances `asOf` and reports `outageGraceSeconds` even if nothing changes', async () => {
  const stream = follow(world.gateway)
  const first = await stream.next()
  const second = await stream.until(({ asOf }) => asOf > first.asOf)
  expect(second.subjects).toEqual([])
  expect(second.cursor).toBe(first.cursor)
  expect(Date.parse(second.now)).toBeGreaterThanOrEqual(Date.parse(second.asOf))
  expect(second.outageGraceSeconds).toBe(60)
  await stream.leave()
})

test('a connection that resumes receives every change that it missed', async () => {
  const stream = follow(world.gateway)
  const { cursor } = await stream.next()
  await stream.leave()
  const { id, subjects } = await keyWithSubjects('missed')
  await world.owner.apiKeys.revoke({ id })
  const again = follow(world.gateway, cursor, stream.connectionId)
  const message = await again.next()
  expect(message.subjects).toContain(subjects[0])
  expect(BigInt(message.cursor)).toBeGreaterThan(BigInt(cursor))
  await again.leave()
  const { subjects: polled } = await world.gateway.gateway.acknowledge({ connectionId: stream.connectionId, cursor })
  expect(polled).toContain(subjects[0])
})

test("a malformed cursor and another gateway's connection id are rejected", async () => {
  const { gateway } = world
  const connectionId = randomUUID()
  await expect(follow(gateway, 'yesterday').next()).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(follow(gateway, undefined, 'me').next()).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await gateway.gateway.acknowledge({ connectionId })
  const other = await startOther()
  await expect(other.gateway.acknowledge({ connectionId })).rejects.toMatchObject({
    issues: [{ path: ['connectionId'] }],
  })
  await expect(gateway.gateway.acknowledge({ connectionId, cursor: '-1' })).rejects.toMatchObject({
    issues: [{ path: ['cursor'] }],
  })
})

async function startOther(name: string = randomUUID()) {
  const { createGateway } = await import('../../../../schema/gateway/service.ts')
  const { token } = await createGateway(world.app.runtime, name)
  return world.as(token)
}

// Failed when the stream did not authorize its caller again.
test('a gateway’s stream ends when its token is rotated or the gateway is removed', async () => {
  const { app } = world
  for (const end of [rotateGatewayToken, removeGateway]) {
    const name = randomUUID()
    const client = await startOther(name)
    const stream = follow(client)
    await stream.next()
    await end(app.runtime, name)
    const ended = (async () => {
      for (;;) await stream.next()
    })()
    expect(await refusalOf(ended)).toBeTruthy()
    expect(await refusalOf(client.gateway.acknowledge({ connectionId: randomUUID() }))).toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  }
})

test('people and keys cannot open the stream', async () => {
  const { owner, as } = world
  await expect(follow(owner).next()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(follow(as(null)).next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

test("reported uses update a key's last use", async () => {
  const { owner, gateway, projectId } = world
  const { apiKey, secret } = await owner.apiKeys.create({ projectId, name: 'used elsewhere' })
  const { credentials } = await gateway.gateway.lookUp({ secretHashes: [sha256(secret)] })
  const used = [credentials[0]?.useId ?? '']
  await gateway.gateway.acknowledge({ connectionId: randomUUID(), used })
  await expect(gateway.gateway.acknowledge({ connectionId: randomUUID(), used: ['me'] })).rejects.toMatchObject({
    issues: [{ path: ['used', '0'] }],
  })
  await expect.poll(async () => (await owner.apiKeys.get(apiKey.id)).lastUsedAt).not.toBeNull()
  expect((await owner.apiKeys.get(apiKey.id)).secretVersions[0]?.firstUsedAt).not.toBeNull()
})
