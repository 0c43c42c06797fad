import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization, createProject, join, tokenOf } from '../../infra/world.ts'

let app: TestApp
let owner: Client & { email: string }
let organizationId: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Acme')).id
})
afterAll(() => app?.close())

const roleOf = async (who: Client, id = organizationId) => {
  const { data } = await who.ask('query ($id: ID!) { organization(id: $id) { viewerRole } }', { id })
  return data.organization?.viewerRole ?? null
}

// Failed while removing and demoting a person cancelled only invitations that they had sent.
test('a removed member cannot return by an invitation from before the removal', async () => {
  const fired = await app.signUp('Fired')
  const memberId = await join(owner, organizationId, fired, 'MEMBER')
  // This person was invited as ADMIN and has not accepted yet.
  const { acceptUrl } = await owner.mutate(
    'memberInvite',
    { organizationId, email: fired.email, role: 'ADMIN' },
    'acceptUrl',
  )
  expect((await owner.mutate('memberRemove', { id: memberId })).__typename).toBe('MemberRemovePayload')
  expect(await roleOf(fired)).toBeNull()
  const accepted = await fired.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
  expect({ accepted: accepted.__typename, role: await roleOf(fired) }).toEqual({
    accepted: 'InvalidStateError',
    role: null,
  })
})

test('a member who is demoted to MEMBER cannot become ADMIN by an earlier invitation', async () => {
  const demoted = await app.signUp('Demoted')
  const memberId = await join(owner, organizationId, demoted, 'MEMBER')
  const { acceptUrl } = await owner.mutate(
    'memberInvite',
    { organizationId, email: demoted.email, role: 'ADMIN' },
    'acceptUrl',
  )
  await owner.mutate('memberRoleSet', { id: memberId, role: 'ADMIN' })
  await owner.mutate('memberRoleSet', { id: memberId, role: 'MEMBER' })
  await demoted.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
  expect(await roleOf(demoted)).toBe('MEMBER')
})

test('a removed external collaborator cannot return by an invitation from before the removal', async () => {
  const projectId = await createProject(owner, organizationId, 'External')
  const guest = await app.signUp('Guest')
  const invite = async (role: string) =>
    tokenOf((await owner.mutate('collaboratorAdd', { projectId, email: guest.email, role }, 'acceptUrl')).acceptUrl)
  await guest.mutate('invitationAccept', { token: await invite('MEMBER') })
  const more = await invite('ADMIN')
  const { data } = await owner.ask(
    'query ($id: ID!) { project(id: $id) { collaborators { nodes { id external } } } }',
    { id: projectId },
  )
  const { id } = data.project.collaborators.nodes.find((node: { external: boolean }) => node.external)
  await owner.mutate('collaboratorRemove', { id })
  const accepted = await guest.mutate('invitationAccept', { token: more })
  const { data: seen } = await guest.ask('query ($id: ID!) { project(id: $id) { viewerRole } }', { id: projectId })
  expect({ accepted: accepted.__typename, project: seen.project }).toEqual({
    accepted: 'InvalidStateError',
    project: null,
  })
})

test('a removed collaborator cannot rejoin a project by an organization invitation', async () => {
  const projectId = await createProject(owner, organizationId, 'Left')
  const other = await createProject(owner, organizationId, 'Not left')
  const guest = await app.signUp('Passing')
  const external = await owner.mutate('collaboratorAdd', { projectId, email: guest.email, role: 'MEMBER' }, 'acceptUrl')
  await guest.mutate('invitationAccept', { token: tokenOf(external.acceptUrl) })
  const projects = [projectId, other].map((id) => ({ projectId: id, role: 'ADMIN' }))
  const { acceptUrl } = await owner.mutate(
    'memberInvite',
    { organizationId, email: guest.email, role: 'MEMBER', projects },
    'acceptUrl',
  )
  const { data } = await owner.ask(
    'query ($id: ID!) { project(id: $id) { collaborators { nodes { id external } } } }',
    { id: projectId },
  )
  const { id } = data.project.collaborators.nodes.find((node: { external: boolean }) => node.external)
  await owner.mutate('collaboratorRemove', { id })
  const accepted = await guest.mutate('invitationAccept', { token: tokenOf(acceptUrl) }, 'projects { id }')
  expect(accepted).toMatchObject({ __typename: 'InvitationAcceptPayload', projects: [{ id: other }] })
})

// Failed while setting any role cancelled all invitations that the person had sent.
test('setting a member’s role to their current role cancels none of their invitations', async () => {
  const lead = await app.signUp('Lead')
  const memberId = await join(owner, organizationId, lead, 'MEMBER')
  const projectId = await createProject(owner, organizationId, 'Led')
  await owner.mutate('collaboratorAdd', { projectId, principalId: memberId, role: 'ADMIN' })
  const guest = await app.signUp('Guest')
  const { acceptUrl } = await lead.mutate(
    'collaboratorAdd',
    { projectId, email: guest.email, role: 'MEMBER' },
    'acceptUrl',
  )
  await owner.mutate('memberRoleSet', { id: memberId, role: 'MEMBER' })
  const { __typename } = await guest.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
  expect(__typename).toBe('InvitationAcceptPayload')
})

test('invitations of a demoted member stay open for projects that they still administer', async () => {
  const lead = await app.signUp('Demoted lead')
  const memberId = await join(owner, organizationId, lead, 'ADMIN')
  const [kept, lost] = [
    await createProject(owner, organizationId, 'Kept'),
    await createProject(owner, organizationId, 'Lost'),
  ]
  await owner.mutate('collaboratorAdd', { projectId: kept, principalId: memberId, role: 'ADMIN' })
  const guest = await app.signUp('Guest of both')
  const tokens: string[] = []
  for (const projectId of [kept, lost]) {
    const input = { projectId, email: guest.email, role: 'MEMBER' }
    tokens.push(tokenOf((await lead.mutate('collaboratorAdd', input, 'acceptUrl')).acceptUrl))
  }
  await owner.mutate('memberRoleSet', { id: memberId, role: 'MEMBER' })
  const answers: string[] = []
  for (const token of tokens) answers.push((await guest.mutate('invitationAccept', { token })).__typename)
  expect(answers).toEqual(['InvitationAcceptPayload', 'InvalidStateError'])
})
