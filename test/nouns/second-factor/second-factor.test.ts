import { decodeId } from '@keyward/schema/core/ids'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ActorName, startWorld, type World } from '../../infra/world.ts'

/*
 * `hasSecondFactor` and `peopleWithoutSecondFactor`. test/promises/rules/second-factor.test.ts tests what an organization
 * withholds that requires one, and test/promises/authorization who may read these fields.
 */

let world: World
beforeAll(async () => {
  world = await startWorld()
  await run('owner', 'UPDATE "user" SET two_factor_enabled = true WHERE id = $1::uuid')
  await run('admin', `UPDATE account SET provider_id = 'oidc' WHERE user_id = $1::uuid`)
  await run(
    'member',
    `INSERT INTO passkey (id, user_id, name, credential_id, public_key, counter, device_type, backed_up)
     VALUES (gen_random_uuid(), $1::uuid, 'Laptop', 'AAAA', 'AAAA', 0, 'singleDevice', false)`,
  )
})
afterAll(() => world?.close())

async function run(actor: ActorName, sql: string): Promise<void> {
  const { data } = await world.as[actor].ask('{ viewer { user { id } } }')
  await world.database.sql(sql, [decodeId('User', data.viewer.user.id)])
}

const nameOf = async (actor: ActorName): Promise<string> =>
  (await world.as[actor].ask('{ viewer { user { name } } }')).data.viewer.user.name

const MEMBERS = `query ($id: ID!, $has: Boolean) { organization(id: $id) {
  members(first: 100, hasSecondFactor: $has) {
    totalCount nodes { hasSecondFactor principal { __typename ... on User { name } } } } } }`

const listMembers = async (actor: ActorName, has: boolean | null) =>
  world.as[actor].ask(MEMBERS, { id: world.ids.organization, has })

test('an authenticator app or a passkey counts as a second factor', async () => {
  const { data, errors } = await listMembers('owner', null)
  expect(errors).toBeUndefined()
  const found = new Map<string | undefined, unknown>()
  for (const { hasSecondFactor, principal } of data.organization.members.nodes)
    found.set(principal.name ?? principal.__typename, hasSecondFactor)
  expect(found.get(await nameOf('owner'))).toBe(true)
  expect(found.get(await nameOf('member'))).toBe(true)
  expect(found.get(await nameOf('admin'))).toBeNull()
  expect(found.get(await nameOf('projectMember'))).toBe(false)
  expect(found.get('ServiceAccount')).toBeNull()
})

test.each([true, false])('the filter hasSecondFactor: %s lists and counts the matching members', async (has) => {
  const all = (await listMembers('admin', null)).data.organization.members
  const { totalCount, nodes } = (await listMembers('admin', has)).data.organization.members
  expect(nodes).toEqual(all.nodes.filter((node: { hasSecondFactor: unknown }) => node.hasSecondFactor === has))
  expect([nodes.length > 0, totalCount]).toEqual([true, nodes.length])
})

// Failed without the check of the argument: the filter distinguished members whose field the caller may not read.
test('the filter hasSecondFactor is FORBIDDEN to callers who cannot read second factors', async () => {
  for (const actor of ['member', 'projectAdmin', 'memberAccount'] as const) {
    const { data, errors } = await world.as[actor].ask(
      `query ($id: ID!) { organization(id: $id) { members(first: 5, hasSecondFactor: true) { totalCount } } }`,
      { id: world.ids.organization },
    )
    expect([actor, data.organization.members]).toEqual([actor, null])
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      action: 'member:readSecondFactor',
      allowedRoles: ['OWNER', 'ADMIN'],
    })
  }
})

test('peopleWithoutSecondFactor lists exactly the people whose roles a required second factor withholds', async () => {
  const { data } = await world.as.admin.ask(
    `query ($id: ID!) { organization(id: $id) {
       peopleWithoutSecondFactor(first: 100) { totalCount nodes { name email } } } }`,
    { id: world.ids.organization },
  )
  const { nodes, totalCount } = data.organization.peopleWithoutSecondFactor
  const named = nodes.map(({ name }: { name: string }) => name).sort()
  expect(totalCount).toBe(named.length)
  const PEOPLE = [
    'owner',
    'admin',
    'member',
    'projectAdmin',
    'projectMember',
    'externalAdmin',
    'externalMember',
  ] as const
  await world.as.owner.mutate('organizationUpdate', { id: world.ids.organization, requireSecondFactor: true })
  const withheld: string[] = []
  for (const actor of PEOPLE) {
    const { viewer } = (await world.as[actor].ask('{ viewer { secondFactorRequiredBy { organizationId } } }')).data
    if (viewer.secondFactorRequiredBy.length > 0) withheld.push(await nameOf(actor))
  }
  expect(withheld).toHaveLength(4)
  expect(named).toEqual(withheld.sort())
  await world.as.owner.mutate('organizationUpdate', { id: world.ids.organization, requireSecondFactor: false })
})

test('a collaborator’s second factor is readable for the organization’s administrators, not for those of the project', async () => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Collaborator { external hasSecondFactor } } }'
  const id = world.ids.collaborator.externalMember
  expect((await world.as.owner.ask(query, { id })).data.node).toEqual({ external: true, hasSecondFactor: false })
  const { data, errors } = await world.as.projectAdmin.ask(query, { id })
  expect(data.node).toEqual({ external: true, hasSecondFactor: null })
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
})
