import { randomBytes } from 'node:crypto'
import { newId } from '@keyward/schema/core/ids'
import { createPerson } from '@keyward/server/identity/accounts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { cheapPasswords } from '../cheap-passwords.ts'
import { type OidcProvider, startOidcProvider } from '../network/oidc-provider.ts'
import { invite, withFirstAccount } from './invited.ts'
import { type OpenApp, ORIGIN, PASSWORD, post, sessionOf, signIn, testDatabaseKind, whoAmI } from './open-app.ts'

let provider: OidcProvider
let opened: OpenApp
beforeAll(async () => {
  provider = await startOidcProvider(`${ORIGIN}/auth/callback/oidc`)
  opened = await withFirstAccount({ KEYWARD_SIGNUP: 'invited', ...provider.environment })
})
afterAll(async () => {
  await opened.close()
  await provider.close()
})

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')

/** Signs a person in through the provider. Returns the cookies of the session, or the error that the page shows. */
async function signInThere(
  subject: string,
  begin: (body: object) => Promise<Response> = (body) => post(opened.app, '/auth/sign-in/social', body),
): Promise<{ cookie: string; error: string | null }> {
  const page = '/invitations/accept'
  const start = await begin({
    provider: 'oidc',
    callbackURL: page,
    errorCallbackURL: page,
  })
  const { url } = await start.json()
  const callback = await provider.authorize(url, subject)
  const response = await opened.app.fetch(new Request(callback, { headers: { cookie: cookiesOf(start) } }))
  const location = new URL(response.headers.get('location') ?? '', ORIGIN)
  return { cookie: cookiesOf(response), error: location.searchParams.get('error') }
}

/** Invites many people with few requests. */
async function inviteMany([first = '', ...others]: string[]): Promise<void> {
  const { invitation } = opened.database.prisma
  await invite(opened, [first])
  const invited = await invitation.findFirstOrThrow({ where: { email: first } })
  await invitation.createMany({
    data: others.map((email) => ({ ...invited, email, id: newId(), tokenHash: new Uint8Array(randomBytes(32)) })),
  })
}

// Failed before: the sign-up check asked for a second connection from inside better-auth's transaction. One sign-in on the
// embedded database, and ten at once on PostgreSQL, waited for themselves until the transaction timed out.
test('many invited people can sign in through a provider simultaneously', async () => {
  const people = Array.from({ length: testDatabaseKind === 'postgresql' ? 200 : 40 }, (_, n) => `sso-${n}@example.com`)
  await inviteMany(people)
  const results = await Promise.all(
    people.map(async (email) => signInThere(provider.add({ email, emailVerified: true }))),
  )
  expect(results.filter(({ error }) => error !== null)).toEqual([])
  // One by one: 200 requests at once may take longer than the limit of one on a busy machine.
  const emails = []
  for (const { cookie } of results) emails.push((await whoAmI(opened.app, { cookie })).email)
  expect(emails).toEqual(people)
})

// Failed before: the state of a sign-in ended by the clock of the machine that began it.
test('a sign-in that starts on a replica with a slow clock can be completed on another replica', async () => {
  const email = 'late@example.com'
  await invite(opened, [email])
  const other = await opened.replica()
  const { cookie, error } = await signInThere(provider.add({ email, emailVerified: true }), async (body) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 })
    try {
      return await post(other, '/auth/sign-in/social', body)
    } finally {
      vi.useRealTimers()
    }
  })
  expect(error).toBeNull()
  expect(await whoAmI(opened.app, { cookie })).toMatchObject({ email })
})

// Failed before: any address that the provider passed on counted.
test.each([undefined, false])('an address with email_verified %s cannot use an invitation', async (verified) => {
  const email = `unverified-${verified}@example.com`
  await invite(opened, [email])
  const { error } = await signInThere(
    provider.add({ email, ...(verified === undefined ? {} : { emailVerified: verified }) }),
  )
  expect(error).toBe('INVITATION_REQUIRED')
  expect(await opened.database.prisma.user.count({ where: { email } })).toBe(0)
})

test('a verified address without an account or invitation is rejected', async () => {
  const stranger = provider.add({ email: 'stranger@example.com', emailVerified: true })
  expect(await signInThere(stranger)).toMatchObject({ error: 'INVITATION_REQUIRED' })
  await invite(opened, ['again@example.com'])
  const subject = provider.add({ email: 'again@example.com', emailVerified: true })
  expect(await signInThere(subject)).toMatchObject({ error: null })
  await opened.database.prisma.invitation.updateMany({
    where: { email: 'again@example.com' },
    data: { cancelledAt: opened.database.clock.now() },
  })
  const { cookie, error } = await signInThere(subject)
  expect(error).toBeNull()
  expect(await whoAmI(opened.app, { cookie })).toEqual({ status: 200, email: 'again@example.com' })
})

/** A signed-in person with a password and some connections. */
async function connectedPerson(name: string, connections = 1) {
  const email = `${name}@example.com`
  const userId = await createPerson(opened.database, { name, email, password: PASSWORD }, cheapPasswords)
  const { cookie } = sessionOf(await signIn(opened.app, email))
  const data = Array.from({ length: connections }, () => ({
    id: newId(),
    userId,
    providerId: 'oidc',
    accountId: provider.add({ email, emailVerified: true }),
  }))
  await opened.database.prisma.account.createMany({ data })
  return { userId, cookie, connections: data.map(({ id }) => id) }
}

const waysOf = async (userId: string) => {
  const rows = await opened.database.prisma.account.findMany({ where: { userId }, orderBy: { providerId: 'asc' } })
  return rows.map(({ providerId }) => providerId)
}

const outcome = async (response: Promise<Response>) => {
  const { status } = await response
  return [status, (await (await response).json().catch(() => null))?.code]
}

const connect = (cookie: string) =>
  outcome(post(opened.app, '/auth/link-social', { provider: 'oidc', callbackURL: '/account' }, { cookie }))
const disconnect = (cookie: string, accountId: unknown) =>
  outcome(post(opened.app, '/auth/unlink-account', { accountId }, { cookie }))

// Failed before: a session of any age connected a provider, and disconnected one.
test('single sign-on is connected and disconnected only within 10 minutes of a sign-in', async () => {
  const { userId, cookie, connections } = await connectedPerson('olga')
  expect((await connect(cookie))[0]).toBe(200)
  await opened.database.sql(`UPDATE session SET created_at = now() - interval '11 minutes' WHERE user_id = $1::uuid`, [
    userId,
  ])
  expect(await connect(cookie)).toEqual([403, 'SESSION_NOT_FRESH'])
  expect(await disconnect(cookie, connections[0])).toEqual([403, 'SESSION_NOT_FRESH'])
  expect(await waysOf(userId)).toEqual(['credential', 'oidc'])
  expect((await connect(''))[0]).toBe(401)
  expect((await disconnect('', connections[0]))[0]).toBe(401)
})

// Failed before: the id of the password, which /auth/list-accounts has, removed it.
test('a person cannot disconnect a password or somebody else’s connection', async () => {
  const { userId, cookie } = await connectedPerson('petra')
  const other = await connectedPerson('quinn')
  const where = { userId, providerId: 'credential' }
  const { id } = await opened.database.prisma.account.findFirstOrThrow({ where })
  expect(await disconnect(cookie, id)).toEqual([403, 'SIGN_IN_NOT_DISCONNECTABLE'])
  for (const foreign of [other.connections[0], newId(), 'x']) {
    expect(await disconnect(cookie, foreign)).toEqual([400, 'ACCOUNT_NOT_FOUND'])
  }
  expect((await disconnect(cookie, null))[0]).toBe(400)
  expect(await waysOf(userId)).toEqual(['credential', 'oidc'])
  expect(await waysOf(other.userId)).toEqual(['credential', 'oidc'])
})

/** Locks the ways to sign in of a person until requests wait for them. The embedded database has only one connection. */
async function untilBothWait(userId: string, send: () => Promise<unknown>[]) {
  if (testDatabaseKind !== 'postgresql') return Promise.all(send())
  let release: () => void = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let holding: Promise<void> = Promise.resolve()
  await new Promise<void>((locked) => {
    holding = opened.database.transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM account WHERE user_id = ${userId}::uuid FOR UPDATE`
      locked()
      await released
    })
  })
  const sent = send()
  const waiting = `SELECT count(*)::int AS count FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'`
  await expect
    .poll(async () => (await opened.database.sql<{ count: number }>(waiting))[0]?.count)
    .toBeGreaterThanOrEqual(sent.length)
  release()
  await holding
  return Promise.all(sent)
}

// Failed before: each request saw the connection that the other one deleted.
test('simultaneous removals cannot delete a person’s last sign-in method', async () => {
  const { userId, cookie, connections } = await connectedPerson('rita', 2)
  await opened.database.prisma.account.deleteMany({ where: { userId, providerId: 'credential' } })
  const outcomes = await untilBothWait(userId, () => connections.map((id) => disconnect(cookie, id)))
  expect(outcomes).toContainEqual([200, undefined])
  expect(outcomes).toContainEqual([400, 'FAILED_TO_UNLINK_LAST_ACCOUNT'])
  expect(await waysOf(userId)).toEqual(['oidc'])
})

test('the audit log records once which sign-in method was disconnected', async () => {
  const { userId, cookie, connections } = await connectedPerson('sven')
  const query = 'mutation { organizationCreate(input: { name: "His" }) { __typename } }'
  expect((await post(opened.app, '/graphql', { query }, { cookie })).status).toBe(200)
  await Promise.all([disconnect(cookie, connections[0]), disconnect(cookie, connections[0])])
  const where = { actorId: userId, action: 'user.signInDisconnected' }
  const events = await opened.database.prisma.auditEvent.findMany({ where })
  expect(events.map(({ details }) => details)).toEqual([{ method: 'oidc' }])
})
