import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeUser } from '../../../schema/user/remove.ts'
import { addCollaborator, createKey, join, startWorld, type World } from '../../infra/world.ts'
import { whoAnswers } from './answering.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const CREATOR = `query ($id: ID!) { node(id: $id) { ... on ApiKey {
  status createdByName createdBy { ... on User { id } ... on ServiceAccount { id } } advice } } }`

const look = async (id: string) => (await world.as.owner.ask(CREATOR, { id })).data.node

test('rule 07: a key keeps working after its creator is removed from the project', async () => {
  const { as, ids } = world
  const { id, secret } = await createKey(as.externalMember, ids.project, 'made by an external')
  const removed = await as.projectAdmin.mutate('collaboratorRemove', { id: ids.collaborator.externalMember })
  expect(removed).toMatchObject({ __typename: 'CollaboratorRemovePayload' })
  expect(
    (await as.externalMember.ask(`query ($id: ID!) { project(id: $id) { id } }`, { id: ids.project })).data,
  ).toEqual({ project: null })
  expect(await whoAnswers(world, secret)).toMatchObject({ id })
  const key = await look(id)
  expect(key).toMatchObject({ status: 'ACTIVE', createdByName: 'Canary externalMember' })
  expect(key.advice).toContain('CREATOR_GONE')
})

test('rule 07: a key keeps working after its creator leaves or is removed from the organization', async () => {
  const { as, ids, signUp } = world
  const leaver = await signUp('Leaver')
  const member = await join(as.owner, ids.organization, leaver, 'ADMIN')
  const { id, secret } = await createKey(leaver, ids.otherProject, 'made by a leaver')
  expect(await leaver.mutate('memberRemove', { id: member })).toMatchObject({ __typename: 'MemberRemovePayload' })
  expect(await whoAnswers(world, secret)).toMatchObject({ id })
  expect((await look(id)).advice).toContain('CREATOR_GONE')

  const second = await createKey(as.projectMember, ids.project, 'made by who is removed')
  await as.admin.mutate('memberRemove', { id: ids.member.projectMember })
  expect(await whoAnswers(world, second.secret)).toMatchObject({ id: second.id })
  const key = await look(second.id)
  expect(key).toMatchObject({ status: 'ACTIVE', createdByName: 'Canary projectMember' })
  expect(key.createdBy).toEqual({ id: ids.user.projectMember })
})

test('rule 07: a key keeps working after its creator is removed from the instance', async () => {
  const { as, ids, signUp, app } = world
  const person = await signUp('Short guest')
  const member = await join(as.owner, ids.organization, person, 'MEMBER')
  await addCollaborator(as.owner, ids.project, member, 'MEMBER')
  const { id, secret } = await createKey(person, ids.project, 'made by who is gone')
  // No mutation removes a person; the operator's command does.
  expect(await removeUser(app.runtime, person.email)).toMatchObject({ name: 'Short guest', organizations: 1 })
  await expect.poll(async () => (await person.ask('{ viewer { kind } }')).status).toBe(401)
  expect(await whoAnswers(world, secret)).toMatchObject({ id })
  const key = await look(id)
  expect(key).toMatchObject({ status: 'ACTIVE', createdByName: 'Short guest', createdBy: null })
  expect(key.advice).toContain('CREATOR_GONE')
  expect((await as.owner.mutate('apiKeyRotate', { id, overlapSeconds: 0 }, 'secret')).secret).toMatch(/^kw_proj_/)
})

test('rule 07: a key keeps working after the service account that created it is removed', async () => {
  const { as, ids } = world
  const { id, secret } = await createKey(as.projectMemberAccount, ids.project, 'made by automation')
  await as.owner.mutate('serviceAccountRemove', { id: ids.account.projectMemberAccount })
  expect(await whoAnswers(world, as.projectMemberAccount.token ?? '')).toBeNull()
  expect(await whoAnswers(world, secret)).toMatchObject({ id })
  expect(await look(id)).toMatchObject({ createdByName: 'projectMemberAccount', createdBy: null })
})

test('rule 08: project ADMINs and MEMBERs can create and revoke keys', async () => {
  const { as, ids, signUp } = world
  const person = await signUp('Plain project member')
  await addCollaborator(as.owner, ids.project, await join(as.owner, ids.organization, person, 'MEMBER'), 'MEMBER')
  const { id: first, secret } = await createKey(as.projectAdmin, ids.project, 'made by the admin')
  const { id: second, secret: other } = await createKey(person, ids.project, 'made by the member')
  expect(await person.mutate('apiKeyRevoke', { id: first }, 'apiKey { status }')).toMatchObject({
    apiKey: { status: 'REVOKED' },
  })
  expect(await as.projectAdmin.mutate('apiKeyRevoke', { id: second }, 'apiKey { status }')).toMatchObject({
    apiKey: { status: 'REVOKED' },
  })
  expect(await whoAnswers(world, secret)).toBeNull()
  expect(await whoAnswers(world, other)).toBeNull()
  // A caller without a role in the project can do neither.
  expect(await as.member.mutate('apiKeyCreate', { projectId: ids.project, name: 'by nobody' })).toMatchObject({
    __typename: 'ForbiddenError',
  })
  expect(await as.member.mutate('apiKeyRevoke', { id: ids.apiKey })).toMatchObject({ __typename: 'NotFoundError' })
})

test('rule 14: a key’s name must not be blank and must be unique among the live keys of its project', async () => {
  const { as, ids } = world
  const create = (name: string, projectId = ids.project) =>
    as.projectAdmin.mutate('apiKeyCreate', { projectId, name }, 'apiKey { id name }')
  for (const blank of ['', '   ', '\u00a0\u2003', '\u200d']) {
    expect(await create(blank), JSON.stringify(blank)).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['name'], message: 'Must not be blank.' }],
    })
  }
  const { apiKey } = await create('  Nightly batch ')
  expect(apiKey.name).toBe('Nightly batch')
  for (const same of ['Nightly batch', 'NIGHTLY  BATCH', 'Ｎightly batch']) {
    expect(await create(same), same).toMatchObject({ __typename: 'ConflictError' })
  }
  const elsewhere = await as.owner.mutate('apiKeyCreate', { projectId: ids.otherProject, name: 'Nightly batch' })
  expect(elsewhere).toMatchObject({ __typename: 'ApiKeyCreatePayload' })
  await as.projectAdmin.mutate('apiKeyRevoke', { id: apiKey.id })
  expect(await create('Nightly batch')).toMatchObject({ __typename: 'ApiKeyCreatePayload' })
})

test('rule 14: keys that are unused for 90 days or have no expiration carry a recommendation', async () => {
  const { as, ids, database } = world
  const { clock } = database
  const days = (count: number) => new Date(clock.now().getTime() + count * 86_400_000).toISOString()
  const hash = (digit: string) => digit.repeat(64)
  const { outcomes } = await as.owner.mutate(
    'apiKeysImport',
    {
      organizationId: ids.organization,
      rows: [
        { name: 'old and endless', sha256: hash('a'), createdAt: days(-91) },
        { name: 'old and ending', sha256: hash('b'), createdAt: days(-91), expiresAt: days(30) },
        { name: 'fresh enough', sha256: hash('c'), createdAt: days(-89), expiresAt: days(30) },
        { name: 'about to expire', sha256: hash('d'), expiresAt: days(6) },
      ],
    },
    'outcomes { apiKey { advice } }',
  )
  expect(outcomes.map(({ apiKey }: { apiKey: { advice: string[] } }) => apiKey.advice.sort())).toEqual([
    ['NO_EXPIRATION', 'UNUSED_90_DAYS'],
    ['UNUSED_90_DAYS'],
    [],
    ['EXPIRES_SOON'],
  ])
  const unused = await as.owner.ask(
    `query ($id: ID!) { project(id: $id) { apiKeys(filter: { unusedForDays: 90 }) { nodes { name } } } }`,
    { id: ids.defaultProject },
  )
  const names = unused.data.project.apiKeys.nodes.map(({ name }: { name: string }) => name)
  expect(names.sort()).toEqual(['old and ending', 'old and endless'])
})
