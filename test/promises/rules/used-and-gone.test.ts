import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization, createProject, foreignSecret, join } from '../../infra/world.ts'

let app: TestApp
let owner: Client & { email: string }
let organizationId: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Acme')).id
})
afterAll(() => app?.close())

// Failed while a last use from before the regeneration was written after it.
test('a regenerated legacy key has no last use, even if its old secret was just used', async () => {
  const secret = foreignSecret()
  await owner.mutate('legacyKeyImport', { organizationId, secret })
  // The first use is written at once, and the next only some seconds later.
  await app.client(secret).ask('{ viewer { kind } }')
  await app.app.runtime.lastUsed.flush()
  expect((await app.client(secret).ask('{ viewer { kind } }')).data.viewer.kind).toBe('LEGACY_KEY')
  await owner.mutate('legacyKeyRegenerate', { organizationId })
  await app.app.runtime.lastUsed.flush()
  const { data } = await owner.ask(
    'query ($id: ID!) { organization(id: $id) { legacyKey { lastUsedAt regeneratedAt } } }',
    { id: organizationId },
  )
  expect(data.organization.legacyKey.lastUsedAt).toBeNull()
})

// Failed while only the newest twenty versions were read, none of which was live.
test('a key lists exactly one live secret version after 20 undone rotations', async () => {
  const projectId = await createProject(owner, organizationId, 'Undone')
  const { id } = await createKey(owner, projectId, 'undone')
  for (let round = 0; round < 20; round += 1) {
    await owner.mutate('apiKeyRotate', { id })
    await owner.mutate('apiKeyRotationUndo', { id })
  }
  const { data } = await owner.ask(
    'query ($id: ID!) { node(id: $id) { ... on ApiKey { secretVersions { version retiredAt } } } }',
    { id },
  )
  expect(
    data.node.secretVersions.filter(({ retiredAt }: { retiredAt: string | null }) => retiredAt === null),
  ).toHaveLength(1)
})

// Failed while two mutations of one request shared a loader for members.
test('a member who is removed earlier in the same request is no longer listed', async () => {
  const person = await app.signUp('Somebody')
  const memberId = await join(owner, organizationId, person, 'MEMBER')
  const projectId = await createProject(owner, organizationId, 'Q')
  await createKey(owner, projectId, 'mine')
  await owner.mutate('collaboratorAdd', { projectId, principalId: memberId, role: 'MEMBER' })
  const made = await createKey(person, projectId, 'theirs')
  const { data } = await owner.ask(
    `mutation ($key: ID!, $member: ID!) {
      a: apiKeyUpdate(input: { id: $key, tags: [] }) { ... on ApiKeyUpdatePayload { apiKey { advice } } }
      b: memberRemove(input: { id: $member }) { __typename }
      c: apiKeyUpdate(input: { id: $key, tags: [] }) { ... on ApiKeyUpdatePayload { apiKey { advice createdBy { ... on User { email } } } } }
    }`,
    { key: made.id, member: memberId },
  )
  expect(data.c.apiKey.advice).toContain('CREATOR_GONE')
})
