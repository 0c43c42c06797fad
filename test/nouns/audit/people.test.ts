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

const AUDIT = `query ($id: ID!) { organization(id: $id) { auditLog(first: 100) { nodes { action actor { id } target { id name } details { name value } } } } }`

// Failed while events contained only membership ids, whose rows were deleted by then.
test('the audit log names the member who was removed or whose role was changed', async () => {
  const person = await app.signUp('Somebody')
  const { data: own } = await person.ask('{ viewer { user { id } } }')
  const memberId = await join(owner, organizationId, person, 'MEMBER')
  const projectId = await createProject(owner, organizationId, 'Audited')
  const { collaborator } = await owner.mutate(
    'collaboratorAdd',
    { projectId, principalId: memberId, role: 'MEMBER' },
    'collaborator { id }',
  )
  await owner.mutate('collaboratorRemove', { id: collaborator.id })
  await owner.mutate('memberRoleSet', { id: memberId, role: 'ADMIN' })
  await owner.mutate('memberRemove', { id: memberId })
  const { data } = await owner.ask(AUDIT, { id: organizationId })
  const silent = data.organization.auditLog.nodes
    .filter(({ target }: { target: { id: string } }) => [memberId, collaborator.id].includes(target.id))
    .filter((event: object) => {
      const text = JSON.stringify(event)
      return ![own.viewer.user.id, 'Somebody', person.email].some((who) => text.includes(who))
    })
    .map(({ action }: { action: string }) => action)
  expect(silent).toEqual([])
})

// Failed while other mutations ended offers and changed project roles without an event.
test('the audit log records replaced and removed ownership offers', async () => {
  const a = await app.signUp('Heir A')
  const b = await app.signUp('Heir B')
  const idA = await join(owner, organizationId, a, 'MEMBER')
  const idB = await join(owner, organizationId, b, 'MEMBER')
  await owner.mutate('ownershipTransferOffer', { organizationId, memberId: idA })
  await owner.mutate('ownershipTransferOffer', { organizationId, memberId: idB })
  await owner.mutate('memberRemove', { id: idB })
  const { data } = await owner.ask(AUDIT, { id: organizationId })
  const actions = data.organization.auditLog.nodes
    .map(({ action }: { action: string }) => action)
    .filter((action: string) => action.startsWith('ownership.'))
  expect(actions).toEqual(
    ['ownership.offerCancelled', 'ownership.offered', 'ownership.offerCancelled', 'ownership.offered'].slice(0, 4),
  )
})

test('a project’s audit log names everyone who gains or loses a role in it', async () => {
  const projectId = await createProject(owner, organizationId, 'Watched')
  const person = await app.signUp('Passing')
  const { acceptUrl } = await owner.mutate(
    'memberInvite',
    { organizationId, email: person.email, role: 'MEMBER', projects: [{ projectId, role: 'ADMIN' }] },
    'acceptUrl',
  )
  await person.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
  const { data: before } = await owner.ask(
    `query ($id: ID!) { organization(id: $id) { members(first: 100) { nodes { id principal { ... on User { email } } } } } }`,
    { id: organizationId },
  )
  const { id } = before.organization.members.nodes.find(
    (node: { principal: { email?: string } }) => node.principal.email === person.email,
  )
  await owner.mutate('memberRemove', { id })
  const { data } = await owner.ask(
    `query ($id: ID!) { project(id: $id) { auditLog(first: 100) { nodes { action } } } }`,
    { id: projectId },
  )
  expect(data.project.auditLog.nodes.map(({ action }: { action: string }) => action)).toHaveLength(3)
})

// Failed while the previous name was read outside the transaction.
test('each of several concurrent renames is audited with the name that it replaced', async () => {
  const { id } = await createOrganization(owner, 'n0')
  await Promise.all(
    Array.from({ length: 8 }, (_, index) => owner.mutate('organizationUpdate', { id, name: `n${index + 1}` })),
  )
  const { data } = await owner.ask(
    `query ($id: ID!) { organization(id: $id) { auditLog(first: 50, filter: { actions: ["organization.updated"] }) { nodes { details { name value } } } } }`,
    { id },
  )
  const names = data.organization.auditLog.nodes
    .reverse()
    .map(({ details }: { details: { name: string; value: string }[] }) =>
      Object.fromEntries(details.map((each) => [each.name, each.value])),
    )
  let before = 'n0'
  for (const each of names) {
    expect(each.nameBefore).toBe(before)
    before = each.name
  }
})
