import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization, createProject, join } from '../../infra/world.ts'

let app: TestApp
let owner: Client & { email: string }
let organizationId: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Acme')).id
})
afterAll(() => app?.close())

const newKey = () => randomBytes(24).toString('base64url')
const tally = (outcomes: Json[]) => {
  const counts: Record<string, number> = {}
  for (const { __typename } of outcomes) counts[__typename] = (counts[__typename] ?? 0) + 1
  return counts
}

// Failed while the payload's object was assumed to exist.
test('repeating the creation of a service account after its removal causes no internal error', async () => {
  const idempotencyKey = newKey()
  const create = () =>
    owner.mutate(
      'serviceAccountCreate',
      { organizationId, name: 'robot', role: 'MEMBER', idempotencyKey },
      'serviceAccount { id } token',
    )
  const first = await create()
  await owner.mutate('serviceAccountRemove', { id: first.serviceAccount.id })
  expect((await create()).__typename).not.toBe('INTERNAL')
})

test('repeating the creation of a webhook or collaborator after its removal causes no internal error', async () => {
  const idempotencyKey = newKey()
  const hook = () =>
    owner.mutate(
      'webhookCreate',
      { organizationId, url: 'https://example.com/x', idempotencyKey },
      'webhook { id } secret',
    )
  const { webhook } = await hook()
  await owner.mutate('webhookRemove', { id: webhook.id })
  const again = await hook()
  const projectId = await createProject(owner, organizationId, 'P')
  const person = await app.signUp('P')
  const principalId = await join(owner, organizationId, person, 'MEMBER')
  const add = () =>
    owner.mutate('collaboratorAdd', { projectId, principalId, role: 'MEMBER', idempotencyKey }, 'collaborator { id }')
  const { collaborator } = await add()
  await owner.mutate('collaboratorRemove', { id: collaborator.id })
  const addAgain = await add()
  expect([again.__typename, addAgain.__typename]).not.toContain('INTERNAL')
})

test('changing a member’s role during the member’s removal causes no internal error', async () => {
  const all: Json[] = []
  for (let round = 0; round < 6; round += 1) {
    const person = await app.signUp('Person')
    const id = await join(owner, organizationId, person, 'MEMBER')
    const admin = owner
    all.push(
      ...(await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          index === 3
            ? admin.mutate('memberRemove', { id })
            : admin.mutate('memberRoleSet', { id, role: index % 2 ? 'ADMIN' : 'MEMBER' }, 'member { id role }'),
        ),
      )),
    )
  }
  expect(tally(all).INTERNAL).toBeUndefined()
})

test('rotating a service account’s token during the account’s removal causes no internal error', async () => {
  const all: Json[] = []
  for (let round = 0; round < 6; round += 1) {
    const { serviceAccount } = await owner.mutate(
      'serviceAccountCreate',
      { organizationId, name: `r${round}`, role: 'MEMBER' },
      'serviceAccount { id }',
    )
    const { id } = serviceAccount
    all.push(
      ...(await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          index === 3
            ? owner.mutate('serviceAccountRemove', { id })
            : owner.mutate('serviceAccountTokenRotate', { id }, 'serviceAccount { id } token'),
        ),
      )),
    )
  }
  expect(tally(all).INTERNAL).toBeUndefined()
})

test('updating a webhook during its removal causes no internal error', async () => {
  const all: Json[] = []
  for (let round = 0; round < 6; round += 1) {
    const { webhook } = await owner.mutate(
      'webhookCreate',
      { organizationId, url: 'https://example.com/x' },
      'webhook { id }',
    )
    const { id } = webhook
    all.push(
      ...(await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          index === 3
            ? owner.mutate('webhookRemove', { id })
            : owner.mutate('webhookUpdate', { id, enabled: index % 2 === 0 }, 'webhook { id enabled }'),
        ),
      )),
    )
  }
  expect(tally(all).INTERNAL).toBeUndefined()
})

/** Lists the e-mail addresses of the organization's people. */
async function emailsOfMembers(): Promise<string[]> {
  const { data } = await owner.ask(
    'query ($id: ID!) { organization(id: $id) { members(first: 100) { nodes { principal { ... on User { email } } } } } }',
    { id: organizationId },
  )
  return data.organization.members.nodes.map(({ principal }: Json) => principal.email)
}

// Failed while holdRights did nothing: both removals succeeded, and both ADMINs were gone.
test('only one of two ADMINs who remove each other concurrently is removed', async () => {
  for (let round = 0; round < 6; round += 1) {
    const a = await app.signUp('A')
    const b = await app.signUp('B')
    const [idA, idB] = [await join(owner, organizationId, a, 'ADMIN'), await join(owner, organizationId, b, 'ADMIN')]
    const [byA, byB] = await Promise.all([a.mutate('memberRemove', { id: idB }), b.mutate('memberRemove', { id: idA })])
    const left = (await emailsOfMembers()).filter((email) => [a.email, b.email].includes(email))
    const [winner, loser] = byA.__typename === 'MemberRemovePayload' ? [a, byB] : [b, byA]
    expect(left).toEqual([winner.email])
    expect(tally([byA, byB]).MemberRemovePayload).toBe(1)
    expect(['ForbiddenError', 'NotFoundError']).toContain(loser.__typename)
  }
})
