import { decodeId } from '@keyward/schema/core/ids'
import { eraseByOperator } from '@keyward/schema/erasure/service'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization } from '../../infra/world.ts'
import { tablesWith, tracesOf } from './traces.ts'

let app: TestApp
let owner: Client & { email: string }
let organization: { id: string }

beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Olivia')
  organization = await createOrganization(owner, 'Acme')
})
afterAll(() => app?.close())

/** Invites an address, as a version did that sealed no names. */
async function inviteAsBefore(email: string): Promise<void> {
  const invited = await owner.mutate(
    'memberInvite',
    { organizationId: organization.id, email, role: 'MEMBER' },
    'invitation { id }',
  )
  await app.database.sql('DELETE FROM person_key WHERE subject_id = $1', [
    decodeId('Invitation', invited.invitation.id),
  ])
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

test('an address whose invitation has no key yet is in no event that opens after its erasure', async () => {
  const email = 'early.bird@canary.example'
  await inviteAsBefore(email)
  expect(await eraseByOperator(app.app.runtime, email)).toMatchObject({ userId: null, invitations: 1 })
  expect(await tablesWith(app.app.runtime, tracesOf(email))).toEqual([])
})

test('a person whose invitation elsewhere has no key yet leaves no trace', async () => {
  const email = 'kestrel@canary.example'
  const person = await app.signUp('Kim Kestrel', email)
  await inviteAsBefore(email)
  expect(await person.mutate('userErase', { email })).toMatchObject({ __typename: 'UserErasePayload' })
  expect(await tablesWith(app.app.runtime, tracesOf('Kim Kestrel', email))).toEqual([])
})

test.each(['', '   ', 'a', '"', 'people.example', 'da@people.example', 'usr_', 'link'])(
  'the operator erases nothing by the text “%s”, and verifications of other people stay',
  async (given) => {
    await app.database.prisma.verification.deleteMany({})
    await beginFor('ada@people.example')
    expect(await eraseByOperator(app.app.runtime, given)).toBeNull()
    expect(await pendingOf()).toEqual(['ada@people.example'])
  },
)

test('an erasure deletes the pending verifications of its address, and no other', async () => {
  await app.database.prisma.verification.deleteMany({})
  await app.signUp('Ada', 'ada@people.example')
  for (const email of ['ada@people.example', 'nevada@people.example', 'Ada@people.example']) await beginFor(email)
  await eraseByOperator(app.app.runtime, ' ADA@people.example ')
  expect(await pendingOf()).toEqual(['nevada@people.example'])
})
