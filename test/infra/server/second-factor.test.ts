import type { App } from '@keyward/server/app'
import { createPerson, removeSecondFactor, setPassword } from '@keyward/server/identity/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cheapPasswords } from '../cheap-passwords.ts'
import { accepting, decoded, startMailServer } from '../mail-server.ts'
import { codeOf, nextCodeOf } from '../totp.ts'
import { type OpenApp, ORIGIN, openApp, PASSWORD, post, sessionOf, signIn, whoAmI } from './open-app.ts'

const received: string[] = []
let mail: Awaited<ReturnType<typeof startMailServer>>
let opened: OpenApp

beforeAll(async () => {
  mail = await startMailServer(accepting(received))
  opened = await openApp({ KEYWARD_SMTP_URL: mail.url, KEYWARD_MAIL_FROM: 'keys@example.com' })
})
afterAll(async () => {
  await opened.close()
  mail.close()
})

/** All cookies of a response, as a browser returns them. */
const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .filter((line) => !/max-age=0/i.test(line))
    .map((line) => line.split(';')[0] ?? '')
    .join('; ')

/** The address of a response's cookie for the browser's account. */
const deviceOf = (response: Response): string =>
  cookiesOf(response)
    .split('; ')
    .find((pair) => pair.startsWith('keyward.device=')) ?? ''

const createAccount = (name: string) =>
  createPerson(opened.database, { name, email: `${name}@example.com`, password: PASSWORD }, cheapPasswords)

/** A person with a second factor. */
async function protect(name: string) {
  const email = `${name}@example.com`
  const id = await createAccount(name)
  const first = await signIn(opened.app, email)
  const enabled = await post(
    opened.app,
    '/auth/two-factor/enable',
    { password: PASSWORD },
    { cookie: cookiesOf(first) },
  )
  expect(enabled.status).toBe(200)
  const { totpURI, backupCodes } = await enabled.json()
  const confirmedAt = Date.now()
  const confirmed = await post(
    opened.app,
    '/auth/two-factor/verify-totp',
    { code: codeOf(totpURI, confirmedAt) },
    { cookie: cookiesOf(first) },
  )
  expect(confirmed.status).toBe(200)
  const recoveryCodes: string[] = backupCodes
  return { id, email, address: String(totpURI), recoveryCodes, cookie: sessionOf(confirmed).cookie, first, confirmedAt }
}

const sendCode = (code: string, cookie: string, { app = opened.app, kind = 'totp' } = {}) =>
  post(app, `/auth/two-factor/verify-${kind}`, { code }, { cookie })

const graph = async (query: string, cookie: string, variables: object = {}) =>
  (await (await post(opened.app, '/graphql', { query, variables }, { cookie })).json()).data

async function createOrganization(cookie: string): Promise<string> {
  const { organizationCreate } = await graph(
    'mutation { organizationCreate(input: { name: "Acme" }) { ... on OrganizationCreatePayload { organization { id } } } }',
    cookie,
  )
  return organizationCreate.organization.id
}

async function actionsIn(id: string, cookie: string): Promise<string[]> {
  const { organization } = await graph(
    'query ($id: ID!) { organization(id: $id) { auditLog(first: 20) { nodes { action } } } }',
    cookie,
    { id },
  )
  return organization.auditLog.nodes.map(({ action }: { action: string }) => action)
}

describe('a second factor', () => {
  // Failed before: the password was enough.
  test('is required at sign-in, before a session or a device cookie is created', async () => {
    const ada = await protect('ada')
    const started = await signIn(opened.app, ada.email)
    const challenge = cookiesOf(started)
    expect([started.status, await started.json()]).toMatchObject([200, { twoFactorRedirect: true }])
    expect(started.headers.get('set-auth-token')).toBeNull()
    expect(challenge).not.toContain('session_token')
    expect(challenge).not.toContain('keyward.device')
    expect((await whoAmI(opened.app, { cookie: challenge })).email).toBeUndefined()
    expect(await opened.database.prisma.session.count({ where: { userId: ada.id } })).toBe(1)
    expect((await sendCode('000000', challenge)).status).toBe(401)
    const code = nextCodeOf(ada.address)
    const done = await sendCode(code, challenge)
    expect(done.status).toBe(200)
    expect((await whoAmI(opened.app, { cookie: sessionOf(done).cookie })).email).toBe(ada.email)
    expect(cookiesOf(done)).toContain('keyward.device=')
    // A challenge works once.
    expect((await sendCode(nextCodeOf(ada.address), challenge)).status).toBe(401)
  })

  // Failed before: a code was accepted again until its 90 seconds were over.
  test('accepts each authenticator code once across all replicas, and no earlier codes afterwards', async () => {
    const kim = await protect('kim')
    const begin = async () => cookiesOf(await signIn(opened.app, kim.email))
    const challenges = [await begin(), await begin(), await begin(), await begin(), await begin()]
    const confirmed = codeOf(kim.address, kim.confirmedAt)
    expect((await sendCode(confirmed, challenges[0] ?? '')).status).toBe(401)
    const replicas = [opened.app, await opened.replica()]
    const code = nextCodeOf(kim.address)
    const answers = await Promise.all(
      challenges.map((challenge, n) => sendCode(code, challenge, { app: replicas[n % 2] ?? opened.app })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401])
    const refused = answers.find(({ status }) => status === 401)
    expect(await refused?.json()).toMatchObject({ code: 'CODE_USED' })
    expect((await sendCode(codeOf(kim.address), await begin())).status).toBe(401)
  })

  test('accepts each recovery code once, until new codes replace them', async () => {
    const bea = await protect('bea')
    const organizationId = await createOrganization(bea.cookie)
    const [code = '', other = ''] = bea.recoveryCodes
    const use = async (given: string) =>
      (await sendCode(given, cookiesOf(await signIn(opened.app, bea.email)), { kind: 'backup-code' })).status
    expect([await use(code), await use(code)]).toEqual([200, 401])
    const replaced = await post(
      opened.app,
      '/auth/two-factor/generate-backup-codes',
      { password: PASSWORD },
      { cookie: bea.cookie },
    )
    const { backupCodes } = await replaced.json()
    expect([await use(other), await use(backupCodes[0])]).toEqual([401, 200])
    const disable = (password: string) =>
      post(opened.app, '/auth/two-factor/disable', { password }, { cookie: bea.cookie })
    expect((await disable('a wrong password')).status).toBe(400)
    const disabled = await disable(PASSWORD)
    expect(disabled.status).toBe(200)
    const { cookie } = sessionOf(disabled)
    expect((await whoAmI(opened.app, { cookie: sessionOf(await signIn(opened.app, bea.email)).cookie })).status).toBe(
      200,
    )
    const again = await post(opened.app, '/auth/two-factor/enable', { password: PASSWORD }, { cookie })
    const confirmed = await sendCode(codeOf((await again.json()).totpURI), cookie)
    expect((await actionsIn(organizationId, sessionOf(confirmed).cookie)).slice(0, 5)).toEqual([
      'user.secondFactorEnabled',
      'user.secondFactorDisabled',
      'user.recoveryCodeUsed',
      'user.recoveryCodesReplaced',
      'user.recoveryCodeUsed',
    ])
  })

  test('is required after a password reset, which does not sign the person in', async () => {
    const cai = await protect('cai')
    await post(opened.app, '/auth/request-password-reset', { email: cai.email })
    const mails = () => received.map(decoded).filter((text) => text.includes(`To: ${cai.email}`))
    await expect.poll(() => mails().length).toBe(1)
    const token = /#token=(\S+)/.exec(mails()[0] ?? '')?.[1]
    const newPassword = 'another good password'
    const reset = await post(opened.app, '/auth/reset-password', { token, newPassword })
    expect([reset.status, cookiesOf(reset)]).toEqual([200, expect.not.stringContaining('session_token')])
    const started = await signIn(opened.app, cai.email, newPassword)
    expect(await started.json()).toMatchObject({ twoFactorRedirect: true })
    expect((await sendCode(nextCodeOf(cai.address), cookiesOf(started))).status).toBe(200)
  })

  test('is required of programs too, which receive the challenge in the response body', async () => {
    const dee = await protect('dee')
    const app = await opened.replica()
    const ask = (path: string, body: object, headers: Record<string, string> = {}) =>
      app.fetch(
        new Request(`${ORIGIN}/auth${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }),
      )
    const begin = async () => {
      const { challenge } = await (await ask('/sign-in/email', { email: dee.email, password: PASSWORD })).json()
      return String(challenge)
    }
    const verify = (challenge: string, code: string) =>
      ask('/two-factor/verify-totp', { code }, { 'x-keyward-challenge': challenge })
    const challenge = await begin()
    expect((await verify(`${challenge.slice(0, -6)}AAAAA=`, codeOf(dee.address))).status).toBe(401)
    const done = await verify(challenge, nextCodeOf(dee.address))
    expect(done.status).toBe(200)
    const authorization = `Bearer ${decodeURIComponent(done.headers.get('set-auth-token') ?? '')}`
    expect((await whoAmI(app, { authorization })).email).toBe(dee.email)
    const statuses: number[] = []
    let next = ''
    for (let n = 0; n < 11; n += 1) {
      if (n % 5 === 0) next = await begin()
      statuses.push((await verify(next, '000000')).status)
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429])
  })

  test('is encrypted with the encryption keys, not with the session secret', async () => {
    const eve = await protect('eve')
    const row = await opened.database.prisma.twoFactor.findUniqueOrThrow({ where: { userId: eve.id } })
    const stored = JSON.stringify(row)
    for (const secret of [new URL(eve.address).searchParams.get('secret') ?? '-', ...eve.recoveryCodes]) {
      expect(stored).not.toContain(secret)
    }
    // better-auth itself uses the secret of sessions: without our keys, a new one makes every second factor unreadable.
    const old = `test:${Buffer.alloc(32, 1).toString('base64')}`
    const rotated = await opened.replica({
      KEYWARD_SESSION_SECRET: 'another secret of the tests, long enough for anybody',
      KEYWARD_ENCRYPTION_KEYS: `newer:${Buffer.alloc(32, 2).toString('base64')},${old}`,
    })
    const challenge = cookiesOf(await signIn(rotated, eve.email))
    expect((await sendCode(nextCodeOf(eve.address), challenge, { app: rotated })).status).toBe(200)
  })

  test('cannot be skipped with a trusted device or a mailed code, and never shows its secret again', async () => {
    const fay = await protect('fay')
    const challenge = cookiesOf(await signIn(opened.app, fay.email))
    const trust = { code: codeOf(fay.address), trustDevice: true }
    expect((await post(opened.app, '/auth/two-factor/verify-totp', trust, { cookie: challenge })).status).toBe(400)
    for (const path of ['get-totp-uri', 'send-otp', 'verify-otp']) {
      const body = { password: PASSWORD, code: '123456' }
      expect((await post(opened.app, `/auth/two-factor/${path}`, body, { cookie: fay.cookie })).status).toBe(404)
    }
  })
})

describe('wrong second-factor codes', () => {
  /** Answers of wrong codes, five in a challenge. */
  async function guess(email: string, times: number, app: App, device = ''): Promise<number[]> {
    const statuses: number[] = []
    let challenge = ''
    for (let n = 0; n < times; n += 1) {
      if (n % 5 === 0) challenge = [cookiesOf(await signIn(app, email)), device].filter(Boolean).join('; ')
      statuses.push((await sendCode('000000', challenge, { app })).status)
    }
    return statuses
  }

  // Failed with better-auth's own lock: somebody with the password kept the person out.
  test('are limited per account, without locking out a browser that signed in before', async () => {
    const gil = await protect('gil')
    const app = await opened.replica()
    expect(await guess(gil.email, 11, app)).toEqual([...Array(10).fill(401), 429])
    const stranger = cookiesOf(await signIn(app, gil.email))
    expect((await sendCode(codeOf(gil.address), stranger, { app })).status).toBe(429)
    const device = deviceOf(gil.first)
    const own = `${cookiesOf(await signIn(app, gil.email))}; ${device}`
    expect((await sendCode(nextCodeOf(gil.address), own, { app })).status).toBe(200)
    // A known browser has a bound of its own.
    expect(await guess(gil.email, 11, app, device)).toEqual([...Array(10).fill(401), 429])
  })

  test('end a challenge after five attempts, and are limited per client address', async () => {
    const hal = await protect('hal')
    const app = await opened.replica({ KEYWARD_SIGN_IN_PER_MINUTE: '7' })
    const challenge = cookiesOf(await signIn(app, hal.email))
    const statuses: number[] = []
    for (let n = 0; n < 8; n += 1) statuses.push((await sendCode('000000', challenge, { app })).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 400, 401, 429])
  })
})

test('the second factor stays on when the operator sets a new password', async () => {
  const ivy = await protect('ivy')
  const organizationId = await createOrganization(ivy.cookie)
  const { runtime } = opened.app
  const newPassword = 'another good password'
  await setPassword(runtime, ivy.email, newPassword)
  expect(await (await signIn(opened.app, ivy.email, newPassword)).json()).toMatchObject({ twoFactorRedirect: true })
  expect(await removeSecondFactor(runtime, 'Ivy@example.com')).toBe(true)
  const { cookie } = sessionOf(await signIn(opened.app, ivy.email, newPassword))
  expect((await actionsIn(organizationId, cookie))[0]).toBe('user.secondFactorRemoved')
  expect(await removeSecondFactor(runtime, ivy.email)).toBe(false)
  expect(await removeSecondFactor(runtime, 'nobody@example.com')).toBeNull()
})
