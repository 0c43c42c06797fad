import { decodeId } from '@keyward/schema/core/ids'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActorName } from '../../infra/world.ts'
import { startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../../nouns/verification/gateway.ts'

/*
 * `Organization.requireSecondFactor`: roles of people who sign in with a password and have no second factor are withheld.
 * Withheld roles do not count: the caller is treated as a stranger, for whom test/promises/authorization lists the responses.
 * test/infra/server/second-factor.test.ts turns second factors on and off as people do.
 */

const WITHHELD: ActorName[] = ['admin', 'member', 'projectAdmin', 'projectMember', 'externalAdmin', 'externalMember']

const SEEN = `{ viewer {
  organizations { totalCount } projects { totalCount } secondFactorRequiredBy { organizationId organizationName } } }`

let world: World
let gateway: TestGateway
let playground: string
beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
  const { token } = await world.as.member.mutate(
    'playgroundTokenCreate',
    { organizationId: world.ids.organization },
    'token',
  )
  playground = token
})
afterAll(() => world?.close())

const userIdOf = async (actor: ActorName): Promise<string> => {
  const { data } = await world.as[actor].ask('{ viewer { user { id } } }')
  return decodeId('User', data.viewer.user.id) ?? ''
}
const setFactor = async (actor: ActorName, has: boolean) =>
  world.database.sql('UPDATE "user" SET two_factor_enabled = $2 WHERE id = $1::uuid', [await userIdOf(actor), has])
const seen = async (actor: ActorName) => (await world.as[actor].ask(SEEN)).data.viewer
const require = (isRequired: boolean) =>
  world.as.owner.mutate(
    'organizationUpdate',
    { id: world.ids.organization, requireSecondFactor: isRequired },
    'organization { requireSecondFactor }',
  )

test('a person without a second factor cannot make an organization require one', async () => {
  const refused = await require(true)
  expect(refused).toMatchObject({
    __typename: 'InvalidStateError',
    message: expect.stringContaining('You have no second factor'),
  })
  expect((await seen('member')).secondFactorRequiredBy).toEqual([])
})

test('people without a required second factor see only how to add one, while others keep their roles', async () => {
  const before = await seen('member')
  expect(before.organizations.totalCount).toBe(1)
  const ofPlayground = async () => (await gateway.verify({ secret: playground })).__typename
  expect(await ofPlayground()).toBe('ApiKeyAllowed')
  await setFactor('owner', true)
  expect(await require(true)).toMatchObject({ organization: { requireSecondFactor: true } })

  const { organization, project, apiKey } = world.ids
  const ids = [organization, project, apiKey, world.ids.member.owner, world.ids.collaborator.projectMember]
  const name = (await world.as.owner.ask('query ($id: ID!) { organization(id: $id) { name } }', { id: organization }))
    .data.organization.name
  const leaks: string[] = []
  for (const actor of WITHHELD) {
    expect(await seen(actor), actor).toEqual({
      organizations: { totalCount: 0 },
      projects: { totalCount: 0 },
      secondFactorRequiredBy: [{ organizationId: organization, organizationName: name }],
    })
    const { data } = await world.as[actor].ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })
    if (data.nodes.some((node: unknown) => node !== null)) leaks.push(`${actor} reads`)
    for (const [mutation, input] of [
      ['apiKeyRotate', { id: apiKey }],
      ['projectUpdate', { id: project, name: 'taken' }],
      ['collaboratorRemove', { id: world.ids.collaborator.projectMember }],
      ['organizationUpdate', { id: organization, requireSecondFactor: false }],
    ] as const) {
      if ((await world.as[actor].mutate(mutation, input)).__typename !== 'NotFoundError')
        leaks.push(`${actor} ${mutation}`)
    }
  }
  expect(leaks).toEqual([])
  // A playground token acts with the roles of its person.
  await expect.poll(ofPlayground).toBe('ApiKeyDenied')

  // Keys, service accounts, the Owner, who has one, and single sign-on, which asks for its own.
  expect((await gateway.verify({ secret: world.as.liveKey.token })).__typename).toBe('ApiKeyAllowed')
  expect((await seen('adminAccount')).organizations.totalCount).toBe(1)
  expect((await seen('owner')).secondFactorRequiredBy).toEqual([])
  await world.database.sql(`UPDATE account SET provider_id = 'oidc' WHERE user_id = $1::uuid`, [
    await userIdOf('admin'),
  ])
  expect((await seen('admin')).organizations.totalCount).toBe(1)

  await setFactor('member', true)
  expect(await seen('member')).toEqual(before)
  await setFactor('member', false)
  // A passkey verifies its person: it counts until it is removed.
  const member = await userIdOf('member')
  await world.database.sql(
    `INSERT INTO passkey (id, user_id, name, credential_id, public_key, counter, device_type, backed_up)
     VALUES (gen_random_uuid(), $1::uuid, 'Laptop', 'AAAA', 'AAAA', 0, 'singleDevice', false)`,
    [member],
  )
  expect(await seen('member')).toEqual(before)
  await world.database.sql('DELETE FROM passkey WHERE user_id = $1::uuid', [member])
  await setFactor('member', false)
  expect((await seen('member')).organizations.totalCount).toBe(0)
  expect(await require(false)).toMatchObject({ organization: { requireSecondFactor: false } })
  expect(await seen('member')).toEqual(before)

  const { data } = await world.as.owner.ask(
    'query ($id: ID!) { organization(id: $id) { auditLog(first: 2) { nodes { action details { name value } } } } }',
    { id: organization },
  )
  expect(JSON.stringify(data)).toContain('requireSecondFactor')
})
