import { hashSecret } from '@keyward/schema/api-key/secret'
import { decodeId } from '@keyward/schema/core/ids'
import { eraseByOperator } from '@keyward/schema/erasure/service'
import { reportFound } from '@keyward/schema/leak/found'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization, join } from '../../infra/world.ts'
import { disarm } from '../audit/logs.ts'
import { openedNames, tablesWith, tracesOf } from './traces.ts'

let app: TestApp
let owner: Client & { email: string }
let organization: { id: string; defaultProject: string }

beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Olivia')
  organization = await createOrganization(owner, 'Acme')
})
afterAll(() => app?.close())

/** Invites an address, as a version before sealed names did. */
async function inviteAsBefore(email: string): Promise<string> {
  const invited = await owner.mutate(
    'memberInvite',
    { organizationId: organization.id, email, role: 'MEMBER' },
    'invitation { id }',
  )
  const id = decodeId('Invitation', invited.invitation.id) ?? ''
  await app.database.sql('DELETE FROM person_key WHERE subject_id = $1', [id])
  return id
}

/** Opens the names in all messages to webhooks, as a version before sealed names stored them. */
async function writePlainMessages(): Promise<void> {
  const { database, settings } = app.app.runtime
  for (const { id, payload } of await database.prisma.webhookDelivery.findMany()) {
    const text = await openedNames({ database, settings }, JSON.stringify(payload))
    await database.sql('UPDATE webhook_delivery SET payload = $2::jsonb WHERE id = $1', [id, text])
  }
}

/** Adds a sign-in that was begun for an address, as single sign-on stores it. */
const beginFor = (email: string) =>
  app.database.prisma.verification.create({
    data: {
      id: crypto.randomUUID(),
      identifier: `state ${email.length} ${Math.random()}`,
      value: JSON.stringify({ callbackURL: '/', link: { email, userId: null } }),
      expiresAt: new Date(Date.now() + 86_400_000),
    },
  })

const pendingOf = async (): Promise<string[]> =>
  (await app.database.prisma.verification.findMany({ orderBy: { id: 'asc' } })).flatMap(({ value }) =>
    value.startsWith('{') ? [JSON.parse(value).link.email] : [],
  )

test('an erased address leaves no trace, even if an older version invited it without sealing the address', async () => {
  const email = 'early.bird@canary.example'
  await inviteAsBefore(email)
  expect(await eraseByOperator(app.app.runtime, email)).toMatchObject({ userId: null, invitations: 1 })
  expect(await tablesWith(app.app.runtime, tracesOf(email))).toEqual([])
})

test('an erased person leaves no trace, even if an older version invited their address', async () => {
  const email = 'kestrel@canary.example'
  const person = await app.signUp('Kim Kestrel', email)
  await inviteAsBefore(email)
  expect(await person.mutate('userErase', { email })).toMatchObject({ __typename: 'UserErasePayload' })
  expect(await tablesWith(app.app.runtime, tracesOf('Kim Kestrel', email))).toEqual([])
})

test('an erased person whose playground token leaked leaves no trace', async () => {
  const email = 'lorikeet@canary.example'
  const person = await app.signUp('Lori Lorikeet', email)
  await join(owner, organization.id, person, 'ADMIN')
  const { token } = await person.mutate('playgroundTokenCreate', { organizationId: organization.id }, 'token')
  await reportFound(app.app.runtime, [{ hash: hashSecret(token), source: 'a commit', url: null }])
  await eraseByOperator(app.app.runtime, email)
  expect(await tablesWith(app.app.runtime, tracesOf('Lori Lorikeet', email))).toEqual([])
})

test.each(['', '   ', 'a', '"', 'people.example', 'da@people.example', 'usr_', 'link'])(
  'erasing “%s” as the operator erases nobody',
  async (given) => {
    await app.database.prisma.verification.deleteMany({})
    await beginFor('ada@people.example')
    expect(await eraseByOperator(app.app.runtime, given)).toBeNull()
    expect(await pendingOf()).toEqual(['ada@people.example'])
  },
)

test('an erasure deletes only its own address’s pending verifications', async () => {
  await app.database.prisma.verification.deleteMany({})
  await app.signUp('Ada', 'ada@people.example')
  for (const email of ['ada@people.example', 'nevada@people.example', 'Ada@people.example']) await beginFor(email)
  await eraseByOperator(app.app.runtime, ' ADA@people.example ')
  expect(await pendingOf()).toEqual(['nevada@people.example'])
})

test('an erasure reports how many events written by an older version contain an invited address', async () => {
  const email = 'old.invitation@people.example'
  const id = await inviteAsBefore(email)
  await disarm(app)
  await app.database.sql('UPDATE audit_event SET target_name = $2 WHERE target_id = $1', [id, email])
  expect(await eraseByOperator(app.app.runtime, email)).toMatchObject({ invitations: 1, eventsWithName: 1 })
})

test('an erasure removes the person’s name from webhook messages that an older version wrote', async () => {
  const email = 'herald@canary.example'
  await owner.mutate('webhookCreate', { organizationId: organization.id, url: 'https://hooks.invalid/old' })
  const person = await app.signUp('Hera Herald', email)
  await join(owner, organization.id, person, 'ADMIN')
  for (const each of [owner, person]) await createKey(each, organization.defaultProject, `key ${Math.random()}`)
  const { token } = await person.mutate('playgroundTokenCreate', { organizationId: organization.id }, 'token')
  await reportFound(app.app.runtime, [{ hash: hashSecret(token), source: 'a commit', url: null }])
  await writePlainMessages()
  const texts = async (): Promise<string> => JSON.stringify(await app.database.prisma.webhookDelivery.findMany())
  expect(await texts()).toMatch(/"target":{[^{}]*"name":"Hera Herald"/)
  expect(await texts()).toMatch(/"actor":{[^{}]*"name":"Hera Herald"/)
  await eraseByOperator(app.app.runtime, email)
  expect(await texts()).not.toContain('Hera Herald')
  expect(await texts()).toMatch(/"actor":{[^{}]*"name":"Olivia"/)
})

test('an erasure keeps another person’s name, even if an import maps that person’s id to the erased account', async () => {
  const victim = await app.signUp('Vera', 'vera@people.example')
  await join(owner, organization.id, victim, 'ADMIN')
  await createKey(victim, organization.defaultProject, 'of Vera')
  const other = await app.signUp('Mallory', 'mallory@people.example')
  const elsewhere = await createOrganization(owner, 'Imported')
  const idOf = async (person: Client) =>
    decodeId('User', (await person.ask('{ viewer { user { id } } }')).data.viewer.user.id) ?? ''
  await app.database.prisma.personKey.create({
    data: {
      id: crypto.randomUUID(),
      organizationId: decodeId('Organization', elsewhere.id) ?? '',
      subjectId: await idOf(victim),
      userId: await idOf(other),
    },
  })
  await eraseByOperator(app.app.runtime, 'mallory@people.example')
  const { data } = await owner.ask(
    'query ($id: ID!) { organization(id: $id) { auditLog(first: 1) { nodes { action actor { name } } } } }',
    { id: organization.id },
  )
  expect(data.organization.auditLog.nodes).toEqual([{ action: 'apiKey.created', actor: { name: 'Vera' } }])
})
