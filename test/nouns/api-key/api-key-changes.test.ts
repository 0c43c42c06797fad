import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeId, newId } from '../../../schema/core/ids.ts'
import { encodeCursor } from '../../../schema/write/outbox/cursor.ts'
import { readNewest } from '../../../schema/write/outbox/history-sql.ts'
import { createApp } from '../../../server/app.ts'
import { readConfig } from '../../../server/config/config.ts'
import { type Json, ORIGIN } from '../../infra/app.ts'
import { addCollaborator, createKey, join, startWorld, type World } from '../../infra/world.ts'
import { openStream } from './stream.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const changeOf = (result: Json | null) => result?.data?.apiKeyChanges

const open = (token: string | null, after?: string, projectId: Json = world.ids.project) =>
  openStream(world.app, token, { projectId, ...(after === undefined ? {} : { after }) })

/** Creates, renames, rotates and revokes a key: five changes. */
async function fiveChanges(name: string): Promise<string> {
  const { owner } = world.as
  const { id } = await createKey(owner, world.ids.project, name)
  await owner.mutate('apiKeyUpdate', { id, name: `${name} renamed` })
  await owner.mutate('apiKeyRotate', { id })
  await owner.mutate('apiKeyRotationFinish', { id })
  await owner.mutate('apiKeyRevoke', { id })
  return id
}

const FIVE = ['API_KEY_CREATED', 'API_KEY_UPDATED', 'API_KEY_ROTATED', 'API_KEY_ROTATION_FINISHED', 'API_KEY_REVOKED']

test('key changes arrive in order, each with its own cursor', async () => {
  const stream = await open(world.as.projectMember.token)
  expect(stream.status).toBe(200)
  const id = await fiveChanges('followed')
  // Changes of other projects and other types are not delivered here.
  await createKey(world.as.owner, world.ids.otherProject, 'elsewhere')
  await world.as.owner.mutate('projectUpdate', { id: world.ids.project, description: 'changed' })
  const { id: last } = await createKey(world.as.owner, world.ids.project, 'the last one')
  const changes = []
  for (const _ of [...FIVE, last]) changes.push(changeOf(await stream.next()))
  expect(changes.map(({ kind }) => kind)).toEqual([...FIVE, 'API_KEY_CREATED'])
  expect(changes.map(({ apiKey }) => apiKey.id)).toEqual([id, id, id, id, id, last])
  const cursors = changes.map(({ cursor }) => BigInt(cursor))
  expect([...cursors].sort((a, b) => (a < b ? -1 : 1))).toEqual(cursors)
  expect(new Set(cursors).size).toBe(cursors.length)
  await stream.leave()
})

test('a stream that resumes from any cursor has no gap and no repetition, even while keys change', async () => {
  const { owner } = world.as
  const before = encodeCursor(await readNewest(world.database))
  const first = await open(owner.token)
  await fiveChanges('resumed 0')
  const start = changeOf(await first.next())
  await first.leave()
  const more = (async () => {
    for (let index = 1; index < 4; index += 1) await fiveChanges(`resumed ${index}`)
  })()
  // Each of these streams starts in the middle of the changes and ends early.
  const seen = [start]
  while (seen.length < 20) {
    const stream = await open(owner.token, seen.at(-1)?.cursor)
    for (let count = 0; count < 3 && seen.length < 20; count += 1) seen.push(changeOf(await stream.next()))
    await stream.leave()
  }
  await more
  expect(seen.map(({ kind }) => kind)).toEqual([...FIVE, ...FIVE, ...FIVE, ...FIVE])
  const all = await open(owner.token, before)
  const again = []
  for (const _ of seen) again.push(changeOf(await all.next()))
  expect(again.map(({ cursor }) => cursor)).toEqual(seen.map(({ cursor }) => cursor))
  await all.leave()
})

test('a change arrives immediately, even if its transaction also changes another project', async () => {
  const { as, ids } = world
  const stream = await open(as.owner.token)
  for (let round = 0; round < 3; round += 1) {
    const rows = [ids.otherProject, ids.project].map((projectId, index) => ({
      name: `together ${round}`,
      projectId,
      sha256: `${round}${index}`.repeat(32),
    }))
    await as.owner.mutate('apiKeysImport', { organizationId: ids.organization, rows })
    expect(changeOf(await stream.next())).toMatchObject({ apiKey: { name: `together ${round}` } })
  }
  await stream.leave()
})

test('subscriptions to a foreign, missing or mistyped project or from a malformed cursor get the same error', async () => {
  const { as, ids } = world
  const refusals = []
  for (const projectId of [
    ids.foreign.project,
    encodeId('Project', newId()),
    ids.organization,
    'nonsense',
    '',
    '\u0000',
    '\ud800',
    'x'.repeat(10_000),
  ]) {
    const stream = await open(as.owner.token, undefined, projectId)
    const [{ errors, data }, ...rest] = await stream.rest()
    expect(rest).toEqual([])
    expect(data ?? null).toBeNull()
    refusals.push({ code: errors[0].extensions.code, message: errors[0].message })
  }
  expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1)
  expect(refusals[0]?.code).toBe('FORBIDDEN')
  for (const [by, code] of [
    ['member', 'FORBIDDEN'],
    ['former', 'FORBIDDEN'],
    ['otherProjectKey', 'FORBIDDEN'],
    ['foreignOwner', 'FORBIDDEN'],
    ['anonymous', 'UNAUTHENTICATED'],
  ] as const) {
    const [refusal] = await (await open(as[by].token)).rest()
    expect(refusal.errors[0].extensions.code, by).toBe(code)
  }
  for (const after of ['', 'x', '-1', '1e3', '9'.repeat(19), '\u0000', '\udfff', ' 1', '0x1']) {
    const [refusal] = await (await open(as.owner.token, after)).rest()
    expect(refusal.errors[0].extensions.code, JSON.stringify(after)).toBe('BAD_REQUEST')
  }
})

/** Follows with one credential, takes the required role away, and expects the stream to end without another change. */
async function expectToEnd(token: string | null, takeAway: () => Promise<unknown>): Promise<void> {
  const stream = await open(token)
  const { id } = await createKey(world.as.owner, world.ids.project, `seen ${randomBytes(4).toString('hex')}`)
  const seen = changeOf(await stream.next())
  expect(seen).toMatchObject({ kind: 'API_KEY_CREATED' })
  await takeAway()
  await createKey(world.as.owner, world.ids.project, `unseen ${randomBytes(4).toString('hex')}`)
  const rest = await stream.rest()
  expect(rest.filter((result) => changeOf(result) && changeOf(result).apiKey?.id !== id)).toEqual([])
  expect(rest.filter((result) => changeOf(result))).toEqual([])
}

test('a stream whose reader loses the required role ends before the next event', async () => {
  const { as, ids, signUp } = world
  const person = await signUp('Follower')
  const member = await join(as.owner, ids.organization, person, 'MEMBER')
  const id = await addCollaborator(as.owner, ids.project, member, 'MEMBER')
  await expectToEnd(person.token, () => as.owner.mutate('collaboratorRemove', { id }))
  // An ADMIN of the organization follows without a project role. A MEMBER may not.
  await as.owner.mutate('memberRoleSet', { id: member, role: 'ADMIN' })
  await expectToEnd(person.token, () => as.owner.mutate('memberRoleSet', { id: member, role: 'MEMBER' }))
})

test('a stream ends with its reader’s session, before the next event', async () => {
  const { as, ids, signUp, app } = world
  const person = await signUp('Signs out')
  await addCollaborator(as.owner, ids.project, await join(as.owner, ids.organization, person, 'MEMBER'), 'MEMBER')
  await expectToEnd(person.token, async () => {
    const headers = { authorization: `Bearer ${person.token}`, origin: ORIGIN, 'content-type': 'application/json' }
    const response = await app.fetch(new Request(`${ORIGIN}/auth/sign-out`, { method: 'POST', headers, body: '{}' }))
    expect(response.status).toBe(200)
  })
})

test('a service account’s stream ends when its token is rotated', async () => {
  const { as, ids } = world
  await expectToEnd(as.projectMemberAccount.token, () =>
    as.owner.mutate('serviceAccountTokenRotate', { id: ids.account.projectMemberAccount }),
  )
})

test('a stream that a key opens contains only that key and ends when the key is revoked', async () => {
  const { as, ids, client } = world
  const { id, secret } = await createKey(as.owner, ids.project, 'follows itself')
  const stream = await openStream(world.app, secret, { projectId: ids.project })
  await createKey(as.owner, ids.project, 'not its business')
  await as.owner.mutate('apiKeyUpdate', { id, name: 'follows itself still' })
  expect(changeOf(await stream.next())).toMatchObject({ kind: 'API_KEY_UPDATED', apiKey: { id } })
  await as.owner.mutate('apiKeyRevoke', { id })
  expect((await stream.rest()).filter(changeOf)).toEqual([])
  expect((await client(secret).ask('{ viewer { kind } }')).status).toBe(401)
})

test('each event contains only the fields that its reader can read at that moment', async () => {
  const { as, ids, app, emails, signUp } = world
  const person = await signUp('Demoted')
  const member = await join(as.owner, ids.organization, person, 'MEMBER')
  const id = await addCollaborator(as.owner, ids.project, member, 'ADMIN')
  const stream = await openStream(
    app,
    person.token,
    { projectId: ids.project },
    'name createdBy { ... on User { name email } }',
  )
  await createKey(as.owner, ids.project, 'as an ADMIN')
  expect(changeOf(await stream.next()).apiKey.createdBy).toMatchObject({ email: emails.owner })
  await as.owner.mutate('collaboratorRoleSet', { id, role: 'MEMBER' })
  await createKey(as.owner, ids.project, 'as a MEMBER')
  expect(changeOf(await stream.next()).apiKey).toEqual({
    name: 'as a MEMBER',
    createdBy: { name: 'Canary owner', email: null },
  })
  await stream.leave()
})

test('a replica streams the changes that another replica made', async () => {
  const config = readConfig({ KEYWARD_PUBLIC_URL: ORIGIN, KEYWARD_LOG: 'silent', KEYWARD_SIGNUP: 'open' })
  const encryptionKeys = [{ id: 'test', key: randomBytes(32) }]
  const sessionSecret = randomBytes(32).toString('hex')
  const replica = await createApp({ ...config, encryptionKeys, sessionSecret }, world.database)
  try {
    const stream = await openStream(replica, world.as.adminAccount.token, { projectId: world.ids.project })
    const id = await fiveChanges('replicated')
    for (const kind of FIVE) expect(changeOf(await stream.next())).toMatchObject({ kind, apiKey: { id } })
    const ended = stream.rest()
    replica.drain()
    expect(await ended).toEqual([])
  } finally {
    await replica.close()
  }
})
