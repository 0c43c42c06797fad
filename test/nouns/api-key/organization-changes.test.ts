import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeId, newId } from '../../../schema/core/ids.ts'
import { BACKGROUND } from '../../infra/background-statements.ts'
import { ACTORS, type ActorName, addCollaborator, createKey, join, startWorld, type World } from '../../infra/world.ts'
import { openStream, type Stream } from './stream.ts'

let world: World
const statements: string[] = []

beforeAll(async () => {
  world = await startWorld({ onStatement: (sql) => statements.push(sql) })
})
afterAll(() => world.close())

const open = (token: string | null, after?: string): Promise<Stream> =>
  openStream(world.app, token, { organizationId: world.ids.organization, ...(after === undefined ? {} : { after }) })

/** Creates a key in each project. */
async function changeEverywhere(names: Record<'default' | 'own' | 'other', string>): Promise<void> {
  const { owner } = world.as
  for (const [key, projectId] of [
    ['default', world.ids.defaultProject],
    ['own', world.ids.project],
    ['other', world.ids.otherProject],
  ] as const)
    await createKey(owner, projectId, names[key])
}

/** Names of the keys in the events up to and with a key. */
async function namesUpTo(stream: Stream, last: string): Promise<string[]> {
  const names: string[] = []
  while (names.at(-1) !== last) {
    const result = await stream.next()
    if (result === null) throw new Error(`The stream ended after ${names.join()}`)
    names.push(result.data.apiKeyChanges.apiKey.name)
  }
  return names
}

describe('an organization stream', () => {
  /** The projects whose changes each caller receives. Every other caller is rejected. */
  const RECEIVED: Partial<Record<ActorName, ('default' | 'own' | 'other')[]>> = {
    owner: ['default', 'own', 'other'],
    admin: ['default', 'own', 'other'],
    adminAccount: ['default', 'own', 'other'],
    member: ['default'],
    memberAccount: ['default'],
    projectAdmin: ['default', 'own'],
    projectMember: ['default', 'own'],
    projectAdminAccount: ['default', 'own'],
    projectMemberAccount: ['default', 'own'],
    externalAdmin: ['own'],
    externalMember: ['own'],
  }

  test.each(Object.entries(RECEIVED))(
    'contains for %s exactly the changes of the keys that they can read',
    async (actor, places) => {
      const stream = await open(world.as[actor as ActorName].token)
      expect(stream.status).toBe(200)
      const names = { default: `${actor} default`, own: `${actor} own`, other: `${actor} other` }
      await changeEverywhere(names)
      const last = places.includes('default') && !places.includes('own') ? 'defaultProject' : 'project'
      await createKey(world.as.owner, world.ids[last], `${actor} last`)
      expect(await namesUpTo(stream, `${actor} last`)).toEqual([
        ...places.map((place) => names[place]),
        `${actor} last`,
      ])
      await stream.leave()
    },
  )

  test.each(ACTORS.filter((actor) => !(actor in RECEIVED)))(
    'is rejected for %s, or contains only the key itself',
    async (actor) => {
      const stream = await open(world.as[actor].token)
      if (actor === 'liveKey' || actor === 'otherProjectKey') {
        await changeEverywhere({ default: `${actor} default`, own: `${actor} own`, other: `${actor} other` })
        const id = actor === 'liveKey' ? world.ids.apiKey : world.ids.otherProjectKey
        const name = `renamed for ${actor}`
        await world.as.owner.mutate('apiKeyUpdate', { id, name })
        expect(await namesUpTo(stream, name)).toEqual([name])
        return stream.leave()
      }
      const results = await stream.rest()
      expect(results.map((result) => result.data?.apiKeyChanges ?? null)).toEqual(results.map(() => null))
      if (stream.status === 200) {
        const expected = actor === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
        expect(results[0]?.errors[0].extensions.code).toBe(expected)
      } else expect(stream.status).toBe(401)
    },
  )
})

test('streams for foreign, missing and mistyped organizations get the same error', async () => {
  const { as, ids, app } = world
  const messages = new Set<string>()
  for (const organizationId of [
    ids.foreign.organization,
    encodeId('Organization', newId()),
    ids.project,
    '',
    '\u0000',
  ]) {
    const [refusal, ...rest] = await (await openStream(app, as.owner.token, { organizationId })).rest()
    expect(rest).toEqual([])
    expect(refusal.errors[0].extensions.code).toBe('FORBIDDEN')
    messages.add(refusal.errors[0].message)
  }
  expect(messages.size).toBe(1)
  for (const places of [{}, { projectId: ids.project, organizationId: ids.organization }]) {
    const [refusal] = await (await openStream(app, as.owner.token, places)).rest()
    expect(refusal.errors[0]).toMatchObject({
      message: 'Give either `projectId` or `organizationId`.',
      extensions: { code: 'BAD_REQUEST' },
    })
  }
})

test('an organization stream resumes from `Organization.changeCursor` or any event', async () => {
  const { as, ids } = world
  const query = 'query ($id: ID!) { organization(id: $id) { changeCursor } }'
  const { changeCursor } = (await as.projectMember.ask(query, { id: ids.organization })).data.organization
  await createKey(as.owner, ids.project, 'first away')
  await createKey(as.owner, ids.otherProject, 'hidden away')
  await createKey(as.owner, ids.defaultProject, 'second away')
  const first = await open(as.projectMember.token, changeCursor)
  const event = (await first.next())?.data.apiKeyChanges
  expect(event).toMatchObject({ kind: 'API_KEY_CREATED', apiKey: { name: 'first away' } })
  await first.leave()
  const second = await open(as.projectMember.token, event.cursor)
  expect(await namesUpTo(second, 'second away')).toEqual(['second away'])
  await second.leave()
})

test('a subscriber to an organization receives no changes of a project after losing the role in it', async () => {
  const { as, ids, signUp } = world
  const person = await signUp('Follows all')
  const member = await join(as.owner, ids.organization, person, 'MEMBER')
  const id = await addCollaborator(as.owner, ids.project, member, 'MEMBER')
  const stream = await open(person.token)
  await createKey(as.owner, ids.project, 'with the role')
  expect(await namesUpTo(stream, 'with the role')).toEqual(['with the role'])
  await as.owner.mutate('collaboratorRemove', { id })
  await createKey(as.owner, ids.project, 'without the role')
  await createKey(as.owner, ids.defaultProject, 'still a member')
  expect(await namesUpTo(stream, 'still a member')).toEqual(['still a member'])
  await as.owner.mutate('memberRemove', { id: member })
  await createKey(as.owner, ids.defaultProject, 'after leaving')
  expect((await stream.rest()).filter((result) => result?.data?.apiKeyChanges)).toEqual([])
})

test('a subscriber to an organization receives a project’s changes after gaining a role in it', async () => {
  const { as, ids, signUp } = world
  const person = await signUp('Joins later')
  const member = await join(as.owner, ids.organization, person, 'MEMBER')
  const stream = await open(person.token)
  await createKey(as.owner, ids.project, 'before the role')
  await createKey(as.owner, ids.defaultProject, 'of everybody')
  expect(await namesUpTo(stream, 'of everybody')).toEqual(['of everybody'])
  await createKey(as.owner, ids.project, 'still before the role')
  await addCollaborator(as.owner, ids.project, member, 'MEMBER')
  await createKey(as.owner, ids.project, 'after the role')
  expect(await namesUpTo(stream, 'after the role')).toEqual(['after the role'])
  await stream.leave()
})

test.each(['member', 'liveKey'] as const)(
  'changes that %s cannot read cause no additional statements',
  async (actor) => {
    const { as, ids } = world
    const HIDDEN = 40
    const query = 'query ($id: ID!) { organization(id: $id) { changeCursor } }'
    const hiddenKey = (await createKey(as.owner, ids.otherProject, `hidden from ${actor}`)).id
    const shownKey =
      actor === 'liveKey' ? ids.apiKey : (await createKey(as.owner, ids.defaultProject, 'shown to members')).id
    /** Statements of a stream that finds hidden changes, and then one that it sends. */
    const sentFor = async (hidden: number) => {
      const { changeCursor } = (await as.owner.ask(query, { id: ids.organization })).data.organization
      for (let index = 0; index < hidden; index += 1)
        await as.owner.mutate('apiKeyUpdate', { id: hiddenKey, name: `hidden ${actor} ${index}` })
      const name = `shown to ${actor} after ${hidden}`
      await as.owner.mutate('apiKeyUpdate', { id: shownKey, name })
      await world.app.runtime.lastUsed.flush()
      statements.length = 0
      const stream = await open(as[actor].token, changeCursor)
      expect(await namesUpTo(stream, name)).toEqual([name])
      await stream.leave()
      return statements.filter((sql) => !BACKGROUND.test(sql)).length
    }
    const few = await sentFor(1)
    // Access is checked again once a second, however many changes are hidden.
    expect(await sentFor(HIDDEN)).toBeLessThan(few + HIDDEN / 2)
  },
)
