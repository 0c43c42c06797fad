import { removeUser } from '@keyward/schema/user/remove'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client, Json } from '../../infra/app.ts'
import { createKey, createProject, join, startWorld, tokenOf, type World } from '../../infra/world.ts'

/* The key policy of an organization: it binds every project, whose own policy can only be stricter. */

let world: World
let owner: Client
let organizationId: string
beforeAll(async () => {
  world = await startWorld()
  owner = world.as.owner
  organizationId = world.ids.organization
})
afterAll(() => world?.close())

const set = (policy: object) =>
  owner.mutate('organizationKeyPolicySet', { organizationId, ...policy }, 'organization { id }')

/** Restores the default settings after a test, so that tests do not depend on each other. */
const NONE = {
  maximumLimits: null,
  maxLifetimeSeconds: null,
  requiresExpiration: null,
  rotateEveryDays: null,
  workloads: null,
  models: null,
  allowedIps: null,
  creators: null,
  whenCreatorLeaves: null,
}
const setOnly = async (policy: object) => {
  expect(await set({ ...NONE, ...policy })).toMatchObject({ organization: { id: organizationId } })
}

let made = 0
const newProject = () => createProject(owner, organizationId, `Policed ${++made}`)
const create = (projectId: string, input: object = {}, as = owner): Promise<Json> =>
  as.mutate(
    'apiKeyCreate',
    { projectId, name: `policed ${++made}`, ...input },
    'apiKey { id workloads models allowedIps }',
  )
const fieldsOf = (answer: Json) => answer.issues?.map(({ path }: Json) => path.join('.'))
const tryCreate = (projectId: string, input: object = {}, as = owner): Promise<Json> =>
  as.mutate('apiKeyCreate', { projectId, name: `policed ${++made}`, ...input }, 'apiKey { id }')

test('an organization’s policy applies to every project’s keys', async () => {
  const projects = [world.ids.project, await newProject()]
  for (const [policy, input, field] of [
    [{ requiresExpiration: true }, {}, 'expiresAt'],
    [{ maxLifetimeSeconds: 3600 }, { expiresInSeconds: 7200 }, 'expiresInSeconds'],
    [{ workloads: ['INFERENCE'] }, { workloads: ['BATCH'] }, 'workloads'],
    [{ models: ['meta/*'] }, { models: ['openai/*'] }, 'models'],
    [{ allowedIps: ['10.0.0.0/8'] }, { allowedIps: ['192.0.2.1'] }, 'allowedIps'],
    [{ allowedIps: ['10.0.0.0/8'] }, { allowedIps: ['10.0.0.0/7'] }, 'allowedIps'],
    [{ maximumLimits: { budgets: [{ period: 'DAY', usd: '1' }] } }, { limits: { budgets: [] } }, 'limits.budgets'],
  ] as const) {
    await setOnly(policy)
    for (const projectId of projects) {
      const answer = await tryCreate(projectId, input)
      expect(fieldsOf(answer)).toEqual([field])
      expect(answer.issues[0].message).toContain('key policy of this organization')
    }
  }
  await setOnly({})
})

test('a new key starts with the policy’s restrictions, and can be narrower', async () => {
  const projectId = await newProject()
  await setOnly({ workloads: ['INFERENCE', 'BATCH'], models: ['meta/*'], allowedIps: ['10.0.0.0/8'] })
  expect((await create(projectId)).apiKey).toMatchObject({
    workloads: ['INFERENCE', 'BATCH'],
    models: ['meta/*'],
    allowedIps: ['10.0.0.0/8'],
  })
  const narrower = { workloads: ['BATCH'], models: ['meta/llama'], allowedIps: ['10.1.2.3/32'] }
  expect((await create(projectId, narrower)).apiKey).toMatchObject(narrower)
  await setOnly({})
})

test('a change to a key must obey the policy', async () => {
  const projectId = await newProject()
  const { id, secret } = await createKey(owner, projectId, 'older than the policy')
  await setOnly({ workloads: ['INFERENCE'], maxLifetimeSeconds: 3600, maximumLimits: { requestsPerMinute: 60 } })
  for (const [name, input, field] of [
    ['apiKeyScopesSet', { workloads: [] }, 'workloads'],
    ['apiKeyExpirationSet', { expiresAt: null }, 'expiresAt'],
    ['apiKeyLimitsSet', { requestsPerMinute: 61 }, 'requestsPerMinute'],
  ] as const) {
    expect(fieldsOf(await owner.mutate(name, { id, ...input }, 'apiKey { id }'))).toEqual([field])
  }
  expect((await world.client(secret).ask('{ viewer { kind } }')).data.viewer.kind).toBe('API_KEY')
  await setOnly({})
})

test('a project’s policy can only be stricter', async () => {
  const projectId = await newProject()
  await setOnly({
    maxLifetimeSeconds: 3600,
    rotateEveryDays: 30,
    workloads: ['INFERENCE'],
    models: ['meta/*'],
    allowedIps: ['10.0.0.0/8'],
    maximumLimits: { budgets: [{ period: 'DAY', usd: '10' }] },
  })
  const setProject = (policy: object) => owner.mutate('projectKeyPolicySet', { projectId, ...policy }, 'project { id }')
  for (const [policy, field] of [
    [{ maxLifetimeSeconds: 3601 }, 'maxLifetimeSeconds'],
    [{ rotateEveryDays: 31 }, 'rotateEveryDays'],
    [{ workloads: ['INFERENCE', 'BATCH'] }, 'workloads'],
    [{ models: ['*'] }, 'models'],
    [{ allowedIps: ['10.0.0.0/7'] }, 'allowedIps'],
    [{ maximumLimits: { budgets: [{ period: 'DAY', usd: '11' }] } }, 'maximumLimits.budgets'],
    [{ defaultLimits: { budgets: [{ period: 'DAY', usd: '11' }] } }, 'defaultLimits.budgets'],
  ] as const) {
    expect(fieldsOf(await setProject(policy))).toEqual([field])
  }
  const stricter = {
    maxLifetimeSeconds: 60,
    models: ['meta/llama'],
    maximumLimits: { budgets: [{ period: 'DAY', usd: '1' }] },
  }
  expect(await setProject(stricter)).toMatchObject({ project: { id: projectId } })
  expect(fieldsOf(await tryCreate(projectId, { expiresInSeconds: 3600 }))).toEqual(['expiresInSeconds'])
  expect((await create(projectId, { expiresInSeconds: 60 })).apiKey.models).toEqual(['meta/llama'])
  await setOnly({})
})

test('an organization’s policy that is stricter than a project’s defaults lowers the limits of new keys', async () => {
  const projectId = await newProject()
  const defaultLimits = { requestsPerMinute: 600, budgets: [{ period: 'DAY', usd: '10', onLimit: 'ALERT' }] }
  await owner.mutate('projectKeyPolicySet', { projectId, defaultLimits })
  await setOnly({ maximumLimits: { requestsPerMinute: 60, budgets: [{ period: 'DAY', usd: '1' }] } })
  const limits = 'limits { requestsPerMinute budgets { usd onLimit } }'
  const answer = await owner.mutate('apiKeyCreate', { projectId, name: 'lowered' }, `apiKey { ${limits} }`)
  expect(answer.apiKey.limits).toEqual({ requestsPerMinute: 60, budgets: [{ usd: '1', onLimit: 'REJECT' }] })
  await setOnly({})
})

test('only service accounts create and import keys if the policy says so', async () => {
  await setOnly({ creators: 'SERVICE_ACCOUNTS' })
  const refused = await owner.mutate(
    'apiKeyCreate',
    { projectId: world.ids.project, name: 'by a person' },
    'apiKey { id }',
  )
  expect(refused).toMatchObject({
    __typename: 'ForbiddenError',
    message: 'Only service accounts may create keys, because of the key policy of this organization.',
  })
  const rows = [{ name: 'imported by a person', sha256: 'a'.repeat(64) }]
  const { outcomes } = await owner.mutate(
    'apiKeysImport',
    { organizationId, rows },
    'outcomes { error { __typename } }',
  )
  expect(outcomes).toEqual([{ error: { __typename: 'ForbiddenError' } }])
  const { serviceAccount, token } = await owner.mutate(
    'serviceAccountCreate',
    { organizationId, name: 'deployer', role: 'ADMIN' },
    'serviceAccount { id } token',
  )
  expect(serviceAccount.id).toMatch(/^svc_/)
  expect((await create(world.ids.project, {}, world.client(token))).apiKey.id).toMatch(/^key_/)
  await setOnly({})
})

test.each(['KEEP', 'FLAG', 'PAUSE'] as const)(
  'whenCreatorLeaves %s is applied when a key’s creator leaves',
  async (whenCreatorLeaves) => {
    await setOnly({ whenCreatorLeaves })
    const projectId = await newProject()
    const leaver = await world.signUp(`Leaver ${whenCreatorLeaves}`)
    const member = await join(owner, organizationId, leaver, 'ADMIN')
    const { id } = await createKey(leaver, projectId, 'left behind')
    const other = await createKey(owner, projectId, 'somebody else’s')
    await owner.mutate('memberRemove', { id: member })
    const { data } = await owner.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ApiKey { status } } }', {
      ids: [id, other.id],
    })
    expect(data.nodes).toEqual([{ status: whenCreatorLeaves === 'PAUSE' ? 'PAUSED' : 'ACTIVE' }, { status: 'ACTIVE' }])
    const log = await owner.ask(
      `query ($id: ID!, $filter: AuditFilter) { organization(id: $id) { auditLog(filter: $filter) { nodes { action target { id } } } } }`,
      { id: organizationId, filter: { actions: ['apiKey.creatorLeft'], targetId: id } },
    )
    expect(log.data.organization.auditLog.nodes).toEqual(
      whenCreatorLeaves === 'FLAG' ? [{ action: 'apiKey.creatorLeft', target: { id } }] : [],
    )
    await setOnly({})
  },
)

test('a key is paused only when its creator loses the last role in the organization', async () => {
  await setOnly({ whenCreatorLeaves: 'PAUSE' })
  const [first, second] = [await newProject(), await newProject()]
  const guest = await world.signUp('Guest')
  const ids: string[] = []
  for (const projectId of [first, second]) {
    const input = { projectId, email: guest.email, role: 'MEMBER' }
    const { acceptUrl } = await owner.mutate('collaboratorAdd', input, 'acceptUrl')
    if (acceptUrl) await guest.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
  }
  const { id } = await createKey(guest, first, 'a guest’s')
  const { data } = await owner.ask(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Project {
      collaborators { nodes { id principal { ... on User { email } } } } } } }`,
    { ids: [first, second] },
  )
  for (const { collaborators } of data.nodes) {
    ids.push(collaborators.nodes.find(({ principal }: Json) => principal.email === guest.email).id)
  }
  const statusOf = async () =>
    (await owner.ask('query ($id: ID!) { node(id: $id) { ... on ApiKey { status } } }', { id })).data.node.status
  await owner.mutate('collaboratorRemove', { id: ids[0] })
  expect(await statusOf()).toBe('ACTIVE')
  await owner.mutate('collaboratorRemove', { id: ids[1] })
  expect(await statusOf()).toBe('PAUSED')
  await setOnly({})
})

test('keys of a removed service account and of a person removed from the instance are paused, too', async () => {
  await setOnly({ whenCreatorLeaves: 'PAUSE' })
  const projectId = await newProject()
  const { serviceAccount, token } = await owner.mutate(
    'serviceAccountCreate',
    { organizationId, name: 'leaving', role: 'ADMIN' },
    'serviceAccount { id } token',
  )
  const leaver = await world.signUp('Removed')
  await join(owner, organizationId, leaver, 'ADMIN')
  const ids = [
    (await createKey(world.client(token), projectId, 'an account’s')).id,
    (await createKey(leaver, projectId, 'a person’s')).id,
  ]
  await owner.mutate('serviceAccountRemove', { id: serviceAccount.id })
  expect(await removeUser(world.app.runtime, leaver.email)).toMatchObject({ keysPaused: 1 })
  const { data } = await owner.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ApiKey { status } } }', { ids })
  expect(data.nodes).toEqual([{ status: 'PAUSED' }, { status: 'PAUSED' }])
  await setOnly({})
})

test('setting a policy is audited with its old and new values', async () => {
  await setOnly({ maxLifetimeSeconds: 60 })
  const query = `query ($id: ID!) { organization(id: $id) {
    auditLog(first: 1, filter: { actions: ["organization.keyPolicySet"] }) { nodes { details { name value } } } } }`
  const { data } = await owner.ask(query, { id: organizationId })
  const details = Object.fromEntries(
    data.organization.auditLog.nodes[0].details.map(({ name, value }: Json) => [name, value]),
  )
  expect(details).toMatchObject({ maxLifetimeSeconds: '60', maxLifetimeSecondsBefore: null })
  await setOnly({})
})
