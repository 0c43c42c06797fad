import { randomUUID } from 'node:crypto'
import { setupToken } from '@keyward/server/config/secrets'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { whileLocked } from '../locked-table.ts'
import { invite, withFirstAccount } from './invited.ts'
import {
  type OpenApp,
  openApp,
  PASSWORD,
  post,
  sessionOf,
  signIn,
  signUp,
  testDatabaseKind,
  whoAmI,
} from './open-app.ts'

const HOUR = 3_600_000

const codeOf = async (response: Response) => (await response.json()).code

describe('a person who signs up', () => {
  let opened: OpenApp
  beforeAll(async () => {
    opened = await withFirstAccount({ KEYWARD_SIGNUP: 'open' })
  })
  afterAll(() => opened.close())

  test('gets an account with a lower-case address if sign-up is open', async () => {
    const { app, database } = opened
    expect((await signUp(app, 'Grace@Example.COM')).status).toBe(200)
    expect((await signIn(app, 'grace@example.com')).status).toBe(200)
    const user = await database.prisma.user.findUniqueOrThrow({ where: { email: 'grace@example.com' } })
    expect(user.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  })

  test('gets a complete account or none', async () => {
    const { app, database } = opened
    const refused = await post(app, '/auth/sign-up/email', { name: 'X', email: 'half@example.com', password: 'short' })
    expect(refused.status).toBe(400)
    expect(await database.prisma.user.count({ where: { email: 'half@example.com' } })).toBe(0)
    const together = await Promise.all(Array.from({ length: 8 }, () => signUp(app, 'twice@example.com')))
    expect(together.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await signIn(app, 'twice@example.com')).status).toBe(200)
  })

  // Failed (503 after ten seconds) while better-auth began its own transactions, which took every connection.
  test.runIf(testDatabaseKind === 'postgresql')(
    'does not block reads, however many people sign up at once',
    async () => {
      const { app, database } = opened
      const { max } = database.connections()
      const { cookie } = sessionOf(await signIn(app, 'first@example.com'))
      const answers = await whileLocked(database, '"user" IN SHARE', async (countWaiting) => {
        const signUps = Array.from({ length: max + 2 }, (_, index) => signUp(app, `crowd-${index}@example.com`))
        await expect.poll(countWaiting).toBeGreaterThanOrEqual(max - 2)
        expect(await whoAmI(app, { cookie })).toEqual({ status: 200, email: 'first@example.com' })
        return { signUps }
      })
      const statuses = await Promise.all(answers.signUps.map(async (answer) => (await answer).status))
      expect(new Set(statuses)).toEqual(new Set([200]))
    },
  )

  test.each([
    ['nothing', ''],
    ['spaces', '   '],
    ['too much', 'x'.repeat(101)],
    ['NUL', 'Ada\u0000'],
    ['a lone surrogate', 'Ada\ud800'],
    ['a change of direction', 'Ada\u202e'],
    ['ten thousand characters', 'x'.repeat(10_000)],
  ])('cannot have the name %s', async (_what, name) => {
    const body = { name, email: `${randomUUID()}@example.com`, password: PASSWORD }
    const response = await post(opened.app, '/auth/sign-up/email', body)
    expect(response.status).toBe(400)
    expect(await codeOf(response)).toBe('INVALID_NAME')
  })

  test('cannot choose an id, a verified address or a picture', async () => {
    const body = { name: 'Eve', email: 'eve@example.com', password: PASSWORD, id: 'me', emailVerified: true }
    await post(opened.app, '/auth/sign-up/email', { ...body, image: 'https://evil.example/track.png' })
    const user = await opened.database.prisma.user.findUnique({ where: { email: 'eve@example.com' } })
    if (user) expect(user).toMatchObject({ emailVerified: false, image: null, id: expect.not.stringMatching(/^me$/) })
  })

  test('is rate-limited', async () => {
    const app = await opened.replica({ KEYWARD_SIGN_IN_PER_MINUTE: '3' })
    const statuses: number[] = []
    for (let attempt = 0; attempt < 5; attempt += 1) statuses.push((await signIn(app, 'a@example.com', 'wrong')).status)
    expect(statuses).toEqual([401, 401, 401, 429, 429])
    const refused = await signIn(app, 'a@example.com', 'wrong')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('cannot use better-auth endpoints that Keyward disables', async () => {
    for (const path of ['delete-user', 'change-email', 'verify-password', 'update-session']) {
      expect((await post(opened.app, `/auth/${path}`, {})).status, path).toBe(404)
    }
  })
})

test('sign-up by invitation requires the token of a pending invitation to the same address', async () => {
  const opened = await withFirstAccount({ KEYWARD_SIGNUP: 'invited' })
  const { app, database } = opened
  const names = ['late', 'cancelled', 'used']
  const [invited = '', other = '', ...ended] = await invite(opened, [
    'Invited@Example.com',
    'other@example.com',
    ...names.map((name) => `${name}@example.com`),
  ])
  const [late, cancelled, used] = names.map((name) => ({ where: { email: `${name}@example.com` } }))
  const now = database.clock.now()
  await database.prisma.invitation.updateMany({ ...late, data: { expiresAt: new Date(now.getTime() - HOUR) } })
  await database.prisma.invitation.updateMany({ ...cancelled, data: { cancelledAt: now } })
  await database.prisma.invitation.updateMany({ ...used, data: { acceptedAt: now } })
  const attempts: [string, string][] = [
    ['stranger@example.com', invited],
    // Failed before: an invited address was enough, so a stranger could take it, and find out that it is invited.
    ['invited@example.com', ''],
    ['invited@example.com', other],
    ['invited@example.com', 'x'.repeat(43)],
    ...names.map((name, n): [string, string] => [`${name}@example.com`, ended[n] ?? '']),
  ]
  const unknown = await signUp(app, 'stranger@example.com')
  const refusal = await unknown.json()
  expect([unknown.status, refusal.code]).toEqual([403, 'INVITATION_REQUIRED'])
  for (const [email, token] of attempts) {
    for (const response of [
      await signUp(app, email, { 'x-keyward-invitation': token }),
      await post(app, '/auth/sign-up/email', { name: 'X', email, password: PASSWORD, invitationToken: token }),
    ]) {
      expect([email, response.status, await response.json()]).toEqual([email, 403, refusal])
    }
  }
  expect((await signUp(app, 'invited@example.com', { 'x-keyward-invitation': invited })).status).toBe(200)
  const body = { name: 'Other', email: 'Other@example.com', password: PASSWORD, invitationToken: other }
  expect((await post(app, '/auth/sign-up/email', body)).status).toBe(200)
  await opened.close()
})

test('an address that looks like a SQL pattern matches only invitations to exactly that address', async () => {
  const opened = await withFirstAccount({ KEYWARD_SIGNUP: 'invited' })
  const [grace = '', underscore = ''] = await invite(opened, ['grace@example.com', 'a_b@example.com'])
  for (const address of ['_____@example.com', 'grac_@example.com', '_____@EXAMPLE.com', '___@example.com']) {
    for (const token of [grace, underscore]) {
      const response = await signUp(opened.app, address, { 'x-keyward-invitation': token })
      expect([address, response.status, await codeOf(response)]).toEqual([address, 403, 'INVITATION_REQUIRED'])
    }
  }
  expect((await signUp(opened.app, 'A_B@example.com', { 'x-keyward-invitation': underscore })).status).toBe(200)
  await opened.close()
})

// Failed before: addresses of more than 254 characters were not checked at all, and got an account.
test.each(['invited', 'closed'])('with sign-up %s, an address of 300 characters is rejected', async (signup) => {
  const opened = await withFirstAccount({ KEYWARD_SIGNUP: signup })
  const email = `${'a'.repeat(288)}@example.com`
  const response = await signUp(opened.app, email)
  expect([response.status, await codeOf(response)]).toEqual([400, 'INVALID_EMAIL'])
  expect(await opened.database.prisma.user.count({ where: { email } })).toBe(0)
  await opened.close()
})

test('closed sign-up rejects everybody, invited or not', async () => {
  const opened = await withFirstAccount({ KEYWARD_SIGNUP: 'closed' })
  const [token = ''] = await invite(opened, ['invited@example.com'])
  const response = await signUp(opened.app, 'invited@example.com', { 'x-keyward-invitation': token })
  expect(response.status).toBe(403)
  expect(await codeOf(response)).toBe('SIGN_UP_CLOSED')
  expect((await signIn(opened.app, 'first@example.com')).status).toBe(200)
  await opened.close()
})

describe.runIf(testDatabaseKind === 'postgresql')('the first account on PostgreSQL', () => {
  test.each(['open', 'invited', 'closed'])('requires the setup token if sign-up is %s', async (signup) => {
    const opened = await openApp({ KEYWARD_SIGNUP: signup })
    const { app, config } = opened
    const token = setupToken(config.sessionSecret)
    for (const headers of [{}, { 'x-keyward-setup-token': '' }, { 'x-keyward-setup-token': `${token}0` }]) {
      const response = await signUp(app, 'first@example.com', headers)
      expect(response.status).toBe(403)
      // Failed while a wrong token was answered as a missing one.
      const isWrong = headers['x-keyward-setup-token'] === `${token}0`
      expect(await response.json()).toMatchObject({
        code: 'SETUP_TOKEN_REQUIRED',
        message: expect.stringMatching(isWrong ? /token is wrong/ : /requires the setup token/),
      })
    }
    const page = await app.fetch(new Request('http://127.0.0.1:4000/', { headers: { accept: 'text/html' } }))
    expect(await page.text()).toContain('&quot;needsSetup&quot;:true')
    const body = { name: 'First', email: 'first@example.com', password: PASSWORD, setupToken: token }
    expect((await post(app, '/auth/sign-up/email', body)).status).toBe(200)
    const second = await signUp(app, 'second@example.com')
    expect(second.status).toBe(signup === 'open' ? 200 : 403)
    await opened.close()
  })
})

test.runIf(testDatabaseKind === 'pglite')(
  'the embedded database does not require a setup token for the first account',
  async () => {
    const opened = await openApp()
    const response = await signUp(opened.app, 'first@example.com')
    expect(response.status).toBe(200)
    const bearer = `Bearer ${response.headers.get('set-auth-token')}`
    expect(await whoAmI(opened.app, { authorization: bearer })).toMatchObject({ email: 'first@example.com' })
    await opened.close()
  },
)
