import type { Keyward } from '@keyward/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GatewayWorld, startGatewayWorld } from '../../clients/gateway-module/setting.ts'
import { foreignSecret } from '../../infra/world.ts'

/* Pauses of keys, projects and organizations: at the server, in a gateway's memory, and for keys as callers of the graph. */

let world: GatewayWorld
let owner: Keyward
beforeAll(async () => {
  world = await startGatewayWorld()
  owner = world.owner
})
afterAll(() => world?.close())

let made = 0
const create = (projectId = world.projectId) => owner.apiKeys.create({ projectId, name: `paused ${++made}` })
const inTime = (seconds: number) => new Date(world.database.clock.now().getTime() + seconds * 1_000).toISOString()

/** The decisions of the gateway module and of the server: `ALLOWED`, or the reason. */
async function decisions(secret: string): Promise<[module: string, server: string]> {
  const here = await world.module.authorize(secret)
  const [there] = await world.gateway.apiKeys.verify([{ secret }])
  return [here, there].map((each) => (each?.__typename === 'ApiKeyDenied' ? each.reason : 'ALLOWED')) as [
    string,
    string,
  ]
}
const both = (outcome: string): [string, string] => [outcome, outcome]

test('a paused key is denied everywhere once gateways acknowledge the pause', async () => {
  const { apiKey, secret } = await create()
  expect(await decisions(secret)).toEqual(both('ALLOWED'))
  const paused = await owner.apiKeys.pause({ id: apiKey.id, awaitGatewaysSeconds: 10 })
  expect(paused.gateways?.every(({ acknowledged }) => acknowledged)).toBe(true)
  expect(paused.apiKey).toMatchObject({ status: 'PAUSED', pausedAt: expect.any(String), pausedUntil: null })
  // Without a wait: every gateway has applied it. Failed while the columns of the pause were not read.
  expect(await decisions(secret)).toEqual(both('PAUSED'))
  expect(await owner.apiKeys.resume({ id: apiKey.id })).toMatchObject({ status: 'ACTIVE', pausedAt: null })
  await expect.poll(() => decisions(secret)).toEqual(both('ALLOWED'))
})

test('a pause ends by the database’s clock, even at a gateway that cached the key', async () => {
  const { apiKey, secret } = await create()
  await owner.apiKeys.pause({ id: apiKey.id, until: inTime(3_600), awaitGatewaysSeconds: 10 })
  expect(await decisions(secret)).toEqual(both('PAUSED'))
  world.database.clock.advance(3_601_000)
  await expect.poll(() => decisions(secret), { timeout: 10_000 }).toEqual(both('ALLOWED'))
  expect(await owner.apiKeys.get(apiKey.id)).toMatchObject({ status: 'ACTIVE', pausedAt: null, pausedUntil: null })
  // A pause that is over cannot be resumed, and a new one does not repeat it.
  await owner.apiKeys.resume({ id: apiKey.id })
  await owner.apiKeys.pause({ id: apiKey.id })
  const { items } = await owner.auditLog.listOfProject({ projectId: world.projectId, filter: { targetId: apiKey.id } })
  expect(items.map(({ action }) => action)).toEqual(['apiKey.paused', 'apiKey.paused', 'apiKey.created'])
})

test('repeating a pause or a resumption changes nothing, except for a new end time', async () => {
  const { id } = (await create()).apiKey
  const first = await owner.apiKeys.pause({ id })
  expect((await owner.apiKeys.pause({ id })).apiKey.pausedAt).toBe(first.apiKey.pausedAt)
  const until = inTime(60)
  expect((await owner.apiKeys.pause({ id, until })).apiKey).toMatchObject({
    pausedAt: first.apiKey.pausedAt,
    pausedUntil: until,
  })
  await owner.apiKeys.pause({ id, until })
  await owner.apiKeys.resume({ id })
  await owner.apiKeys.resume({ id })
  const { items } = await owner.auditLog.listOfProject({ projectId: world.projectId, filter: { targetId: id } })
  expect(items.map(({ action }) => action)).toEqual([
    'apiKey.resumed',
    'apiKey.paused',
    'apiKey.paused',
    'apiKey.created',
  ])
  await expect(owner.apiKeys.pause({ id, until: inTime(-1) })).rejects.toMatchObject({ code: 'VALIDATION' })
})

test('a paused key counts as PAUSED and can be rotated and revoked', async () => {
  const { id: projectId } = await owner.projects.create({ organizationId: world.organizationId, name: 'Counted' })
  const { apiKey, secret } = await create(projectId)
  await create(projectId)
  await owner.apiKeys.pause({ id: apiKey.id })
  const count = async (status: 'ACTIVE' | 'PAUSED' | 'EXPIRED' | 'REVOKED') => {
    const { items } = await owner.apiKeys.list({ projectId, filter: { statuses: [status] } })
    expect(items.every((each) => each.status === status)).toBe(true)
    return items.length
  }
  expect([await count('ACTIVE'), await count('PAUSED'), await count('EXPIRED')]).toEqual([1, 1, 0])
  await expect(owner.apiKeys.create({ projectId, name: apiKey.name })).rejects.toMatchObject({ code: 'CONFLICT' })
  const rotated = await owner.apiKeys.rotate({ id: apiKey.id, overlapSeconds: 600 })
  await expect.poll(() => decisions(rotated.secret)).toEqual(both('PAUSED'))
  expect((await owner.apiKeys.revoke({ id: apiKey.id })).apiKey).toMatchObject({ status: 'REVOKED', pausedAt: null })
  await expect.poll(() => decisions(secret)).toEqual(both('REVOKED'))
  await expect(owner.apiKeys.pause({ id: apiKey.id })).rejects.toMatchObject({ code: 'INVALID_STATE' })
  expect([await count('PAUSED'), await count('REVOKED')]).toEqual([0, 1])
})

test('a paused project’s keys are denied, and resuming the project does not resume paused keys', async () => {
  const { id } = await owner.projects.create({ organizationId: world.organizationId, name: 'Emergency' })
  const [key, other] = [await create(id), await create(id)]
  await owner.apiKeys.pause({ id: other.apiKey.id })
  expect(await decisions(key.secret)).toEqual(both('ALLOWED'))
  const paused = await owner.projects.pause({ id, awaitGatewaysSeconds: 10 })
  expect(paused.project).toMatchObject({ pausedAt: expect.any(String), pausedUntil: null })
  expect(await decisions(key.secret)).toEqual(both('PAUSED'))
  expect((await owner.apiKeys.get(key.apiKey.id)).status).toBe('ACTIVE')
  expect(await owner.projects.resume({ id })).toMatchObject({ pausedAt: null })
  await expect.poll(() => decisions(key.secret)).toEqual(both('ALLOWED'))
  expect(await decisions(other.secret)).toEqual(both('PAUSED'))
})

test('all secrets of a paused organization are denied, but its people can resume it', async () => {
  const organization = await owner.organizations.create({ name: 'In danger' })
  const organizationId = organization.id
  const { apiKey, secret } = await create(organization.defaultProject?.id)
  const legacy = foreignSecret()
  await owner.legacyKey.import({ organizationId, secret: legacy })
  const { token } = await owner.playground.createToken({ organizationId })
  const below = [secret, legacy, token]
  for (const each of below) expect(await decisions(each)).toEqual(both('ALLOWED'))
  const asKey = world.as(secret)
  expect((await asKey.viewer.get()).kind).toBe('API_KEY')
  await owner.organizations.pause({ id: organizationId, awaitGatewaysSeconds: 10 })
  for (const each of below) expect(await decisions(each)).toEqual(both('PAUSED'))
  for (const each of [secret, legacy]) {
    await expect(world.as(each).viewer.get()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  }
  // Its people find the cause and end it.
  await owner.apiKeys.revoke({ id: apiKey.id })
  expect(await owner.organizations.resume({ id: organizationId })).toMatchObject({ pausedAt: null })
  await expect.poll(() => decisions(legacy)).toEqual(both('ALLOWED'))
  expect(await decisions(secret)).toEqual(both('REVOKED'))
})
