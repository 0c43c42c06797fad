import type { App } from '@keyward/server/app'
import { setupToken } from '@keyward/server/config/secrets'
import { AttemptCounts } from '@keyward/server/identity/attempt-counts'
import { SignInGuard } from '@keyward/server/identity/sign-in-guard'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenApp, ORIGIN, openApp, post, type Session, sessionOf, signIn, signUp, whoAmI } from './open-app.ts'

/*
 * A rotation of the session secret, as docs/operations/rotate-secrets.md describes it: nobody is signed out while replicas
 * with either secret serve. Failed while only the first secret counted.
 */

const EMAIL = 'ada@example.com'
const [FORMER, NEXT, FOREIGN] = ['former', 'next', 'foreign'].map((name) => `${name}-`.repeat(8)) as [
  string,
  string,
  string,
]

let opened: OpenApp
/** Replicas before the change of the secret, after it, and at the end. */
let before: App
let after: App
let finished: App
beforeAll(async () => {
  opened = await openApp({ KEYWARD_SESSION_SECRET: FORMER })
  before = await opened.replica({ KEYWARD_ACCEPTED_SESSION_SECRETS: NEXT })
  after = await opened.replica({
    KEYWARD_SESSION_SECRET: NEXT,
    KEYWARD_ACCEPTED_SESSION_SECRETS: `${FOREIGN}, ${FORMER}`,
  })
  finished = await opened.replica({ KEYWARD_SESSION_SECRET: NEXT })
  await signUp(opened.app, EMAIL, { 'x-keyward-setup-token': setupToken(opened.config.sessionSecret) })
})
afterAll(() => opened?.close())

const sessionAt = async (app: App): Promise<Session> => sessionOf(await signIn(app, EMAIL))

/** The ways to send a session. */
const headersOf = ({ cookie, bearer }: Session) => [
  { cookie },
  { cookie: `other=a.b; ${cookie}; last` },
  { authorization: bearer },
  { authorization: `Bearer ${encodeURIComponent(bearer.slice(7))}` },
]

const sessionIn = async (app: App, headers: Record<string, string>): Promise<unknown> => {
  const response = await app.fetch(
    new Request(`${ORIGIN}/auth/get-session`, { headers: { origin: ORIGIN, ...headers } }),
  )
  return (await response.json())?.user?.email
}

test('sessions signed with either secret are valid at every replica with both', async () => {
  for (const session of [await sessionAt(before), await sessionAt(after)]) {
    for (const app of [before, after]) {
      for (const headers of headersOf(session)) {
        expect(await whoAmI(app, headers)).toEqual({ status: 200, email: EMAIL })
        expect(await sessionIn(app, headers)).toBe(EMAIL)
      }
    }
  }
})

test('an active browser gets a session signed with the new secret after a day', async () => {
  const { cookie } = await sessionAt(before)
  // As a day after the sign-in.
  await opened.database.sql("UPDATE session SET expires_at = expires_at - interval '25 hours'")
  const response = await after.fetch(new Request(`${ORIGIN}/auth/get-session`, { headers: { origin: ORIGIN, cookie } }))
  expect(await whoAmI(finished, { cookie })).toMatchObject({ status: 401 })
  expect(await whoAmI(finished, { cookie: sessionOf(response).cookie })).toEqual({ status: 200, email: EMAIL })
})

test('a session signed with the old secret can be ended after the change', async () => {
  const session = await sessionAt(before)
  const ended = await post(after, '/auth/sign-out', {}, { cookie: session.cookie })
  expect(ended.status).toBe(200)
  for (const app of [before, after]) {
    await expect.poll(async () => (await whoAmI(app, { cookie: session.cookie })).status).toBe(401)
  }
})

test('only unmodified sessions signed with an accepted secret are valid', async () => {
  const former = await sessionAt(before)
  const signature = former.bearer.split('.')[1]
  const foreign = await opened.replica({ KEYWARD_SESSION_SECRET: `not accepted ${FOREIGN}` })
  const wrong = [
    former.bearer.replace(/^Bearer ./, 'Bearer _'),
    `Bearer ${'A'.repeat(32)}.${signature}`,
    (await sessionAt(foreign)).bearer,
  ]
  for (const authorization of wrong) {
    expect((await whoAmI(after, { authorization })).status).toBe(401)
    expect(await sessionIn(after, { authorization })).toBeUndefined()
  }
  // At the end of the rotation the former sessions are over, and the next ones stay.
  expect((await whoAmI(finished, { authorization: former.bearer })).status).toBe(401)
  const next = await sessionAt(after)
  expect(await whoAmI(finished, { authorization: next.bearer })).toEqual({ status: 200, email: EMAIL })
  // The next secret counts before the change only where it is accepted.
  expect((await whoAmI(opened.app, { authorization: next.bearer })).status).toBe(401)
  expect((await whoAmI(before, { authorization: next.bearer })).status).toBe(200)
})

test('a known browser is still known after the session secret changes', async () => {
  const guardOf = (...secrets: [string, ...string[]]) =>
    new SignInGuard({ database: opened.database, secrets, most: 0, mostOfDevices: 1, counts: new AttemptCounts() })
  const device = guardOf(FORMER).deviceOf(EMAIL)
  const attempt = { email: EMAIL, device, clientAddress: null }
  expect(await guardOf(NEXT, FORMER).begin(attempt)).toHaveProperty('settle')
  expect(await guardOf(NEXT).begin(attempt)).toHaveProperty('retryAfter')
})
