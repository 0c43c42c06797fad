import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKey, createProject, startWorld, type World } from '../../infra/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

async function explained(action: string, on: string): Promise<boolean> {
  const query = 'query ($input: ExplainInput!) { explain(input: $input) { allowed decidedBy message } }'
  const { data } = await world.as.owner.ask(query, { input: { action, on } })
  return data.explain.allowed
}

const DAY_MS = 86_400_000

/** A resource of each project. */
const resources = new Map<string, string>()

async function register(projectId: string): Promise<void> {
  const input = { projectId, kind: 'FILE', name: 'explained' }
  resources.set(projectId, (await world.as.owner.mutate('resourceRegister', input, 'resource { id }')).resource.id)
}

/** Every state that an object can have, created anew. */
async function states(): Promise<Record<string, string>> {
  const { as, ids, database } = world
  const inAnHour = new Date(database.clock.now().getTime() + 3_600_000).toISOString()
  const live = await createKey(as.owner, ids.project, 'explained live')
  const expired = await createKey(as.owner, ids.project, 'explained expired', { expiresAt: inAnHour })
  const revoked = await createKey(as.owner, ids.project, 'explained revoked')
  await as.owner.mutate('apiKeyRevoke', { id: revoked.id })
  const archivedProject = await createProject(as.owner, ids.organization, 'Explained and archived')
  const archivedKey = await createKey(as.owner, archivedProject, 'explained archived')
  for (const id of [ids.project, ids.defaultProject, archivedProject]) await register(id)
  await as.owner.mutate('projectArchive', { id: archivedProject })
  database.clock.advance(DAY_MS / 12)
  return {
    live: live.id,
    expired: expired.id,
    revoked: revoked.id,
    archivedKey: archivedKey.id,
    project: ids.project,
    defaultProject: ids.defaultProject,
    archivedProject,
  }
}

const ON_KEYS = ['live', 'expired', 'revoked', 'archivedKey']
const ON_PROJECTS = ['project', 'defaultProject', 'archivedProject']

/** The mutation for each action. Revoking comes last, because a revoked key allows no other change. */
const TRIALS: [action: string, mutation: string, on: string[], input: (id: string) => object][] = [
  ['apiKey:create', 'apiKeyCreate', ON_PROJECTS, (projectId) => ({ projectId, name: `tried in ${projectId}` })],
  ['apiKey:rename', 'apiKeyUpdate', ON_KEYS, (id) => ({ id, name: `renamed ${id}` })],
  ['apiKey:setScopes', 'apiKeyScopesSet', ON_KEYS, (id) => ({ id, workloads: [] })],
  ['apiKey:rotate', 'apiKeyRotate', ON_KEYS, (id) => ({ id })],
  ['apiKey:setExpiration', 'apiKeyExpirationSet', ON_KEYS, (id) => ({ id, expiresAt: null })],
  ['apiKey:setLimits', 'apiKeyLimitsSet', ON_KEYS, (id) => ({ id, requestsPerMinute: 5 })],
  ['apiKey:reportLeaked', 'apiKeyReportLeaked', ON_KEYS, (id) => ({ id })],
  ['apiKey:pause', 'apiKeyPause', ON_KEYS, (id) => ({ id })],
  ['apiKey:resume', 'apiKeyResume', ON_KEYS, (id) => ({ id })],
  ['apiKey:revoke', 'apiKeyRevoke', ON_KEYS, (id) => ({ id })],
  [
    'collaborator:add',
    'collaboratorAdd',
    ON_PROJECTS,
    (projectId) => ({ projectId, email: 'guest@x.example', role: 'MEMBER' }),
  ],
  ['project:setKeyPolicy', 'projectKeyPolicySet', ON_PROJECTS, (projectId) => ({ projectId, leakedKeyAction: 'FLAG' })],
  [
    'project:setUsageLimits',
    'projectUsageLimitsSet',
    ON_PROJECTS,
    (projectId) => ({ projectId, requestsPerMinute: 5 }),
  ],
  [
    'resource:register',
    'resourceRegister',
    ON_PROJECTS,
    (projectId) => ({ projectId, kind: 'FILE', name: `tried in ${projectId}` }),
  ],
  ['resource:remove', 'resourceRemove', ON_PROJECTS, (projectId) => ({ id: resources.get(projectId) })],
  ['project:update', 'projectUpdate', ON_PROJECTS, (id) => ({ id, description: 'tried' })],
  ['project:pause', 'projectPause', ON_PROJECTS, (id) => ({ id })],
  ['project:resume', 'projectResume', ON_PROJECTS, (id) => ({ id })],
  ['project:archive', 'projectArchive', ON_PROJECTS, (id) => ({ id })],
  ['project:restore', 'projectRestore', ON_PROJECTS, (id) => ({ id })],
]

test('actions that explain reports as allowed succeed', async () => {
  const ids = await states()
  const wrong: string[] = []
  for (const [action, mutation, on, input] of TRIALS) {
    for (const state of on) {
      const id = ids[state] ?? ''
      const allowed = await explained(action, id)
      const { __typename: answer } = await world.as.owner.mutate(mutation, input(id))
      const expected = allowed ? `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Payload` : 'InvalidStateError'
      if (answer !== expected) wrong.push(`${action} on ${state}: explained ${allowed}, got ${answer}`)
    }
  }
  expect(wrong).toEqual([])
})
