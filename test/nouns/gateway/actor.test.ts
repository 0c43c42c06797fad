import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeId } from '../../../schema/core/ids.ts'
import { createGateway, listGateways, removeGateway, rotateGatewayToken } from '../../../schema/gateway/service.ts'
import { startWorld, type World } from '../../infra/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

const status = async (token: string): Promise<number> => (await world.client(token).ask('{ viewer { kind } }')).status

test('a gateway can read itself but no tenant data', async () => {
  const { as, ids } = world
  const { data, errors } = await as.gateway.ask(
    `{ viewer { kind user { id } actor { __typename ... on Gateway { id name createdAt } }
         organizations { totalCount nodes { id } } projects { totalCount nodes { id } } } }`,
  )
  expect(errors).toBeUndefined()
  expect(data.viewer).toEqual({
    kind: 'GATEWAY',
    user: null,
    actor: {
      __typename: 'Gateway',
      id: ids.gateway,
      name: 'Canary gateway',
      createdAt: expect.stringMatching(/Z$/),
    },
    organizations: { totalCount: 0, nodes: [] },
    projects: { totalCount: 0, nodes: [] },
  })
  const nodes = await as.gateway.ask(
    `query ($ids: [ID!]!, $organization: ID!, $project: ID!) {
       nodes(ids: $ids) { id } organization(id: $organization) { id } project(id: $project) { id } }`,
    {
      ids: [ids.organization, ids.project, ids.apiKey, ids.legacyKey, ids.user.owner, ids.account.adminAccount],
      organization: ids.organization,
      project: ids.project,
    },
  )
  expect(nodes.errors).toBeUndefined()
  expect(nodes.data).toEqual({ nodes: [null, null, null, null, null, null], organization: null, project: null })
})

test('a gateway cannot read another gateway', async () => {
  const other = await createGateway(world.app.runtime, 'another')
  const query = 'query ($id: ID!) { node(id: $id) { id } }'
  const id = encodeId('Gateway', other.gatewayId)
  expect(await world.as.gateway.ask(query, { id })).toEqual({ status: 200, data: { node: null }, errors: undefined })
  expect((await world.client(other.token).ask(query, { id })).data).toEqual({ node: { id } })
})

test('a gateway’s last-seen time is written in a batch, after the request', async () => {
  const { app, client } = world
  const { token, gatewayId } = await createGateway(app.runtime, 'seen')
  const seenAt = async () => (await listGateways(app.runtime)).find(({ id }) => id === gatewayId)?.lastSeenAt
  await app.runtime.lastUsed.flush()
  expect(await seenAt()).toBeNull()
  await client(token).ask('{ viewer { kind } }')
  await app.runtime.lastUsed.flush()
  const first = await seenAt()
  expect(first).toBeInstanceOf(Date)
  world.database.clock.advance(5_000)
  await client(token).ask('{ viewer { kind } }')
  await app.runtime.lastUsed.flush()
  expect((await seenAt())?.getTime()).toBeGreaterThanOrEqual((first?.getTime() ?? 0) + 5_000)
})

test('a gateway’s token stops working once it is rotated or the gateway is removed', async () => {
  const { runtime } = world.app
  const made = await createGateway(runtime, 'short-lived')
  const [row] = await world.database.sql<{ hash: string; row: string }>(
    `SELECT encode(token_hash, 'hex') AS hash, to_jsonb(g)::text AS row FROM gateway g WHERE id = $1`,
    [made.gatewayId],
  )
  expect(row?.hash).toBe(createHash('sha256').update(made.token).digest('hex'))
  expect(row?.row).not.toContain(made.token.slice(-20))
  expect(await status(made.token)).toBe(200)
  const rotated = await rotateGatewayToken(runtime, 'SHORT-lived')
  expect(rotated?.gatewayId).toBe(made.gatewayId)
  // Gateways are cached so that they work in an outage. The change removes the entry.
  await expect.poll(() => status(made.token)).toBe(401)
  expect(await status(rotated?.token ?? '')).toBe(200)
  expect(await removeGateway(runtime, 'short-lived')).toEqual({ name: 'short-lived' })
  await expect.poll(() => status(rotated?.token ?? '')).toBe(401)
  expect([await removeGateway(runtime, 'short-lived'), await rotateGatewayToken(runtime, 'short-lived')]).toEqual([
    null,
    null,
  ])
})

test('each change of a gateway is published to every replica', async () => {
  const { runtime } = world.app
  const announced = () =>
    world.database.prisma.changeEvent.findMany({
      where: { kind: 'GATEWAY_CHANGED', subjectId: gatewayId },
      orderBy: { position: 'asc' },
    })
  const { gatewayId } = await createGateway(runtime, 'announced')
  expect(await announced()).toMatchObject([{ organizationId: null, projectId: null }])
  await rotateGatewayToken(runtime, 'announced')
  expect(await announced()).toHaveLength(2)
  await removeGateway(runtime, 'announced')
  expect(await announced()).toHaveLength(3)
})

test('only one of 8 concurrent creations of gateways with the same name succeeds', async () => {
  const made = await Promise.allSettled(
    Array.from({ length: 8 }, () => createGateway(world.app.runtime, 'only one of these')),
  )
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const result of made) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CONFLICT' })
})

test('the graph has no mutation that creates gateways', async () => {
  const { data } = await world.as.owner.ask('{ __schema { mutationType { fields { name } } } }')
  const names: string[] = data.__schema.mutationType.fields.map(({ name }: { name: string }) => name)
  expect(names.length).toBeGreaterThan(30)
  expect(names.filter((name) => /gateway/i.test(name))).toEqual(['gatewayAcknowledge'])
})
