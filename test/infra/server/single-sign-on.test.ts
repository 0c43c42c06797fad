import { randomBytes } from 'node:crypto'
import { newId } from '@keyward/schema/core/ids'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type OidcProvider, startOidcProvider } from '../network/oidc-provider.ts'
import { invite, withFirstAccount } from './invited.ts'
import { type OpenApp, ORIGIN, post, testDatabaseKind, whoAmI } from './open-app.ts'

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
test('many invited people sign in at once through a provider', async () => {
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
test('a sign-in that began on a replica whose clock is an hour late ends on another', async () => {
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
test.each([undefined, false])(
  'an address with email_verified %s does not count for an invitation',
  async (verified) => {
    const email = `unverified-${verified}@example.com`
    await invite(opened, [email])
    const { error } = await signInThere(
      provider.add({ email, ...(verified === undefined ? {} : { emailVerified: verified }) }),
    )
    expect(error).toBe('INVITATION_REQUIRED')
    expect(await opened.database.prisma.user.count({ where: { email } })).toBe(0)
  },
)

test('a verified address without an invitation is rejected, and a person with an account signs in again', async () => {
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
