import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization, createProject, tokenOf } from '../../infra/world.ts'

let app: TestApp
let owner: Client & { email: string }
let organizationId: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Acme')).id
})
afterAll(() => app?.close())

// Failed while the mutation could not return that error, and while the quota also applied to existing collaborators.
test('an invitation to a project whose quota of collaborators is used up cannot be accepted', async () => {
  const projectId = await createProject(owner, organizationId, 'Full')
  const guest = await app.signUp('Late')
  const { acceptUrl } = await owner.mutate(
    'collaboratorAdd',
    { projectId, email: guest.email, role: 'MEMBER' },
    'acceptUrl',
  )
  const { limits } = app.app.runtime
  const before = limits.collaboratorsPerProject
  Object.assign(limits, { collaboratorsPerProject: 1 })
  try {
    const answer = await guest.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
    expect(answer).toMatchObject({ __typename: 'LimitExceededError' })
  } finally {
    Object.assign(limits, { collaboratorsPerProject: before })
  }
})

test('an invitation for a role that the person already has can be accepted even if the project’s quota is used up', async () => {
  const projectId = await createProject(owner, organizationId, 'Full too')
  const { acceptUrl } = await owner.mutate(
    'collaboratorAdd',
    { projectId, email: owner.email, role: 'MEMBER' },
    'acceptUrl',
  )
  const { limits } = app.app.runtime
  const before = limits.collaboratorsPerProject
  Object.assign(limits, { collaboratorsPerProject: 1 })
  try {
    const answer = await owner.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
    expect(answer.__typename).toBe('InvitationAcceptPayload')
  } finally {
    Object.assign(limits, { collaboratorsPerProject: before })
  }
})

test('an invitation to an archived project cannot be accepted', async () => {
  const projectId = await createProject(owner, organizationId, 'Archived')
  const guest = await app.signUp('Archivist')
  const { acceptUrl } = await owner.mutate(
    'collaboratorAdd',
    { projectId, email: guest.email, role: 'MEMBER' },
    'acceptUrl',
  )
  await owner.mutate('projectArchive', { id: projectId })
  const answer = await guest.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
  expect(answer.__typename).toBe('InvalidStateError')
})

test('accepting an invitation to the organization skips its projects that have been archived since', async () => {
  const [live, archived] = [
    await createProject(owner, organizationId, 'Live'),
    await createProject(owner, organizationId, 'No more'),
  ]
  const guest = await app.signUp('Joiner')
  const projects = [live, archived].map((projectId) => ({ projectId, role: 'MEMBER' }))
  const { acceptUrl } = await owner.mutate(
    'memberInvite',
    { organizationId, email: guest.email, role: 'MEMBER', projects },
    'acceptUrl',
  )
  await owner.mutate('projectArchive', { id: archived })
  const accepted = await guest.mutate('invitationAccept', { token: tokenOf(acceptUrl) }, 'projects { id }')
  expect(accepted).toMatchObject({ __typename: 'InvitationAcceptPayload', projects: [{ id: live }] })
})
