import { parseSecret } from '@keyward/engine/secret'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { loadModels } from '../../../schema/model/load.ts'
import { removeExpiredTokens } from '../../../schema/playground/service.ts'
import { removeUser } from '../../../schema/user/remove.ts'
import type { Client } from '../../infra/app.ts'
import { addCollaborator, createProject, join, startWorld, tokenOf, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

/*
 * A playground token works like a key for ten minutes, as long as its person has a role in the organization. The tests
 * about lost roles failed when the verifier's cache ignored MEMBERSHIP_CHANGED. The test about projects failed when its
 * cached projects ignored all changes.
 */

let world: World
let gateway: TestGateway
beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
  const { otherProject, project, foreign } = world.ids
  await loadModels(world.app.runtime, {
    models: [
      { slug: 'public', displayName: 'Public', workload: 'INFERENCE' },
      { slug: 'own', displayName: 'Own', workload: 'INFERENCE', project },
      { slug: 'other', displayName: 'Other', workload: 'INFERENCE', project: otherProject },
      { slug: 'elsewhere', displayName: 'Elsewhere', workload: 'INFERENCE', project: foreign.project },
    ],
  })
})
afterAll(() => world?.close())

const FIELDS = 'token expiresAt organization { id } project { id }'
const issue = async (as: Client, input: object = {}): Promise<{ token: string; expiresAt: string }> => {
  const answer = await as.mutate('playgroundTokenCreate', { organizationId: world.ids.organization, ...input }, FIELDS)
  if (!answer.token) throw new Error(JSON.stringify(answer))
  return answer
}

/**
 * The caller that a token belongs to, or the reason for the denial. The graph and the forward-auth endpoint must agree.
 */
async function ask(secret: string, question: { model?: string; resourceId?: string } = {}) {
  const answer = await gateway.verify({ secret, ...question })
  const response = await gateway.authorize(secret, {
    ...(question.model ? { 'keyward-model': question.model } : {}),
    ...(question.resourceId ? { 'keyward-resource': question.resourceId } : {}),
  })
  const accepted = answer.__typename === 'ApiKeyAllowed'
  expect(response.status).toBe(accepted ? 200 : answer.httpStatus)
  expect(response.headers.get('keyward-key-id')).toBe(accepted ? answer.credentialId : answer.rejected)
  return answer
}

const reasonOf = async (secret: string, question = {}) => (await gateway.verify({ secret, ...question })).reason ?? null

/** A new member of the organization. */
async function newMember(): Promise<Client & { email: string; member: string; user: string }> {
  const person = await world.signUp('Player')
  const member = await join(world.as.owner, world.ids.organization, person, 'MEMBER')
  const { data } = await person.ask('{ viewer { user { id } } }')
  return { ...person, member, user: data.viewer.user.id }
}

test('a playground token belongs to its person and the default project', async () => {
  const person = await newMember()
  const before = world.database.clock.now().getTime()
  const { token, expiresAt } = await issue(person)
  expect(parseSecret(token)).toEqual({ shape: 'keyward', kind: 'play' })
  const minutes = (new Date(expiresAt).getTime() - before) / 60_000
  expect(minutes).toBeGreaterThanOrEqual(10)
  expect(minutes).toBeLessThan(10.5)
  expect(await ask(token)).toMatchObject({
    __typename: 'ApiKeyAllowed',
    kind: 'PLAYGROUND',
    credentialId: person.user,
    name: 'Playground',
    projectId: world.ids.defaultProject,
    organizationId: world.ids.organization,
    secretVersion: 1,
    expiresAt,
    warnings: [],
  })
  world.database.clock.advance(10 * 60_000)
  expect(await ask(token)).toMatchObject({ reason: 'EXPIRED', httpStatus: 401, rejected: person.user })
  // An expired token is deleted later, and is unknown then.
  expect(await removeExpiredTokens(world.database)).toBeGreaterThanOrEqual(1)
})

test('only the hash of a playground token is stored', async () => {
  const person = await newMember()
  const { token } = await issue(person)
  const [row] = await world.database.sql<{ kept: string }>(
    `SELECT concat((SELECT string_agg(t::text, ' ') FROM playground_token t), (SELECT string_agg(a::text, ' ') FROM audit_event a),
                   (SELECT string_agg(i::text, ' ') FROM idempotency_record i)) AS kept`,
  )
  expect(row?.kept).not.toContain(token.slice(-49))
  const { data } = await world.as.owner.ask(
    `query ($id: ID!) { organization(id: $id) { auditLog(first: 1, filter: { actions: ["playground.tokenCreated"] }) {
      nodes { actor { id } target { type id } details { name } } } } }`,
    { id: world.ids.organization },
  )
  expect(data.organization.auditLog.nodes).toEqual([
    {
      actor: { id: person.user },
      target: { type: 'User', id: person.user },
      details: [{ name: 'expiresAt' }, { name: 'projectId' }],
    },
  ])
})

test('an idempotency key returns the same playground token', async () => {
  const person = await newMember()
  const idempotencyKey = 'playground-0123456789abcdef'
  const first = await issue(person, { idempotencyKey })
  expect(await issue(person, { idempotencyKey })).toEqual(first)
  const organizationId = world.ids.foreign.organization
  await join(world.as.foreignOwner, organizationId, person, 'MEMBER')
  const other = await person.mutate('playgroundTokenCreate', { organizationId, idempotencyKey }, FIELDS)
  expect(other).toMatchObject({ code: 'CONFLICT' })
})

test('a person can have 20 live playground tokens across organizations', async () => {
  const person = await newMember()
  const results = await Promise.all(
    Array.from({ length: 24 }, () =>
      person.mutate('playgroundTokenCreate', { organizationId: world.ids.organization }, 'token'),
    ),
  )
  expect(results.filter(({ token }) => token)).toHaveLength(20)
  for (const { token, ...rest } of results) if (!token) expect(rest).toMatchObject({ code: 'LIMIT_EXCEEDED' })
  world.database.clock.advance(10 * 60_000 + 1)
  await issue(person)
})

test('the graph rejects a playground token', async () => {
  const { token } = await issue(world.as.owner)
  const { status, errors } = await world.client(token).ask('{ viewer { kind } }')
  expect([status, errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED'])
})

test('a service account cannot create a playground token', async () => {
  const input = { organizationId: world.ids.organization }
  for (const actor of ['adminAccount', 'projectMemberAccount', 'liveKey', 'legacyKey', 'gateway'] as const) {
    const refused = await world.as[actor].mutate('playgroundTokenCreate', input)
    expect(refused, actor).toMatchObject({ code: 'FORBIDDEN', allowedRoles: ['USER'] })
  }
  for (const actor of ['former', 'foreignOwner'] as const) {
    expect(await world.as[actor].mutate('playgroundTokenCreate', input)).toMatchObject({ code: 'NOT_FOUND' })
  }
})

/** A new external collaborator of projects. */
async function newExternal(...projects: string[]): Promise<Client & { email: string }> {
  const person = await world.signUp('External player')
  for (const projectId of projects) {
    const { acceptUrl } = await world.as.owner.mutate(
      'collaboratorAdd',
      { projectId, email: person.email, role: 'MEMBER' },
      'acceptUrl',
    )
    await person.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
  }
  return person
}

// Failed while every token was of the default project: an external collaborator spent its budget.
describe('a playground token is charged to a project of its person:', () => {
  const create = (as: Client, input: object = {}) =>
    as.mutate('playgroundTokenCreate', { organizationId: world.ids.organization, ...input }, FIELDS)

  test('members use the default project, or choose another of their projects', async () => {
    const { defaultProject, project, otherProject } = world.ids
    expect(await create(world.as.projectMember)).toMatchObject({ project: { id: defaultProject } })
    const chosen = await create(world.as.projectMember, { projectId: project })
    expect(chosen).toMatchObject({ project: { id: project } })
    expect(await ask(chosen.token)).toMatchObject({ projectId: project })
    expect(await create(world.as.projectMember, { projectId: otherProject })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await create(world.as.owner, { projectId: world.ids.foreign.project })).toMatchObject({ code: 'NOT_FOUND' })
  })

  test('external collaborators choose among their projects and never have the default one', async () => {
    const { defaultProject, project, otherProject } = world.ids
    const one = await newExternal(project)
    expect(await create(one)).toMatchObject({ project: { id: project } })
    expect(await create(one, { projectId: defaultProject })).toMatchObject({ code: 'NOT_FOUND' })
    const two = await newExternal(project, otherProject)
    expect(await create(two)).toMatchObject({ code: 'VALIDATION', issues: [{ path: ['projectId'] }] })
    const { token } = await create(two, { projectId: otherProject })
    expect(await ask(token)).toMatchObject({ projectId: otherProject })
  })

  test('the token is charged to that project’s limits', async () => {
    const projectId = await createProject(world.as.owner, world.ids.organization, 'Small budget')
    await world.as.owner.mutate('projectUsageLimitsSet', { projectId, budgets: [{ period: 'TOTAL', usd: '0.01' }] })
    const { token } = await create(await newExternal(projectId))
    const query = `query ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
      __typename ... on ApiKeyAllowed { reservation credentialId organizationId projectId } ... on ApiKeyDenied { reason } } }`
    const authorize = async (estimatedCost: string) =>
      (await gateway.client.ask(query.replace('query', 'mutation'), { inputs: [{ secret: token, estimatedCost }] }))
        .data.apiKeysAuthorize[0]
    expect(await authorize('0.02')).toMatchObject({ reason: 'BUDGET_EXCEEDED' })
    const { credentialId, organizationId, reservation, ...allowed } = await authorize('0.01')
    expect(allowed).toMatchObject({ projectId })
    const event = {
      eventId: 'small-budget',
      credentialId,
      organizationId,
      projectId,
      reservation,
      workload: 'INFERENCE',
      occurredAt: world.database.clock.now().toISOString(),
      cost: '0.01',
    }
    expect(await gateway.client.mutate('usageRecord', { events: [event] }, 'recorded')).toMatchObject({ recorded: 1 })
    const [spent] = await world.database.sql<{ cost: string }>(
      'SELECT cost::text AS cost FROM usage_hourly WHERE project_id = $1',
      [decodeId('Project', projectId)],
    )
    expect(spent).toEqual({ cost: '0.010000000' })
    const ofKey = { ...event, eventId: 'of-a-key', credentialId: world.ids.apiKey, organizationId: null }
    expect(
      (await gateway.client.mutate('usageRecord', { events: [ofKey] }, 'rejected { message }')).rejected,
    ).toMatchObject([{ message: expect.stringContaining('projectId') }])
  })
})

describe('a playground token stops working with its person’s last role in the organization:', () => {
  test('a member is removed, even if the verifier had cached the token', async () => {
    const person = await newMember()
    const { token } = await issue(person)
    expect(await ask(token)).toMatchObject({ kind: 'PLAYGROUND' })
    await world.as.owner.mutate('memberRemove', { id: person.member })
    await expect.poll(() => reasonOf(token)).toBe('NOT_FOUND')
    expect((await gateway.authorize(token)).status).toBe(401)
    // The removal ended the token: a person who returns needs another.
    await join(world.as.owner, world.ids.organization, person, 'MEMBER')
    expect(await reasonOf(token)).toBe('NOT_FOUND')
    const next = await issue(person)
    expect(await reasonOf(next.token)).toBeNull()
  })

  test('an external collaborator leaves', async () => {
    const person = await newExternal(world.ids.project)
    const { token } = await issue(person)
    expect(await ask(token)).toMatchObject({ kind: 'PLAYGROUND', projectId: world.ids.project })
    const { data } = await person.ask(
      'query ($id: ID!) { project(id: $id) { collaborators(first: 100) { nodes { id principal { ... on User { email } } } } } }',
      { id: world.ids.project },
    )
    const own = data.project.collaborators.nodes.find(
      (node: { principal: { email?: string } }) => node.principal.email === person.email,
    )
    await person.mutate('collaboratorRemove', { id: own.id })
    await expect.poll(() => reasonOf(token)).toBe('NOT_FOUND')
  })

  test('the person is removed from the instance', async () => {
    const person = await newMember()
    const { token } = await issue(person)
    expect(await ask(token)).toMatchObject({ kind: 'PLAYGROUND' })
    await removeUser(world.app.runtime, person.email)
    await expect.poll(() => reasonOf(token)).toBe('NOT_FOUND')
  })
})

describe('a playground token can use public models and its person’s projects:', () => {
  test('models', async () => {
    const reached = async (as: Client) => {
      const { token } = await issue(as)
      const models = []
      for (const model of ['public', 'own', 'other', 'elsewhere', 'nowhere']) {
        const { reason } = await ask(token, { model })
        if (reason) expect(reason).toBe('MODEL_NOT_AVAILABLE')
        else models.push(model)
      }
      return models
    }
    expect(await reached(world.as.owner)).toEqual(['public', 'own', 'other'])
    expect(await reached(world.as.admin)).toEqual(['public', 'own', 'other'])
    expect(await reached(world.as.projectMember)).toEqual(['public', 'own'])
    expect(await reached(world.as.externalMember)).toEqual(['public', 'own'])
    expect(await reached(world.as.member)).toEqual(['public'])
  })

  test('resources', async () => {
    const register = async (as: Client, projectId: string) => {
      const input = { projectId, kind: 'FILE', name: 'data' }
      return (await as.mutate('resourceRegister', input, 'resource { id }')).resource.id as string
    }
    const own = await register(world.as.owner, world.ids.project)
    const other = await register(world.as.owner, world.ids.otherProject)
    const inDefault = await register(world.as.owner, world.ids.defaultProject)
    const foreign = await register(world.as.foreignOwner, world.ids.foreign.project)
    const reached = async (as: Client) => {
      const { token } = await issue(as)
      const reasons = []
      for (const resourceId of [own, other, inDefault, foreign]) reasons.push((await ask(token, { resourceId })).reason)
      return reasons.map((reason) => reason ?? 'yes')
    }
    const no = 'RESOURCE_NOT_IN_PROJECT'
    expect(await reached(world.as.owner)).toEqual(['yes', 'yes', 'yes', no])
    expect(await reached(world.as.member)).toEqual([no, no, 'yes', no])
    expect(await reached(world.as.projectMember)).toEqual(['yes', no, 'yes', no])
    // External collaborators can use only their project, although the default project's organization pays.
    expect(await reached(world.as.externalMember)).toEqual(['yes', no, no, no])
  })

  test('immediately when roles or projects change', async () => {
    const person = await newMember()
    const project = await createProject(world.as.owner, world.ids.organization, 'Made later')
    await loadModels(world.app.runtime, {
      models: [{ slug: 'later', displayName: 'Later', workload: 'INFERENCE', project }],
    })
    const { token } = await issue(person)
    const byOwner = (await issue(world.as.owner)).token
    const reason = (secret = token) => reasonOf(secret, { model: 'later' })
    await expect.poll(() => reason(byOwner)).toBeNull()
    expect(await reason()).toBe('MODEL_NOT_AVAILABLE')
    const collaborator = await addCollaborator(world.as.owner, project, person.user, 'MEMBER')
    await expect.poll(() => reason()).toBeNull()
    await world.as.owner.mutate('projectArchive', { id: project })
    await expect.poll(() => reason()).toBe('MODEL_NOT_AVAILABLE')
    await expect.poll(() => reason(byOwner)).toBe('MODEL_NOT_AVAILABLE')
    await world.as.owner.mutate('projectRestore', { id: project })
    await expect.poll(() => reason()).toBeNull()
    await world.as.owner.mutate('collaboratorRemove', { id: collaborator })
    await expect.poll(() => reason()).toBe('MODEL_NOT_AVAILABLE')
    await expect.poll(() => reason(byOwner)).toBeNull()
  })
})
