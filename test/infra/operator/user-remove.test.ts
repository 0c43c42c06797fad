import { removeUser } from '@keyward/schema/user/remove'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKey, startWorld, tokenOf, type World } from '../world.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const remove = (name: string) => removeUser(world.app.runtime, world.emails[name] ?? '')

const AUDIT = `query ($id: ID!) { organization(id: $id) { auditLog(first: 5) {
  nodes { action actor { kind name } target { type name } details { name value } } } } }`

const newest = async () => {
  const { data } = await world.as.owner.ask(AUDIT, { id: world.ids.organization })
  return data.organization.auditLog.nodes
}

test('removing an Owner is rejected and changes nothing', async () => {
  await expect(remove('owner')).rejects.toThrow(/owns "World" \(org_\w+\)\. Transfer ownership first/)
  expect((await world.as.owner.ask('{ viewer { kind } }')).data.viewer.kind).toBe('USER')
})

test('removing an unknown e-mail address removes nobody', async () => {
  expect(await removeUser(world.app.runtime, 'unknown@people.example')).toBeNull()
})

test('removing a member deletes their roles, sessions and invitations, but their keys still work', async () => {
  const { admin } = world.as
  const { id, secret } = await createKey(admin, world.ids.project, 'made by somebody who is removed')
  const invite = await admin.mutate(
    'memberInvite',
    { organizationId: world.ids.organization, email: 'friend@people.example', role: 'ADMIN' },
    'acceptUrl',
  )
  const removed = await remove('admin')
  const tokensEnded = expect.any(Number)
  expect(removed).toEqual({ name: 'Canary admin', organizations: 1, sessions: 1, tokensEnded, keysPaused: 0 })

  await expect.poll(async () => (await admin.ask('{ viewer { kind } }')).status).toBe(401)
  const byKey = await world.client(secret).ask('{ viewer { kind } }')
  expect(byKey.data.viewer.kind).toBe('API_KEY')
  const { data } = await world.as.owner.ask(
    `query ($id: ID!, $project: ID!, $organization: ID!) {
      apiKey: node(id: $id) { ... on ApiKey { createdBy { __typename } createdByName } }
      project(id: $project) { collaborators(first: 50) { nodes { principal { ... on User { email } } } } }
      organization(id: $organization) { members(first: 50) { nodes { principal { ... on User { email } } } } } }`,
    { id, project: world.ids.project, organization: world.ids.organization },
  )
  expect(data.apiKey).toEqual({ createdBy: null, createdByName: 'Canary admin' })
  expect(JSON.stringify(data)).not.toContain(world.emails.admin)

  const friend = await world.signUp('Friend', 'friend@people.example')
  expect(await friend.mutate('invitationAccept', { token: tokenOf(invite.acceptUrl) })).toMatchObject({
    __typename: 'InvalidStateError',
    message: expect.stringContaining('cancelled'),
  })
  expect(await newest()).toMatchObject([
    { action: 'invitation.cancelled', target: { name: 'friend@people.example' } },
    {
      action: 'member.removed',
      actor: { kind: 'OPERATOR', name: null },
      target: { type: 'Member', name: 'Canary admin' },
      details: expect.arrayContaining([
        { name: 'role', value: 'ADMIN' },
        { name: 'fromInstance', value: 'true' },
      ]),
    },
    { action: 'invitation.created' },
    { action: 'apiKey.created' },
    {},
  ])
})

test('removing a member deletes and counts their project roles', async () => {
  await remove('projectAdmin')
  const [{ action, details }] = await newest()
  expect(action).toBe('member.removed')
  expect(details).toContainEqual({ name: 'projectRolesRemoved', value: '1' })
  const { data } = await world.as.owner.ask(
    'query ($id: ID!) { project(id: $id) { collaborators(first: 50) { nodes { id } } } }',
    { id: world.ids.project },
  )
  const left = data.project.collaborators.nodes.map((node: { id: string }) => node.id)
  expect(left).not.toContain(world.ids.collaborator.projectAdmin)
  expect(left).toContain(world.ids.collaborator.projectMember)
})

test('removing an external collaborator removes them from every project', async () => {
  expect(await remove('externalMember')).toMatchObject({ organizations: 1 })
  expect((await newest())[0]).toMatchObject({
    action: 'collaborator.removed',
    actor: { kind: 'OPERATOR' },
    target: { type: 'Collaborator', name: 'Canary externalMember' },
  })
})

test('a removed person cannot rejoin with an earlier invitation', async () => {
  const email = world.emails.member ?? ''
  const { acceptUrl } = await world.as.owner.mutate(
    'collaboratorAdd',
    { projectId: world.ids.otherProject, email, role: 'MEMBER' },
    'acceptUrl',
  )
  await remove('member')
  const again = await world.signUp('Canary member', email)
  expect(await again.mutate('invitationAccept', { token: tokenOf(acceptUrl) })).toMatchObject({
    __typename: 'InvalidStateError',
  })
  const { data } = await again.ask('{ viewer { organizations(first: 5) { nodes { id } } } }')
  expect(data.viewer.organizations.nodes).toEqual([])
})
