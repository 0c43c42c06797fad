import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiKeyAdvice } from '../../../schema/api-key/advice-kinds.ts'
import { decodeAnyId } from '../../../schema/core/ids.ts'
import { createKey, createProject, startWorld, type World } from '../../infra/world.ts'

const DAY_MS = 86_400_000
const OUTCOMES =
  'outcomes { id apiKey { id status revocationReason } error { code message } } hasMore gateways { connectionId }'

const uuidOf = (id: string): string => decodeAnyId(id)?.uuid ?? ''

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const revoke = (input: object, as = world.as.projectMember) => as.mutate('apiKeysRevoke', input, OUTCOMES)

const audited = async (): Promise<number> => {
  const { data } = await world.as.owner.ask(
    '{ viewer { organizations { nodes { id auditLog(filter: { actions: ["apiKey.revoked"] }) { totalCount } } } } }',
  )
  const all: { id: string; auditLog: { totalCount: number } | null }[] = data.viewer.organizations.nodes
  return all.find(({ id }) => id === world.ids.organization)?.auditLog?.totalCount ?? 0
}

test('revoking several keys by id reports and audits each key once', async () => {
  const { as, ids } = world
  const keys = await Promise.all(['one', 'two', 'three'].map((name) => createKey(as.owner, ids.project, name)))
  const before = await audited()
  const given = [...keys.map(({ id }) => id), ids.foreign.apiKey, 'key_nonsense', ids.legacyKey]
  const first = await revoke({ ids: given, reason: 'LEAKED', awaitGatewaysSeconds: 0 })
  expect(first).toMatchObject({ hasMore: false, gateways: [] })
  expect(first.outcomes.map(({ id }: { id: string }) => id)).toEqual(given)
  expect(first.outcomes.slice(0, 3)).toEqual(
    keys.map(({ id }) => ({ id, apiKey: { id, status: 'REVOKED', revocationReason: 'LEAKED' }, error: null })),
  )
  expect(first.outcomes.slice(3).map(({ error }: { error: { code: string } }) => error.code)).toEqual([
    'NOT_FOUND',
    'NOT_FOUND',
    'NOT_FOUND',
  ])
  for (const { secret } of keys) expect((await world.client(secret).ask('{ viewer { kind } }')).status).toBe(401)
  expect(await audited()).toBe(before + 3)
  const again = await revoke({ ids: keys.map(({ id }) => id), reason: 'OTHER' })
  expect(again.outcomes).toEqual(first.outcomes.slice(0, 3))
  expect(await audited()).toBe(before + 3)
  expect((await revoke({ ids: [ids.legacyKey] }, as.owner)).outcomes[0].error.code).toBe('INVALID_STATE')
})

// Failed while a filter without statuses found every key: the list was empty, and the revocation was not.
test('a filter with an empty list of statuses matches no key in lists, counts and revocations', async () => {
  const { as, ids } = world
  const projectId = await createProject(as.owner, ids.organization, 'No statuses')
  const { id } = await createKey(as.owner, projectId, 'kept')
  const filter = { statuses: [], search: 'kept' }
  const query = `query ($id: ID!, $filter: ApiKeyFilter) { project(id: $id) { apiKeys(filter: $filter) { totalCount nodes { id } } } }`
  for (const statuses of [filter, { statuses: [] }]) {
    const { data } = await as.owner.ask(query, { id: projectId, filter: statuses })
    expect(data.project.apiKeys).toEqual({ totalCount: 0, nodes: [] })
    expect((await revoke({ projectId, filter: statuses }, as.owner)).outcomes).toEqual([])
  }
  const { data } = await as.owner.ask('query ($id: ID!) { node(id: $id) { ... on ApiKey { status } } }', { id })
  expect(data.node).toEqual({ status: 'ACTIVE' })
})

test('revoking by filter revokes only matching keys that the caller is allowed to revoke', async () => {
  const { as, ids } = world
  const other = await createProject(as.owner, ids.organization, 'Other keys')
  const spared = await createKey(as.owner, other, 'sweep of another project')
  await createKey(as.owner, ids.project, 'sweep a')
  await createKey(as.owner, ids.project, 'sweep b')
  const filter = { search: 'sweep' }
  // A project member reaches the keys of their own projects only.
  const swept = await revoke({ organizationId: ids.organization, filter })
  expect(swept.outcomes.map(({ apiKey }: { apiKey: { status: string } }) => apiKey.status)).toEqual([
    'REVOKED',
    'REVOKED',
  ])
  expect((await revoke({ organizationId: ids.organization, filter })).outcomes).toEqual([])
  expect(await revoke({ projectId: other, filter })).toMatchObject({ __typename: 'ForbiddenError' })
  expect(await revoke({ projectId: ids.foreign.project, filter })).toMatchObject({ __typename: 'NotFoundError' })
  const rest = await revoke({ organizationId: ids.organization, filter }, as.owner)
  expect(rest.outcomes.map(({ id }: { id: string }) => id)).toEqual([spared.id])
  for (const input of [
    {},
    { projectId: ids.project },
    { ids: [spared.id], projectId: ids.project },
    { projectId: ids.project, filter: { createdBy: 'nobody' } },
    { projectId: ids.project, advice: 'ROTATION_SAFE_TO_FINISH' },
    { projectId: ids.project, filter: { advice: ['LEAKED', 'ROTATION_SAFE_TO_FINISH'] } },
    { ids: [] },
    { ids: [spared.id], filter: {} },
    { ids: [spared.id], advice: 'LEAKED' },
    { ids: Array.from({ length: 501 }, () => spared.id) },
  ]) {
    expect(await revoke(input), JSON.stringify(input).slice(0, 80)).toMatchObject({ __typename: 'ValidationError' })
  }
})

test('revoking by advice revokes exactly the keys whose field `advice` contains the advice', async () => {
  const { as, ids, database } = world
  const now = database.clock.now().getTime()
  const projectId = await createProject(as.owner, ids.organization, 'Advised')
  const make = (name: string, expiresAt: number | null = now + 30 * DAY_MS) =>
    createKey(as.owner, projectId, name, expiresAt === null ? {} : { expiresAt: new Date(expiresAt).toISOString() })
  await make('plain')
  await make('never expires', null)
  await make('expires soon', now + DAY_MS)
  const [old, orphan, leaked] = [await make('old'), await make('orphan'), await make('leaked')]
  await database.prisma.apiKey.update({
    where: { id: uuidOf(old.id) },
    data: { createdAt: new Date(now - 91 * DAY_MS) },
  })
  const stranger = await world.signUp('Stranger')
  const { data } = await stranger.ask('{ viewer { actor { ... on User { id } } } }')
  await database.prisma.apiKey.update({
    where: { id: uuidOf(orphan.id) },
    data: { createdByUserId: uuidOf(data.viewer.actor.id) },
  })
  await database.prisma.apiKeySecret.updateMany({
    where: { apiKeyId: uuidOf(leaked.id) },
    data: { leakedAt: new Date(now) },
  })
  const advised = async (advice: ApiKeyAdvice) => {
    const { data: read } = await as.owner.ask(
      'query ($id: ID!) { project(id: $id) { apiKeys(first: 50) { nodes { name status advice } } } }',
      { id: projectId },
    )
    const nodes: { name: string; advice: string[] }[] = read.project.apiKeys.nodes
    return nodes.filter((key) => key.advice.includes(advice)).map(({ name }) => name)
  }
  for (const [advice, name] of [
    ['NO_EXPIRATION', 'never expires'],
    ['EXPIRES_SOON', 'expires soon'],
    ['UNUSED_90_DAYS', 'old'],
    ['CREATOR_GONE', 'orphan'],
    ['LEAKED', 'leaked'],
  ] as const) {
    expect(await advised(advice), advice).toEqual([name])
    const { outcomes } = await as.owner.mutate('apiKeysRevoke', { projectId, advice }, 'outcomes { apiKey { name } }')
    expect(outcomes, advice).toEqual([{ apiKey: { name } }])
  }
})
