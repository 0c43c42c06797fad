import { createPerson } from '@keyward/server/identity/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cheapPasswords } from '../cheap-passwords.ts'
import { type OpenApp, ORIGIN, openApp, PASSWORD, post, sessionOf, signIn, whoAmI } from './open-app.ts'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code'
const PROGRAM = 'keyward-cli/test'
const CLIENT = { client_id: 'keyward-cli' }

let opened: OpenApp
let ada: string
let bob: string

beforeAll(async () => {
  opened = await openApp()
  const cookieOf = async (name: string) => {
    const email = `${name}@example.com`
    await createPerson(opened.database, { name, email, password: PASSWORD }, cheapPasswords)
    return sessionOf(await signIn(opened.app, email)).cookie
  }
  ada = await cookieOf('ada')
  bob = await cookieOf('bob')
})
afterAll(() => opened.close())

/** A request of a program, which has neither an origin nor cookies. */
async function ask(path: string, body: object) {
  const response = await opened.app.fetch(
    new Request(`${ORIGIN}/auth/device${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': PROGRAM },
      body: JSON.stringify(body),
    }),
  )
  return { status: response.status, body: await response.json() }
}
const begin = async () => (await ask('/code', CLIENT)).body
const poll = async (code: string) => {
  // Polls earlier than the interval are answered `slow_down`.
  await opened.database.prisma.deviceCode.updateMany({ data: { lastPolledAt: null } })
  return ask('/token', { ...CLIENT, grant_type: GRANT_TYPE, device_code: code })
}
const read = (code: string, cookie?: string) =>
  opened.app.fetch(
    new Request(`${ORIGIN}/auth/device?user_code=${code}`, { headers: cookie ? { cookie, origin: ORIGIN } : {} }),
  )
const decide = (verdict: 'approve' | 'deny', userCode: string, headers: Record<string, string>) =>
  post(opened.app, `/auth/device/${verdict}`, { userCode }, headers)

describe('a device sign-in', () => {
  // Failed before: a session that was taken over renewed itself by its own device code, and could then erase its person.
  test('has the same sign-in time as the session that approved it', async () => {
    const eve = 'eve@example.com'
    await createPerson(opened.database, { name: 'Eve', email: eve, password: PASSWORD }, cheapPasswords)
    const { cookie } = sessionOf(await signIn(opened.app, eve))
    await opened.database.sql(`UPDATE session SET created_at = created_at - interval '1 hour'`)
    const erase = async (token: string) => {
      const query = 'mutation ($input: UserEraseInput!) { userErase(input: $input) { ... on Error { message } } }'
      const headers = { authorization: `Bearer ${token}` }
      return JSON.stringify(
        await (await post(opened.app, '/graphql', { query, variables: { input: { email: eve } } }, headers)).json(),
      )
    }
    for (const spell of [
      (code: string) => code,
      (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase(),
    ]) {
      const { device_code: device, user_code: code } = await begin()
      await read(code, cookie)
      expect((await decide('approve', spell(code), { cookie, origin: ORIGIN })).status).toBe(200)
      const { body } = await poll(device)
      expect(await erase(body.access_token)).toContain('more than 10 minutes ago')
    }
  })

  test('returns one session per approved code, only to the program with the device code', async () => {
    const { device_code: device, user_code: code, ...rest } = await begin()
    expect(rest).toMatchObject({ verification_uri: `${ORIGIN}/device`, expires_in: 600, interval: 2 })
    const [row] = await opened.database.prisma.deviceCode.findMany({ where: { userCode: code } })
    // Failed before the hash: whoever reads the table could take the session of an approved code.
    expect(row?.deviceCode).not.toBe(device)
    expect((await poll(row?.deviceCode ?? '')).body.error).toBe('invalid_grant')
    expect((await poll(device)).body.error).toBe('authorization_pending')
    const details = await (await read(code, ada)).json()
    expect(details).toMatchObject({ status: 'pending', client_id: 'keyward-cli', user_agent: 'keyward-cli/test' })
    expect(Date.now() - Date.parse(details.requested_at)).toBeLessThan(60_000)
    expect((await decide('approve', code, { cookie: ada })).status).toBe(200)
    const { access_token: token } = (await poll(device)).body
    expect(await whoAmI(opened.app, { authorization: `Bearer ${token}` })).toEqual({
      status: 200,
      email: 'ada@example.com',
    })
    expect((await poll(device)).body.error).toBe('invalid_grant')
    expect(await opened.database.prisma.deviceCode.count({ where: { userCode: code } })).toBe(0)
  })

  test('can be approved only by the person who opened the code, on a page of this origin', async () => {
    const { device_code: device, user_code: code } = await begin()
    // Signed-out readers learn nothing of the program.
    expect(await (await read(code)).json()).toEqual({ user_code: code, status: 'pending' })
    expect((await decide('approve', code, {})).status).toBe(401)
    await read(code, ada)
    expect(await (await read(code, bob)).json()).toEqual({ user_code: code, status: 'pending' })
    expect((await decide('approve', code, { cookie: bob })).status).toBe(403)
    for (const origin of ['https://evil.example', 'null']) {
      expect((await decide('approve', code, { cookie: ada, origin })).status).toBe(403)
    }
    expect((await poll(device)).body.error).toBe('authorization_pending')
    expect((await decide('deny', code, { cookie: ada })).status).toBe(200)
    expect((await decide('approve', code, { cookie: ada })).status).toBe(400)
    expect((await poll(device)).body.error).toBe('access_denied')
  })

  test('is available only to the CLI, which cannot choose the person', async () => {
    const unknown = await ask('/code', { client_id: 'another' })
    expect(unknown).toMatchObject({ status: 400, body: { error: 'invalid_client' } })
    const bound = await ask('/code', { ...CLIENT, user_id: '0199c8a0-0000-7000-8000-000000000000' })
    expect(bound).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  test('a device sign-in ends when its code expires', async () => {
    const { device_code: device, user_code: code } = await begin()
    await read(code, ada)
    await opened.database.prisma.deviceCode.updateMany({ data: { expiresAt: new Date(0) } })
    expect((await decide('approve', code, { cookie: ada })).status).toBe(400)
    expect((await poll(device)).body.error).toBe('expired_token')
  })

  test('starting a device sign-in deletes expired codes', async () => {
    await begin()
    await opened.database.prisma.deviceCode.updateMany({ data: { expiresAt: new Date(0) } })
    await begin()
    expect(await opened.database.prisma.deviceCode.count({ where: { expiresAt: { lte: new Date(0) } } })).toBe(0)
  })

  // Failed before the limit: codes could be guessed 600 times a minute.
  test('device codes, guesses and decisions are limited per address, like sign-in', async () => {
    const app = await opened.replica({ KEYWARD_SIGN_IN_PER_MINUTE: '3' })
    const tries = async (send: () => Promise<Response>) => {
      const statuses: number[] = []
      for (let i = 0; i < 4; i += 1) statuses.push((await send()).status)
      return statuses
    }
    const guess = () =>
      app.fetch(new Request(`${ORIGIN}/auth/device?user_code=BBBBBBBB`, { headers: { cookie: ada, origin: ORIGIN } }))
    expect(await tries(() => post(app, '/auth/device/code', CLIENT))).toEqual([200, 200, 200, 429])
    expect(await tries(guess)).toEqual([400, 400, 400, 429])
    const approve = () => post(app, '/auth/device/approve', { userCode: 'BBBBBBBB' }, { cookie: ada })
    expect(await tries(approve)).toEqual([400, 400, 400, 429])
  })
})
