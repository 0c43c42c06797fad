import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client } from '../../infra/app.ts'
import { addCollaborator, createProject, join, tokenOf } from '../../infra/world.ts'
import { atOnce, audited, MANY, type Stage, startStage, tally } from './at-once.ts'

let stage: Stage
let person: Client & { email: string }
let projects: string[]

beforeAll(async () => {
  stage = await startStage()
  person = await stage.signUp('Person')
  projects = []
  for (const name of ['A', 'B', 'C']) projects.push(await createProject(stage.owner, stage.organizationId, name))
})
afterAll(() => stage.close())

/** The rows of an organization's members and collaborators. */
async function belonging() {
  const { prisma } = stage.database
  const members = await prisma.member.findMany({ where: { user: { email: person.email } } })
  const collaborators = await prisma.collaborator.findMany({ where: { user: { email: person.email } } })
  return { members: members.length, collaborators: collaborators.length }
}

test('only one of 64 concurrent acceptances of an invitation succeeds', async () => {
  const { owner, organizationId } = stage
  const grants = projects.map((projectId) => ({ projectId, role: 'MEMBER' }))
  const { acceptUrl } = await owner.mutate(
    'memberInvite',
    { organizationId, email: person.email, role: 'MEMBER', projects: grants },
    'acceptUrl',
  )
  const outcomes = await atOnce(() => person.mutate('invitationAccept', { token: tokenOf(acceptUrl) }))
  expect(tally(outcomes)).toEqual({ InvitationAcceptPayload: 1, InvalidStateError: MANY - 1 })
  expect(await belonging()).toEqual({ members: 1, collaborators: projects.length })
  expect(await audited(stage, ['invitation.accepted'])).toBe(1)
})

test('an invitation is either accepted or cancelled when both are requested concurrently', async () => {
  const { owner, organizationId, signUp } = stage
  for (let round = 0; round < 3; round += 1) {
    const guest = await signUp('Guest')
    const { acceptUrl, invitation } = await owner.mutate(
      'memberInvite',
      { organizationId, email: guest.email, role: 'MEMBER' },
      'acceptUrl invitation { id }',
    )
    const outcomes = await atOnce(
      (index) =>
        index % 2
          ? guest.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
          : owner.mutate('invitationCancel', { id: invitation.id }),
      8,
    )
    const { __typename } = outcomes.find((outcome) => outcome.__typename !== 'InvalidStateError')
    // Cancelling a cancelled invitation succeeds.
    expect(tally(outcomes)).toEqual(
      __typename === 'InvitationAcceptPayload'
        ? { InvitationAcceptPayload: 1, InvalidStateError: 7 }
        : { InvitationCancelPayload: 4, InvalidStateError: 4 },
    )
    const members = await stage.database.prisma.member.count({ where: { user: { email: guest.email } } })
    expect(members).toBe(__typename === 'InvitationAcceptPayload' ? 1 : 0)
  }
})

test('a member who is added to projects while being removed ends up in no project', async () => {
  const { owner, organizationId } = stage
  for (let round = 0; round < 6; round += 1) {
    const { members } = await belonging()
    const id = members ? await membership() : await join(owner, organizationId, person, 'MEMBER')
    const outcomes = await atOnce((index) => {
      // Each round removes the member at another point between the additions.
      if (index === round * 2) return owner.mutate('memberRemove', { id })
      return owner.mutate('collaboratorAdd', {
        projectId: projects[index % projects.length],
        principalId: id,
        role: index % 2 ? 'ADMIN' : 'MEMBER',
      })
    }, 16)
    const {
      MemberRemovePayload,
      CollaboratorAddPayload = 0,
      ConflictError = 0,
      NotFoundError = 0,
      ...rest
    } = tally(outcomes)
    expect(rest).toEqual({})
    expect(MemberRemovePayload).toBe(1)
    expect(CollaboratorAddPayload + ConflictError + NotFoundError).toBe(15)
    expect(await belonging()).toEqual({ members: 0, collaborators: 0 })
  }
})

async function membership(): Promise<string> {
  const { data } = await person.ask(
    'query ($id: ID!) { organization(id: $id) { members { nodes { id principal { ... on User { email } } } } } }',
    { id: stage.organizationId },
  )
  return data.organization.members.nodes.find(
    (node: { principal: { email: string } }) => node.principal.email === person.email,
  ).id
}

test('a service account that is added to projects while being removed ends up in no project', async () => {
  const { owner, organizationId, database } = stage
  for (let round = 0; round < 4; round += 1) {
    const { serviceAccount } = await owner.mutate(
      'serviceAccountCreate',
      { organizationId, name: `robot ${round}`, role: 'MEMBER' },
      'serviceAccount { id }',
    )
    const { id } = serviceAccount
    const outcomes = await atOnce(
      (index) =>
        index === round * 2
          ? owner.mutate('serviceAccountRemove', { id })
          : owner.mutate('collaboratorAdd', {
              projectId: projects[index % projects.length],
              principalId: id,
              role: 'MEMBER',
            }),
      10,
    )
    const { ServiceAccountRemovePayload, ...rest } = tally(outcomes)
    expect(ServiceAccountRemovePayload).toBe(1)
    expect(
      Object.keys(rest).filter((name) => !/^(CollaboratorAddPayload|ConflictError|NotFoundError)$/.test(name)),
    ).toEqual([])
    expect(await database.prisma.collaborator.count({ where: { serviceAccountId: { not: null } } })).toBe(0)
  }
})

test('only one of 64 concurrent additions of a member to a project succeeds', async () => {
  const { owner, organizationId } = stage
  const principalId = await join(owner, organizationId, person, 'MEMBER')
  const projectId = projects[0]
  const outcomes = await atOnce(() => owner.mutate('collaboratorAdd', { projectId, principalId, role: 'MEMBER' }))
  expect(tally(outcomes)).toEqual({ CollaboratorAddPayload: 1, ConflictError: MANY - 1 })
})

test('a collaborator who is removed while their role is changed stays removed', async () => {
  const { owner } = stage
  const id = await addCollaborator(owner, projects[1] ?? '', await membership(), 'MEMBER')
  const outcomes = await atOnce(
    (index) =>
      index === 7
        ? owner.mutate('collaboratorRemove', { id })
        : owner.mutate('collaboratorRoleSet', { id, role: index % 2 ? 'ADMIN' : 'MEMBER' }),
    16,
  )
  const { CollaboratorRemovePayload, CollaboratorRoleSetPayload = 0, NotFoundError = 0, ...rest } = tally(outcomes)
  expect(rest).toEqual({})
  expect(CollaboratorRemovePayload).toBe(1)
  expect(CollaboratorRoleSetPayload + NotFoundError).toBe(15)
})
