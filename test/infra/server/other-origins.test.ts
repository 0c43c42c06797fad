import { createPerson } from '@keyward/server/identity/accounts'
import { createAuthOptions, DISABLED_PATHS } from '@keyward/server/identity/auth-options'
import { TOKEN_REDIRECT } from '@keyward/server/identity/links'
import { OPEN_ROUTES, OWN_ROUTES } from '@keyward/server/identity/other-origins'
import { createLog } from '@keyward/server/telemetry/log'
import { betterAuth } from 'better-auth'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cheapPasswords } from '../cheap-passwords.ts'
import { codeOf, nextCodeOf } from '../totp.ts'
import { type OpenApp, ORIGIN, openApp, PASSWORD, post, sessionOf, signIn, testConfig, whoAmI } from './open-app.ts'

const FRONTEND = 'https://app.example'
const STRANGER = 'https://evil.example'

let opened: OpenApp
beforeAll(async () => {
  // An operator may also list the instance itself.
  opened = await openApp({ KEYWARD_CORS_ORIGINS: `${FRONTEND},http://localhost:4000` })
})
afterAll(() => opened?.close())

let people = 0
/** An account, and how a browser signs in to it on the instance's own page. */
async function person() {
  people += 1
  const email = `person-${people}@other.example`
  await createPerson(opened.database, { name: 'Ada', email, password: PASSWORD }, cheapPasswords)
  return { email, signIn: async () => sessionOf(await signIn(opened.app, email)) }
}

/** Sends a request as the page of an origin. Pages send no cookies to another origin unless they ask for it. */
const from = (origin: string, path: string, body: object, headers: Record<string, string> = {}) =>
  post(opened.app, `/auth${path}`, body, {
    origin,
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'cors',
    ...headers,
  })

const get = (origin: string, path: string, headers: Record<string, string> = {}) =>
  opened.app.fetch(new Request(`${ORIGIN}/auth${path}`, { headers: { origin, ...headers } }))

const preflight = (origin: string, path: string, asked: string) =>
  opened.app.fetch(
    new Request(`${ORIGIN}${path}`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
    }),
  )

const bearerOf = (response: Response): Record<string, string> => ({
  authorization: `Bearer ${response.headers.get('set-auth-token')}`,
})

/** Every route of better-auth that an address reaches. */
async function routes(): Promise<string[]> {
  const config = await testConfig({
    KEYWARD_OIDC_ISSUER: 'https://127.0.0.1:9',
    KEYWARD_OIDC_CLIENT_ID: 'id',
    KEYWARD_OIDC_CLIENT_SECRET: 'secret',
  })
  const { api } = betterAuth(
    createAuthOptions({
      config,
      database: opened.database,
      log: createLog('silent'),
      record: async () => undefined,
      sendLink: null,
      onSessionEnded: async () => undefined,
      onUserChanged: () => undefined,
    }),
  )
  return Object.values(api).flatMap(({ path }) => (typeof path === 'string' ? [path] : []))
}

describe('the /auth routes', () => {
  // Failed with `/reset-password/:token`, which was in no list.
  test('every route of better-auth is open to other origins, limited to own pages, or disabled', async () => {
    const decided = [...OPEN_ROUTES, ...OWN_ROUTES, ...DISABLED_PATHS, TOKEN_REDIRECT]
    expect(new Set(decided).size).toBe(decided.length)
    const found = await routes()
    expect(found.length).toBeGreaterThan(40)
    expect(found.filter((path) => !decided.includes(path))).toEqual([])
    expect([...OPEN_ROUTES, ...OWN_ROUTES].filter((path) => !found.includes(path))).toEqual([])
  })

  test.each(OPEN_ROUTES)('%s accepts preflights only from configured origins', async (path) => {
    const allowed = await preflight(FRONTEND, `/auth${path}`, 'authorization, content-type')
    expect(allowed.status).toBe(204)
    expect(allowed.headers.get('access-control-allow-origin')).toBe(FRONTEND)
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull()
    const stranger = await preflight(STRANGER, `/auth${path}`, 'authorization')
    expect([stranger.status, stranger.headers.get('access-control-allow-origin')]).toEqual([403, null])
  })

  test.each(OWN_ROUTES)('%s is closed to a configured origin: preflights and requests get 403', async (path) => {
    expect((await preflight(FRONTEND, `/auth${path}`, 'content-type')).status).toBe(403)
    const answer = await from(FRONTEND, path, {})
    expect([answer.status, (await answer.json()).code]).toEqual([403, 'OWN_PAGES_ONLY'])
    expect((await get(FRONTEND, path)).status).toBe(403)
  })

  test.each(['/auth/sign-in/email', '/graphql', '/export/costs.csv', '/token'])(
    '%s allows the headers that clients send, and exposes the token and the request id',
    async (path) => {
      const { headers } = await preflight(FRONTEND, path, 'authorization')
      const allowed = headers.get('access-control-allow-headers')?.split(', ')
      for (const name of [
        'authorization',
        'content-type',
        'traceparent',
        'tracestate',
        'baggage',
        'sentry-trace',
        'apollographql-client-name',
        'apollographql-client-version',
        'x-keyward-challenge',
        'x-keyward-invitation',
      ]) {
        expect(allowed).toContain(name)
      }
      expect(headers.get('access-control-expose-headers')?.split(', ')).toEqual(
        expect.arrayContaining(['set-auth-token', 'retry-after', 'x-request-id']),
      )
    },
  )
})

describe('a page of a configured origin', () => {
  test('signs up, out and in again without cookies', async () => {
    const account = { name: 'Grace', email: 'grace@other.example', password: PASSWORD }
    await person()
    const up = await from(FRONTEND, '/sign-up/email', account)
    expect(up.status).toBe(200)
    expect(up.headers.get('access-control-allow-origin')).toBe(FRONTEND)
    expect(up.headers.getSetCookie()).toEqual([])
    const session = await (await get(FRONTEND, '/get-session', bearerOf(up))).json()
    expect(session.user.email).toBe(account.email)
    expect(await whoAmI(opened.app, { ...bearerOf(up), origin: FRONTEND })).toMatchObject({ email: account.email })

    const out = await from(FRONTEND, '/sign-out', {}, bearerOf(up))
    expect([out.status, out.headers.getSetCookie()]).toEqual([200, []])
    expect((await whoAmI(opened.app, { ...bearerOf(up), origin: FRONTEND })).status).toBe(401)
    const again = await from(FRONTEND, '/sign-in/email', account)
    expect([again.status, again.headers.getSetCookie()]).toEqual([200, []])
    expect(await whoAmI(opened.app, bearerOf(again))).toMatchObject({ email: account.email })
  })

  test('turns a second factor on, and completes a sign-in with its code', async () => {
    const { email } = await person()
    const signedIn = bearerOf(await from(FRONTEND, '/sign-in/email', { email, password: PASSWORD }))
    const enabled = await from(FRONTEND, '/two-factor/enable', { password: PASSWORD }, signedIn)
    const { totpURI } = await enabled.json()
    const confirmed = await from(FRONTEND, '/two-factor/verify-totp', { code: codeOf(totpURI) }, signedIn)
    expect([confirmed.status, confirmed.headers.getSetCookie()]).toEqual([200, []])

    const half = await from(FRONTEND, '/sign-in/email', { email, password: PASSWORD })
    expect([half.headers.get('set-auth-token'), half.headers.getSetCookie()]).toEqual([null, []])
    const { challenge } = await half.json()
    const whole = await from(
      FRONTEND,
      '/two-factor/verify-totp',
      { code: nextCodeOf(totpURI) },
      { 'x-keyward-challenge': challenge },
    )
    expect([whole.status, whole.headers.getSetCookie()]).toEqual([200, []])
    expect(await whoAmI(opened.app, bearerOf(whole))).toMatchObject({ email })
  })

  test('gets a session that a person approves on the instance’s device page', async () => {
    const { email, signIn: openBrowser } = await person()
    const client = { client_id: 'keyward-cli' }
    const begun = await (await from(FRONTEND, '/device/code', client)).json()
    const { cookie } = await openBrowser()
    // The page of the instance shows the code first, and that ties it to the person.
    await get(ORIGIN, `/device?user_code=${begun.user_code}`, { cookie })
    expect((await post(opened.app, '/auth/device/approve', { userCode: begun.user_code }, { cookie })).status).toBe(200)
    const token = await from(FRONTEND, '/device/token', {
      ...client,
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: begun.device_code,
    })
    const { access_token: accessToken } = await token.json()
    expect(await whoAmI(opened.app, { authorization: `Bearer ${accessToken}`, origin: FRONTEND })).toMatchObject({
      email,
    })
  })

  test('can read why a sign-in failed and when to retry', async () => {
    const limited = await opened.replica({ KEYWARD_SIGN_IN_PER_MINUTE: '1' })
    const { email } = await person()
    const attempt = () =>
      post(limited, '/auth/sign-in/email', { email, password: 'a wrong password' }, { origin: FRONTEND })
    expect(await (await attempt()).json()).toMatchObject({ code: 'INVALID_EMAIL_OR_PASSWORD' })
    const refused = await attempt()
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('access-control-allow-origin')).toBe(FRONTEND)
  })
})

// The browser sends the cookies of a site to all its origins: app.example.com can call keys.example.com as the person.
describe('a page of a configured origin cannot use a signed-in person’s cookie', () => {
  // Each row failed with a build that did not check for cookies.
  test.each([
    ['/sign-out', {}],
    [
      '/change-password',
      { currentPassword: PASSWORD, newPassword: 'chosen by the other page', revokeOtherSessions: true },
    ],
    ['/update-user', { name: 'Renamed' }],
    ['/revoke-sessions', {}],
    ['/revoke-other-sessions', {}],
    ['/two-factor/enable', { password: PASSWORD }],
    ['/two-factor/generate-backup-codes', { password: PASSWORD }],
    ['/device/approve', { userCode: 'BCDFGHJK' }],
  ])('POST %s', async (path, body) => {
    const { email, signIn: openBrowser } = await person()
    const { cookie } = await openBrowser()
    for (const type of ['application/json', 'text/plain']) {
      const answer = await from(FRONTEND, path, body, { cookie, 'content-type': type })
      expect([answer.status, (await answer.json()).code]).toEqual([403, 'COOKIES_NOT_ACCEPTED'])
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
    // Nothing has changed.
    expect(await whoAmI(opened.app, { cookie })).toMatchObject({ status: 200, email })
    expect((await (await get(ORIGIN, '/get-session', { cookie })).json()).user).toMatchObject({
      name: 'Ada',
      twoFactorEnabled: false,
    })
    expect((await signIn(opened.app, email)).status).toBe(200)
  })

  test.each(['/get-session', '/list-sessions', '/list-accounts'])('GET %s', async (path) => {
    const { cookie } = await (await person()).signIn()
    expect((await get(ORIGIN, path, { cookie })).status).toBe(200)
    const answer = await get(FRONTEND, path, { cookie })
    expect([answer.status, (await answer.json()).code]).toEqual([403, 'COOKIES_NOT_ACCEPTED'])
  })

  test('a cookie sent together with a bearer token is rejected', async () => {
    const { cookie, bearer } = await (await person()).signIn()
    expect((await get(FRONTEND, '/get-session', { cookie, authorization: bearer })).status).toBe(403)
    expect((await get(FRONTEND, '/get-session', { authorization: bearer })).status).toBe(200)
    expect((await whoAmI(opened.app, { cookie, origin: FRONTEND })).status).toBe(403)
  })

  test('its form cannot sign a browser in, because navigation responses set no cookie', async () => {
    const { email } = await person()
    const answer = await from(
      FRONTEND,
      '/sign-in/email',
      { email, password: PASSWORD },
      { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    )
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

describe('other callers', () => {
  test('the instance’s own pages use cookies even if KEYWARD_CORS_ORIGINS lists them', async () => {
    const { email } = await person()
    for (const origin of [ORIGIN, 'http://localhost:4000']) {
      const answer = await from(
        origin,
        '/sign-in/email',
        { email, password: PASSWORD },
        { 'sec-fetch-site': 'same-origin' },
      )
      expect([answer.status, answer.headers.getSetCookie().length > 0]).toEqual([200, true])
      const { cookie } = sessionOf(answer)
      expect((await from(origin, '/sign-out', {}, { cookie })).status).toBe(200)
    }
  })

  // Failed before: the sign-in succeeded without its cookie, and the page was signed out without a reason.
  test('a page behind a misconfigured proxy gets an error that explains KEYWARD_PUBLIC_URL', async () => {
    const { email } = await person()
    for (const [origin, code] of [
      [FRONTEND, 'OWN_ORIGIN_REQUIRED'],
      [STRANGER, 'INVALID_ORIGIN'],
    ] as const) {
      const body = { email, password: PASSWORD }
      const answer = await from(origin, '/sign-in/email', body, { 'sec-fetch-site': 'same-origin' })
      const error = await answer.json()
      expect([answer.status, error.code]).toEqual([403, code])
      expect(error.message).toContain(`set KEYWARD_PUBLIC_URL=${origin}.`)
      expect(error.message).not.toContain('KEYWARD_CORS_ORIGINS')
    }
  })

  test.each([
    ['a stranger', STRANGER, `add ${STRANGER} to KEYWARD_CORS_ORIGINS`],
    ['the instance under another name', 'https://keys.example', 'set KEYWARD_PUBLIC_URL=https://keys.example.'],
    ['a page without an origin', 'null', 'Open the page at that address.'],
    ['a similar name', `${FRONTEND}.evil.example`, 'KEYWARD_CORS_ORIGINS'],
  ])('%s is rejected with an error that says what to configure', async (_, origin, advice) => {
    const { email, signIn: openBrowser } = await person()
    const answer = await from(origin, '/sign-in/email', { email, password: PASSWORD })
    const { code, message } = await answer.json()
    expect([answer.status, code]).toEqual([403, origin === 'null' ? 'MISSING_OR_NULL_ORIGIN' : 'INVALID_ORIGIN'])
    expect(message).toContain(advice)
    expect(message).toContain(`KEYWARD_PUBLIC_URL is ${ORIGIN}`)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    const { cookie } = await openBrowser()
    expect((await from(origin, '/sign-out', {}, { cookie })).status).toBe(403)
    expect(await whoAmI(opened.app, { cookie })).toMatchObject({ email })
  })
})
