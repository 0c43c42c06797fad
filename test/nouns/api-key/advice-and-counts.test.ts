import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import type { Json } from '../../infra/app.ts'
import { BACKGROUND } from '../../infra/background-statements.ts'
import { type ActorName, addCollaborator, createKey, join, startWorld, type World } from '../../infra/world.ts'

const ADVICE = [
  'LEAKED',
  'EXPIRES_SOON',
  'NO_EXPIRATION',
  'UNUSED_90_DAYS',
  'CREATOR_GONE',
  'ROTATION_SAFE_TO_FINISH',
] as const
const STATUSES = ['ACTIVE', 'PAUSED', 'EXPIRED', 'REVOKED'] as const
const READERS: ActorName[] = [
  'owner',
  'adminAccount',
  'member',
  'projectMember',
  'externalMember',
  'liveKey',
  'legacyKey',
]

let world: World
let leftKey: { id: string; secret: string }
const statements: string[] = []

beforeAll(async () => {
  world = await startWorld({ onStatement: (sql) => statements.push(sql) })
  const { as, ids, database } = world
  const ago = (ms: number) => new Date(database.clock.now().getTime() - ms).toISOString()
  // The clock of the world is ahead of the database's.
  const sql = (text: string, id: string) =>
    database.sql(text.replaceAll('now()', `'${ago(0)}'::timestamptz`), [decodeId('ApiKey', id)])
  const old = "UPDATE api_key SET created_at = created_at - interval '100 days' WHERE id = $1"
  for (const project of [ids.project, ids.defaultProject]) {
    await as.owner.mutate('projectKeyPolicySet', { projectId: project, leakedKeyAction: 'FLAG' })
    const make = (name: string, input: object = {}) => createKey(as.owner, project, `${name} of ${project}`, input)
    await make('soon', { expiresAt: ago(-3 * 86_400_000) })
    await sql(old, (await make('unused', { expiresAt: ago(-60 * 86_400_000) })).id)
    const used = await make('used long ago')
    await sql(old, used.id)
    await sql("UPDATE api_key SET last_used_at = now() - interval '95 days' WHERE id = $1", used.id)
    const recent = await make('old and in use')
    await sql(old, recent.id)
    await sql('UPDATE api_key SET last_used_at = now() WHERE id = $1', recent.id)
    await as.owner.mutate('apiKeyReportLeaked', { id: (await make('leaked')).id })
    const rotatedLeak = await make('leaked before its rotation')
    await as.owner.mutate('apiKeyReportLeaked', { id: rotatedLeak.id })
    await as.owner.mutate('apiKeyRotate', { id: rotatedLeak.id })
    await as.owner.mutate('apiKeyRotationFinish', { id: rotatedLeak.id })
    for (const [name, seen] of [
      ['rotating, new secret unused', ''],
      ['rotating, safe to finish', 'first_used_at = now(), last_used_at = now()'],
    ]) {
      const { id } = await make(name ?? '')
      await as.owner.mutate('apiKeyRotate', { id, overlapSeconds: 86_400 })
      if (seen) await sql(`UPDATE api_key_secret SET ${seen} WHERE api_key_id = $1 AND retires_at IS NULL`, id)
    }
    const both = await make('rotating, old secret in use')
    await as.owner.mutate('apiKeyRotate', { id: both.id, overlapSeconds: 86_400 })
    await sql('UPDATE api_key_secret SET first_used_at = now(), last_used_at = now() WHERE api_key_id = $1', both.id)
    await as.owner.mutate('apiKeyRevoke', { id: (await make('revoked')).id })
    await as.owner.mutate('apiKeyPause', { id: (await make('paused')).id })
    const expired = await make('expired', { expiresAt: ago(-86_400_000) })
    await sql("UPDATE api_key SET expires_at = now() - interval '1 day' WHERE id = $1", expired.id)
  }
  const left = await world.signUp('Left')
  const member = await join(as.owner, ids.organization, left, 'MEMBER')
  const collaborator = await addCollaborator(as.owner, ids.project, member, 'MEMBER')
  leftKey = await createKey(left, ids.project, 'of somebody who left')
  await as.owner.mutate('collaboratorRemove', { id: collaborator })
  await as.owner.mutate('memberRemove', { id: member })
})
afterAll(() => world?.close())

const LISTS: Record<string, (args: string, selection: string) => string> = {
  'Organization.apiKeys': (args, selection) =>
    `query ($organization: ID!, $filter: ApiKeyFilter) { owner: organization(id: $organization) { apiKeys(${args}) ${selection} } }`,
  'Project.apiKeys': (args, selection) =>
    `query ($project: ID!, $filter: ApiKeyFilter) { owner: project(id: $project) { apiKeys(${args}) ${selection} } }`,
  'Viewer.apiKeys': (args, selection) =>
    `query ($filter: ApiKeyFilter) { owner: viewer { apiKeys(${args}) ${selection} } }`,
}

async function read(list: string, actor: ActorName, filter: object, selection: string): Promise<Json> {
  const query = LISTS[list]?.('first: 100, filter: $filter', selection) ?? ''
  const variables = { organization: world.ids.organization, project: world.ids.project, filter }
  const { data, errors } = await world.as[actor].ask(query, variables)
  expect(errors).toBeUndefined()
  return data.owner.apiKeys
}

const idsOf = (keys: Json[]): string[] => keys.map(({ id }) => id).sort()

describe.each(Object.keys(LISTS))('%s', (list) => {
  const readers = READERS.filter((actor) => list !== 'Project.apiKeys' || (actor !== 'member' && actor !== 'legacyKey'))

  test.each(readers)('filters keys for %s by advice, consistently with the field `advice`', async (actor) => {
    const { nodes } = await read(list, actor, {}, '{ nodes { id status advice } }')
    for (const advice of ADVICE) {
      const expected = nodes.filter((key: Json) => key.advice.includes(advice))
      const found = await read(list, actor, { advice: [advice] }, '{ nodes { id } totalCount }')
      expect(idsOf(found.nodes), advice).toEqual(idsOf(expected))
      expect(found.totalCount, advice).toBe(expected.length)
      // The test would also pass with keys that have no advice.
      if (actor === 'owner') expect(expected.length, advice).toBeGreaterThan(0)
    }
    const several = await read(list, actor, { advice: ['LEAKED', 'EXPIRES_SOON'] }, '{ nodes { id } }')
    const either = nodes.filter(({ advice }: Json) => advice.includes('LEAKED') || advice.includes('EXPIRES_SOON'))
    expect(idsOf(several.nodes)).toEqual(idsOf(either))
    expect((await read(list, actor, { advice: [] }, '{ totalCount }')).totalCount).toBe(0)
  })

  test.each(readers)('counts the filtered keys for %s by status and by advice', async (actor) => {
    const selection = `{ nodes { id status advice name }
      countsByStatus { status count countCapped } countsByAdvice { advice count countCapped } }`
    for (const filter of [{}, { statuses: ['ACTIVE'] }, { search: 'rotating' }, { advice: ['NO_EXPIRATION'] }]) {
      const counted = await read(list, actor, filter, selection)
      const { statuses: _statuses, ...ofAnyStatus } = filter as { statuses?: string[] }
      const { advice: _advice, ...withAnyAdvice } = filter as { advice?: string[] }
      const byStatus = (await read(list, actor, ofAnyStatus, '{ nodes { status } }')).nodes
      const byAdvice = (await read(list, actor, withAnyAdvice, '{ nodes { advice } }')).nodes
      expect(counted.countsByStatus).toEqual(
        STATUSES.map((status) => ({
          status,
          count: byStatus.filter((key: Json) => key.status === status).length,
          countCapped: false,
        })),
      )
      expect(counted.countsByAdvice).toEqual(
        ADVICE.map((advice) => ({
          advice,
          count: byAdvice.filter((key: Json) => key.advice.includes(advice)).length,
          countCapped: false,
        })),
      )
    }
  })

  test('counts every status, or every advice, with one statement', async () => {
    for (const counts of ['countsByStatus { count }', 'countsByAdvice { count }']) {
      const sentFor = async (selection: string) => {
        await world.as.owner.ask('{ viewer { kind } }')
        await world.app.runtime.lastUsed.flush()
        statements.length = 0
        await read(list, 'owner', {}, selection)
        return statements.filter((sql) => !BACKGROUND.test(sql)).length
      }
      expect(await sentFor(`{ nodes { id } ${counts} }`)).toBe((await sentFor('{ nodes { id } }')) + 1)
    }
  })
})

test('filters and counts do not reveal to a key that its creator left', async () => {
  const query = `{ viewer { apiKeys(filter: { advice: [CREATOR_GONE] }) { totalCount nodes { id } }
    all: apiKeys { totalCount countsByAdvice { advice count } } } }`
  const { viewer } = (await world.client(leftKey.secret).ask(query)).data
  expect(viewer.apiKeys).toEqual({ totalCount: 0, nodes: [] })
  expect(viewer.all.totalCount).toBe(1)
  expect(viewer.all.countsByAdvice).toContainEqual({ advice: 'CREATOR_GONE', count: 0 })
})

test('Viewer.apiKeys lists the keys of all of the caller’s organizations in the requested order', async () => {
  const { as, ids } = world
  const person = await world.signUp('Of two')
  const { organization } = await person.mutate(
    'organizationCreate',
    { name: 'Second' },
    'organization { defaultProject { id } }',
  )
  const own = await createKey(person, organization.defaultProject.id, 'AAA of the second')
  await addCollaborator(as.owner, ids.project, await join(as.owner, ids.organization, person, 'MEMBER'), 'MEMBER')
  const query = `{ viewer { apiKeys(first: 100, orderBy: { field: NAME, direction: ASC }) {
    totalCount nodes { id name project { organization { id } } } } } }`
  const { apiKeys } = (await person.ask(query)).data.viewer
  const names = apiKeys.nodes.map(({ name }: Json) => name.toLowerCase())
  expect(apiKeys.totalCount).toBe(apiKeys.nodes.length)
  expect(apiKeys.nodes[0].id).toBe(own.id)
  expect(new Set(apiKeys.nodes.map(({ project }: Json) => project.organization.id)).size).toBe(2)
  expect(names).toEqual(names.toSorted((a: string, b: string) => (a < b ? -1 : 1)))
  const { data } = await as.anonymous.ask('{ viewer { apiKeys { totalCount nodes { id } } } }')
  expect(data.viewer.apiKeys).toEqual({ totalCount: 0, nodes: [] })
})
