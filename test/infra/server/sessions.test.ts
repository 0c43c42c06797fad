import { encodeId } from '@keyward/schema/core/ids'
import { createRuntime } from '@keyward/schema/create-runtime'
import { settingsOf } from '@keyward/server/config/settings'
import { createPerson, setPassword } from '@keyward/server/identity/accounts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { cheapPasswords } from '../cheap-passwords.ts'
import { type OpenApp, ORIGIN, openApp, PASSWORD, post, type Session, sessionOf, signIn, whoAmI } from './open-app.ts'

const EMAIL = 'ada@example.com'
let opened: OpenApp
const signedIn = async (): Promise<Session> => sessionOf(await signIn(opened.app, EMAIL))

beforeAll(async () => {
  opened = await openApp()
  await createPerson(opened.database, { name: 'Ada', email: EMAIL, password: PASSWORD }, cheapPasswords)
})
afterAll(() => opened.close())

describe('a session', () => {
  test('is a cookie for browsers and a bearer token for programs', async () => {
    const response = await signIn(opened.app, EMAIL)
    const [cookie = ''] = response.headers.getSetCookie()
    expect(cookie).toMatch(/^keyward\.session_token=.*; HttpOnly; SameSite=Lax$/)
    const session = sessionOf(response)
    expect(await whoAmI(opened.app, { cookie: session.cookie })).toEqual({ status: 200, email: EMAIL })
    expect(await whoAmI(opened.app, { authorization: session.bearer })).toEqual({ status: 200, email: EMAIL })
    expect(await whoAmI(opened.app, {})).toEqual({ status: 200, email: undefined })
  })

  // Failed while requests renewed the session and not its cookie: a person in the console was signed out after seven days.
  test('is renewed once a day by any request', async () => {
    const session = await signedIn()
    const setCookies = async (headers: Record<string, string>) => {
      const response = await post(opened.app, '/graphql', { query: '{ viewer { user { email } } }' }, headers)
      expect((await response.json()).data.viewer.user.email).toBe(EMAIL)
      return response.headers.getSetCookie()
    }
    // Past the memory of sessions, and a day after the last renewal.
    const passDay = async () => {
      await opened.database.sql("UPDATE session SET expires_at = expires_at - interval '25 hours'")
      return opened.replica()
    }
    expect(await setCookies({ cookie: session.cookie })).toEqual([])
    const next = await passDay()
    const response = await post(
      next,
      '/graphql',
      { query: '{ viewer { user { email } } }' },
      { cookie: session.cookie },
    )
    const [renewed = ''] = response.headers.getSetCookie()
    expect(renewed).toMatch(/; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(renewed.startsWith(session.cookie)).toBe(true)
    expect(await whoAmI(next, { cookie: session.cookie })).toEqual({ status: 200, email: EMAIL })
    expect(
      (await post(next, '/graphql', { query: '{ __typename }' }, { cookie: session.cookie })).headers.getSetCookie(),
    ).toEqual([])
    // A program has no cookies, and a person may have asked not to be remembered.
    for (const headers of [
      { authorization: session.bearer },
      { cookie: `${session.cookie}; keyward.dont_remember=x` },
    ]) {
      const later = await passDay()
      const answer = await post(later, '/graphql', { query: '{ __typename }' }, headers)
      expect(answer.status).toBe(200)
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    const mentioned = { cookie: `${session.cookie}; other=dont_remember=x` }
    const answer = await post(await passDay(), '/graphql', { query: '{ __typename }' }, mentioned)
    expect(answer.headers.getSetCookie()).toHaveLength(1)
  })

  // Failed while any request made seven days of it.
  test('ends after a day if the person chose not to be remembered', async () => {
    const credentials = { email: EMAIL, password: PASSWORD, rememberMe: false }
    const response = await post(opened.app, '/auth/sign-in/email', credentials)
    const cookie = response.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ')
    expect(cookie).toContain('keyward.dont_remember=')
    const hoursLeft = async () => {
      const [row] = await opened.database.sql<{ hours: number }>(
        'SELECT extract(epoch FROM expires_at - now())::float / 3600 AS hours FROM session ORDER BY created_at DESC LIMIT 1',
      )
      return row?.hours ?? 0
    }
    const before = await hoursLeft()
    expect(before).toBeLessThan(25)
    expect(await whoAmI(await opened.replica(), { cookie })).toEqual({ status: 200, email: EMAIL })
    expect(await hoursLeft()).toBeLessThan(before)
  })

  test('can be created by a program that sends the headers of Node’s fetch', async () => {
    const response = await opened.app.fetch(
      new Request(`${ORIGIN}/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sec-fetch-mode': 'cors' },
        body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
      }),
    )
    expect(response.status).toBe(200)
  })

  test.each([
    ['origin', 'https://evil.example'],
    ['origin', 'null'],
    ['sec-fetch-site', 'cross-site'],
  ])('cannot be created by another site’s page: %s %s', async (name, value) => {
    const body = { email: EMAIL, password: PASSWORD }
    const response = await opened.app.fetch(
      new Request(`${ORIGIN}/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sec-fetch-mode': 'cors', [name]: value },
        body: JSON.stringify(body),
      }),
    )
    expect(response.status).toBe(403)
  })

  test('has a TLS-only cookie, except on localhost', async () => {
    const app = await opened.replica({ KEYWARD_PUBLIC_URL: 'https://keys.example.com' })
    const response = await post(
      app,
      '/auth/sign-in/email',
      { email: EMAIL, password: PASSWORD },
      { origin: 'https://keys.example.com' },
    )
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Secure-keyward\.session_token=.*; Secure/)
  })

  test('ends immediately when the person signs out', async () => {
    const session = await signedIn()
    expect((await whoAmI(opened.app, { cookie: session.cookie })).status).toBe(200)
    await post(opened.app, '/auth/sign-out', {}, { cookie: session.cookie })
    expect((await whoAmI(opened.app, { cookie: session.cookie })).status).toBe(401)
    expect((await whoAmI(opened.app, { authorization: session.bearer })).status).toBe(401)
  })

  test('ends on every replica', async () => {
    const other = await opened.replica()
    const session = await signedIn()
    expect((await whoAmI(other, { cookie: session.cookie })).status).toBe(200)
    await post(opened.app, '/auth/sign-out', {}, { cookie: session.cookie })
    await expect.poll(async () => (await whoAmI(other, { cookie: session.cookie })).status).toBe(401)
  })

  test('ends when the person changes the password or ends it from another session', async () => {
    const [here, there, third] = [await signedIn(), await signedIn(), await signedIn()]
    for (const { cookie } of [here, there, third]) expect((await whoAmI(opened.app, { cookie })).status).toBe(200)
    const list = await opened.app.fetch(
      new Request(`${ORIGIN}/auth/list-sessions`, { headers: { cookie: here.cookie, origin: ORIGIN } }),
    )
    const token = third.bearer.replace('Bearer ', '').split('.')[0]
    expect((await list.json()).map((session: { token: string }) => session.token)).toContain(token)
    await post(opened.app, '/auth/revoke-session', { token }, { cookie: here.cookie })
    expect((await whoAmI(opened.app, { cookie: third.cookie })).status).toBe(401)
    const change = { currentPassword: PASSWORD, newPassword: 'another good password', revokeOtherSessions: true }
    const changed = await post(opened.app, '/auth/change-password', change, { cookie: here.cookie })
    expect(changed.status).toBe(200)
    expect((await whoAmI(opened.app, { cookie: there.cookie })).status).toBe(401)
    expect((await signIn(opened.app, EMAIL)).status).toBe(401)
    const runtime = await createRuntime({ database: opened.database, settings: settingsOf(opened.config) })
    const fresh = sessionOf(await signIn(opened.app, EMAIL, 'another good password'))
    expect((await whoAmI(opened.app, { cookie: fresh.cookie })).status).toBe(200)
    expect(await setPassword(runtime, EMAIL, PASSWORD)).toBe(true)
    expect(await setPassword(runtime, 'nobody@example.com', PASSWORD)).toBe(false)
    await runtime.close()
    await expect.poll(async () => (await whoAmI(opened.app, { cookie: fresh.cookie })).status).toBe(401)
    expect((await signIn(opened.app, EMAIL)).status).toBe(200)
  })

  // Answered 403 from the second day on: the account page showed an error instead of the sessions.
  test('can list the person’s sessions on each day until it expires', async () => {
    const session = await signedIn()
    await opened.database.sql(
      `UPDATE session SET created_at = created_at - interval '3 days', updated_at = updated_at - interval '3 days'`,
    )
    const list = await opened.app.fetch(
      new Request(`${ORIGIN}/auth/list-sessions`, { headers: { cookie: session.cookie, origin: ORIGIN } }),
    )
    expect(list.status).toBe(200)
  })

  test('expires by the database’s clock', async () => {
    const own = await openApp()
    await createPerson(own.database, { name: 'Ada', email: EMAIL, password: PASSWORD }, cheapPasswords)
    const { cookie } = sessionOf(await signIn(own.app, EMAIL))
    expect((await whoAmI(own.app, { cookie })).status).toBe(200)
    own.database.clock.advance(8 * 86_400_000)
    expect((await whoAmI(own.app, { cookie })).status).toBe(401)
    await own.close()
  })
})

describe('a request with an invalid credential is rejected with 401:', () => {
  test.each([
    ['an unknown secret', 'Bearer hello'],
    ['a malformed Keyward secret', 'Bearer kw_proj_nope'],
    ['an unsigned session token', 'Bearer aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['a session token with another signature', `Bearer ${'a'.repeat(32)}.${'b'.repeat(43)}=`],
    ['another scheme', 'Basic YWRhOmFkYQ=='],
    ['no credential after the scheme', 'Bearer'],
    ['two credentials', 'Bearer a b'],
    ['a credential as long as headers may be', `Bearer ${'a'.repeat(15_000)}`],
  ])('%s', async (_what, authorization) => {
    const response = await post(opened.app, '/graphql', { query: '{ viewer { user { email } } }' }, { authorization })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    const requestId = response.headers.get('x-request-id')
    expect(await response.json()).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED', requestId } }],
    })
  })

  test('an invalid header with a valid cookie', async () => {
    const { cookie } = await signedIn()
    expect((await whoAmI(opened.app, { cookie, authorization: 'Bearer nope' })).status).toBe(401)
  })

  test('a forged cookie', async () => {
    const cookie = `keyward.session_token=${'a'.repeat(32)}.${'b'.repeat(43)}%3D`
    expect((await whoAmI(opened.app, { cookie })).status).toBe(401)
  })
})

describe('a request id', () => {
  const ask = (id?: string) =>
    post(opened.app, '/graphql', { query: '{' }, id === undefined ? {} : { 'x-request-id': id })

  test('is the one that the client sent, in the response header and in errors', async () => {
    const response = await ask('trace-42.span:1')
    expect(response.headers.get('x-request-id')).toBe('trace-42.span:1')
    expect((await response.json()).errors[0].extensions.requestId).toBe('trace-42.span:1')
  })

  test.each([undefined, 'short', 'x'.repeat(65), 'with spaces', '<script>alert</script>'])(
    'is generated if the client’s id is invalid: %s',
    async (id) => {
      expect((await ask(id)).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    },
  )
})

describe('failed sign-ins', () => {
  const sendSignIn = (app: OpenApp['app'], password: string, clientAddress: string, cookie = '', email = EMAIL) =>
    app.fetch(
      new Request(`${ORIGIN}/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: ORIGIN, ...(cookie === '' ? {} : { cookie }) },
        body: JSON.stringify({ email, password }),
      }),
      { clientAddress },
    )
  const deviceOf = (response: Response): string =>
    response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0] ?? '')
      .find((pair) => pair.startsWith('keyward.device=')) ?? ''

  // Failed before: only the address was counted, so many addresses could guess one account's password without end.
  test('are limited per account, without letting a stranger lock the person out', async () => {
    const own = await openApp({ KEYWARD_SIGN_IN_PER_MINUTE: '1' })
    await createPerson(own.database, { name: 'Ada', email: EMAIL, password: PASSWORD }, cheapPasswords)
    const elsewhere = await own.replica({ KEYWARD_SIGN_IN_PER_MINUTE: '1000' })
    const before = await sendSignIn(elsewhere, PASSWORD, '192.0.2.1')
    expect(before.status).toBe(200)
    const device = deviceOf(before)
    expect(device).not.toBe('')
    for (const [email, network] of [
      [EMAIL, '198.51.100'],
      ['nobody@example.com', '198.51.101'],
    ] as const) {
      // Each address may try once a minute.
      const guesses = Array.from({ length: 7 }, (_, n) => sendSignIn(own.app, 'wrong', `${network}.${n}`, '', email))
      const statuses = (await Promise.all(guesses)).map(({ status }) => status).sort()
      expect([email, statuses]).toEqual([email, [...Array(5).fill(401), ...Array(2).fill(429)]])
    }
    const stranger = await sendSignIn(own.app, PASSWORD, '198.51.100.200')
    expect([stranger.status, (await stranger.json()).code]).toEqual([429, 'TOO_MANY_FAILURES'])
    expect(Number(stranger.headers.get('retry-after'))).toBeGreaterThan(0)
    // The address of a live session, and a browser with the device cookie at a new address.
    expect((await sendSignIn(own.app, PASSWORD, '192.0.2.1')).status).toBe(200)
    expect((await sendSignIn(own.app, PASSWORD, '203.0.113.9', device)).status).toBe(200)
    expect((await sendSignIn(own.app, PASSWORD, '203.0.113.10', `${device}x`)).status).toBe(429)
    await own.close()
  })

  // Failed before: a failed sign-in left only the access line, without an account.
  test('log the client address and the account id, but not the e-mail address or password', async () => {
    const lines: string[] = []
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
    try {
      const app = await opened.replica({ KEYWARD_LOG: 'json' })
      await sendSignIn(app, 'a wrong password', '192.0.2.44')
      await sendSignIn(app, 'a wrong password', '192.0.2.45', '', 'nobody@example.com')
    } finally {
      spy.mockRestore()
    }
    const failed = lines.filter((line) => line.includes('"sign-in failed"')).map((line) => JSON.parse(line))
    const { id } = await opened.database.prisma.user.findUniqueOrThrow({ where: { email: EMAIL } })
    expect(failed).toMatchObject([{ client: '192.0.2.44', accountId: encodeId('User', id) }, { client: '192.0.2.45' }])
    expect(failed[1]).not.toHaveProperty('accountId')
    for (const secret of [EMAIL, 'nobody@example.com', 'a wrong password']) expect(lines.join('')).not.toContain(secret)
  })
})

// Failed before: bodies under /auth were parsed whatever their nesting, and answered as an invalid sign-in.
test.each(['/auth/sign-in/email', '/auth/sign-up/email', '/auth/sign-out', '/auth/change-password'])(
  'a deeply nested body is rejected before it is parsed: %s',
  async (path) => {
    const nested = `{"email":${'['.repeat(5_000)}${']'.repeat(5_000)}}`
    const response = await opened.app.fetch(
      new Request(`${ORIGIN}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: ORIGIN },
        body: nested,
      }),
    )
    expect(response.status).toBe(400)
    expect((await response.json()).errors[0].message).toContain('nested more than 20 levels deep')
  },
)
