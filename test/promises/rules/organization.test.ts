import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKey, createOrganization, join, startWorld, tokenOf, type World } from '../../infra/world.ts'
import { whoAnswers } from './answering.ts'

const WEEK_MS = 7 * 24 * 3_600_000

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const organizationQuery = (selection: string) => `query ($id: ID!) { organization(id: $id) { ${selection} } }`

test('rule 15: the creator of an organization is its Owner, who cannot be removed or demoted', async () => {
  const { signUp, as, ids } = world
  const founder = await signUp('Founder')
  const { id } = await createOrganization(founder, 'Founded')
  const { data } = await founder.ask(organizationQuery('owner { id } viewerRole members { nodes { id role } }'), { id })
  expect(data.organization).toMatchObject({ viewerRole: 'OWNER', members: { nodes: [{ role: 'OWNER' }] } })

  const owner = ids.member.owner
  for (const name of ['owner', 'admin', 'adminAccount'] as const) {
    expect(await as[name].mutate('memberRemove', { id: owner }), name).toMatchObject({
      __typename: 'InvalidStateError',
      resolvedBy: ['ownershipTransferOffer'],
    })
    for (const role of ['ADMIN', 'MEMBER']) {
      expect(await as[name].mutate('memberRoleSet', { id: owner, role }), name).toMatchObject({
        __typename: 'InvalidStateError',
        resolvedBy: ['ownershipTransferOffer'],
      })
    }
  }
  expect(await as.owner.mutate('memberRoleSet', { id: ids.member.admin, role: 'OWNER' })).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['role'], message: expect.stringContaining('offer them ownership') }],
  })
})

test('rule 15: ownership is transferred by an offer and its acceptance', async () => {
  const { signUp } = world
  const [founder, heir] = [await signUp('Giver'), await signUp('Heir')]
  const { id: organizationId } = await createOrganization(founder, 'Handed over')
  const memberId = await join(founder, organizationId, heir, 'MEMBER')
  const roles = async () =>
    (await founder.ask(organizationQuery('members { nodes { id role } }'), { id: organizationId })).data.organization
      .members.nodes
  const [{ id: founderMember }] = (await roles()).filter(({ role }: { role: string }) => role === 'OWNER')
  const offered = await founder.mutate(
    'ownershipTransferOffer',
    { organizationId, memberId },
    'offer { id acceptedAt member { id } }',
  )
  expect(offered.offer).toMatchObject({ acceptedAt: null, member: { id: memberId } })
  // An offer changes nothing until it is accepted.
  expect(await roles()).toContainEqual({ id: founderMember, role: 'OWNER' })
  expect(await founder.mutate('ownershipTransferAccept', { organizationId })).toMatchObject({
    __typename: 'ForbiddenError',
  })
  const accepted = await heir.mutate('ownershipTransferAccept', { organizationId }, 'organization { viewerRole }')
  expect(accepted.organization).toEqual({ viewerRole: 'OWNER' })
  expect(await roles()).toEqual(
    expect.arrayContaining([
      { id: founderMember, role: 'ADMIN' },
      { id: memberId, role: 'OWNER' },
    ]),
  )
  expect(await heir.mutate('ownershipTransferAccept', { organizationId })).toMatchObject({
    __typename: 'InvalidStateError',
  })
})

test('rule 16: organization ADMINs have full access to every project', async () => {
  const { as, ids } = world
  for (const name of ['owner', 'admin', 'adminAccount'] as const) {
    for (const id of [ids.project, ids.otherProject, ids.defaultProject]) {
      const { data, errors } = await as[name].ask(
        `query ($id: ID!) { project(id: $id) { id viewerRole apiKeys { nodes { id } } collaborators { nodes { id } }
          invitations { nodes { id } } auditLog { nodes { id } } } }`,
        { id },
      )
      expect(errors).toBeUndefined()
      expect(data.project).toMatchObject({ id, viewerRole: 'ADMIN' })
      const { secret } = await createKey(as[name], id, `full access of ${name}`)
      expect(await whoAnswers(world, secret)).toMatchObject({ project: { id } })
    }
    const updated = await as[name].mutate('projectUpdate', { id: ids.otherProject, description: name })
    expect(updated).toMatchObject({ __typename: 'ProjectUpdatePayload' })
  }
})

test('rule 16: organization MEMBERs can read its details and projects, and belong to the default project', async () => {
  const { as, ids } = world
  for (const name of ['member', 'memberAccount'] as const) {
    const { data, errors } = await as[name].ask(
      organizationQuery('name viewerRole owner { id } projects { nodes { id name } } members { nodes { role } }'),
      { id: ids.organization },
    )
    expect(errors).toBeUndefined()
    expect(data.organization).toMatchObject({ name: 'World', viewerRole: 'MEMBER', owner: { id: ids.user.owner } })
    const listed = data.organization.projects.nodes.map(({ id }: { id: string }) => id)
    expect(listed).toEqual([ids.defaultProject, ids.project, ids.otherProject])

    const project = `query ($id: ID!) { project(id: $id) { name viewerRole apiKeys { nodes { id } } } }`
    const own = await as[name].ask(project, { id: ids.defaultProject })
    expect(own.errors).toBeUndefined()
    expect(own.data.project.viewerRole).toBe('MEMBER')
    const { secret } = await createKey(as[name], ids.defaultProject, `made by ${name}`)
    expect(await whoAnswers(world, secret)).toMatchObject({ project: { id: ids.defaultProject } })
    // Of other projects, members see only the name.
    const other = await as[name].ask(project, { id: ids.project })
    expect(other.data.project).toEqual({ name: 'Production', viewerRole: null, apiKeys: null })
    expect(other.errors?.map((error) => error.extensions.code)).toEqual(['FORBIDDEN'])
  }
})

test('rule 17: only the Owner and ADMINs can create a project, and its creator becomes its ADMIN', async () => {
  const { as, ids } = world
  const organizationId = ids.organization
  for (const [name, principal] of [
    ['owner', ids.user.owner],
    ['admin', ids.user.admin],
    ['adminAccount', ids.account.adminAccount],
  ] as const) {
    const { project } = await as[name].mutate(
      'projectCreate',
      { organizationId, name: `of ${name}` },
      'project { collaborators { nodes { role principal { ... on User { id } ... on ServiceAccount { id } } } } }',
    )
    expect(project.collaborators.nodes, name).toEqual([{ role: 'ADMIN', principal: { id: principal } }])
  }
  for (const name of [
    'member',
    'projectAdmin',
    'projectMember',
    'externalAdmin',
    'memberAccount',
    'projectAdminAccount',
    'liveKey',
    'legacyKey',
  ] as const) {
    const refused = await as[name].mutate('projectCreate', { organizationId, name: 'not mine to make' })
    expect(refused, name).toMatchObject({ __typename: 'ForbiddenError', allowedRoles: ['OWNER', 'ADMIN'] })
  }
  const unseen = await as.foreignOwner.mutate('projectCreate', { organizationId, name: 'not mine to make' })
  expect(unseen).toMatchObject({ __typename: 'NotFoundError' })
})

test('rule 17: a project’s creator keeps their project role after losing their organization role', async () => {
  const { as, ids, signUp } = world
  const builder = await signUp('Builder')
  const id = await join(as.owner, ids.organization, builder, 'ADMIN')
  const made = await builder.mutate(
    'projectCreate',
    { organizationId: ids.organization, name: 'Kept' },
    'project { id }',
  )
  await as.owner.mutate('memberRoleSet', { id, role: 'MEMBER' })
  const { data } = await builder.ask('query ($id: ID!) { project(id: $id) { viewerRole } }', made.project)
  expect(data.project.viewerRole).toBe('ADMIN')
})

test('rule 18: ADMINs invite people by e-mail, and invitations expire after 7 days', async () => {
  const { as, ids, signUp, database } = world
  const organizationId = ids.organization
  const guest = await signUp('Guest')
  const stranger = await signUp('Stranger')
  const invite = (by: keyof typeof as) =>
    as[by].mutate(
      'memberInvite',
      { organizationId, email: guest.email, role: 'MEMBER' },
      'acceptUrl invitation { email createdAt expiresAt }',
    )
  for (const name of ['member', 'projectAdmin', 'externalAdmin', 'memberAccount', 'liveKey'] as const) {
    expect(await invite(name), name).toMatchObject({ __typename: 'ForbiddenError', allowedRoles: ['OWNER', 'ADMIN'] })
  }
  // Moved into the past by SQL, because moving the clock would end the sessions of this test.
  database.clock.advance(-WEEK_MS)
  const old = await invite('admin')
  database.clock.advance(WEEK_MS)
  const { createdAt, expiresAt } = old.invitation
  expect(new Date(expiresAt).getTime() - new Date(createdAt).getTime()).toBe(WEEK_MS)
  expect(await guest.mutate('invitationAccept', { token: tokenOf(old.acceptUrl) })).toMatchObject({
    __typename: 'InvalidStateError',
    message: expect.stringContaining('expired'),
  })

  const sent = await invite('admin')
  expect(sent.invitation.email).toBe(guest.email)
  const token = tokenOf(sent.acceptUrl)
  expect(await stranger.mutate('invitationAccept', { token })).toMatchObject({
    __typename: 'ForbiddenError',
    message: expect.stringContaining('another e-mail address'),
  })
  expect(await guest.mutate('invitationAccept', { token }, 'organization { viewerRole }')).toMatchObject({
    organization: { viewerRole: 'MEMBER' },
  })
  expect(await guest.mutate('invitationAccept', { token })).toMatchObject({ __typename: 'InvalidStateError' })
})

test('rule 18: a removed member loses access to every project, and the objects that they created remain', async () => {
  const { as, ids, signUp } = world
  const person = await signUp('On the way out')
  const id = await join(as.owner, ids.organization, person, 'ADMIN')
  const { project } = await person.mutate(
    'projectCreate',
    { organizationId: ids.organization, name: 'Legacy of one' },
    'project { id }',
  )
  await as.owner.mutate('collaboratorAdd', { projectId: ids.project, principalId: id, role: 'MEMBER' })
  const { id: keyId, secret } = await createKey(person, project.id, 'left behind')
  const invited = await person.mutate(
    'memberInvite',
    { organizationId: ids.organization, email: 'friend@people.example', role: 'MEMBER' },
    'acceptUrl',
  )
  await as.admin.mutate('memberRemove', { id })

  const { data } = await person.ask(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { id } viewer { projects { nodes { id } } organizations { nodes { id } } } }`,
    { ids: [ids.organization, project.id, ids.project, ids.defaultProject, keyId] },
  )
  expect(data).toEqual({
    nodes: [null, null, null, null, null],
    viewer: { projects: { nodes: [] }, organizations: { nodes: [] } },
  })
  const refused = await person.mutate('apiKeyCreate', { projectId: project.id, name: 'once more' })
  expect(refused).toMatchObject({ __typename: 'NotFoundError' })

  const stayed = await as.owner.ask(
    `query ($project: ID!, $key: ID!) { project(id: $project) { name } node(id: $key) { ... on ApiKey { status } } }`,
    { project: project.id, key: keyId },
  )
  expect(stayed.data).toEqual({ project: { name: 'Legacy of one' }, node: { status: 'ACTIVE' } })
  expect(await whoAnswers(world, secret)).toMatchObject({ id: keyId })
  // An invitation that a removed member sent cannot be accepted.
  const friend = await signUp('Friend', 'friend@people.example')
  expect(await friend.mutate('invitationAccept', { token: tokenOf(invited.acceptUrl) })).toMatchObject({
    __typename: 'InvalidStateError',
    message: expect.stringContaining('cancelled'),
  })
})
