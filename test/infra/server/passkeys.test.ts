import { createPerson, removeSecondFactor } from '@keyward/server/identity/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cheapPasswords } from '../cheap-passwords.ts'
import { type OpenApp, ORIGIN, openApp, PASSWORD, post, sessionOf, signIn, whoAmI } from './open-app.ts'
import { createRegistration } from './soft-passkey.ts'

/*
 * Rejections of passkeys, without an authenticator. test/clients/console/account.test.ts adds one with a browser's
 * virtual authenticator, and signs in with it.
 */

let opened: OpenApp
beforeAll(async () => {
  opened = await openApp()
})
afterAll(() => opened.close())

async function person(name: string) {
  const email = `${name}@example.com`
  const id = await createPerson(opened.database, { name, email, password: PASSWORD }, cheapPasswords)
  const { cookie } = sessionOf(await signIn(opened.app, email))
  return { id, email, cookie }
}

const addRows = (userId: string, count = 1) =>
  opened.database.sql(
    `INSERT INTO passkey (id, user_id, name, credential_id, public_key, counter, device_type, backed_up)
     SELECT gen_random_uuid(), $1::uuid, 'Laptop', gen_random_uuid()::text, 'AAAA', 0, 'singleDevice', false
       FROM generate_series(1, $2::int) RETURNING id::text`,
    [userId, count],
  ) as Promise<{ id: string }[]>

const get = (path: string, cookie = '') =>
  opened.app.fetch(new Request(`${ORIGIN}/auth/passkey/${path}`, { headers: { origin: ORIGIN, cookie } }))

const send = (path: string, body: unknown, cookie = '') => post(opened.app, `/auth/passkey/${path}`, body, { cookie })

const outcome = async (response: Promise<Response>) => {
  const { status } = await response
  return [status, (await (await response).json().catch(() => null))?.code]
}

const RESPONSE = {
  id: 'AAAA',
  rawId: 'AAAA',
  type: 'public-key',
  response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' },
}

test('a passkey belongs to the public URL’s domain and requires user verification', async () => {
  const ada = await person('ada')
  const options = await (await get('generate-register-options', ada.cookie)).json()
  expect(options).toMatchObject({
    rp: { id: 'localhost', name: 'Keyward' },
    user: { name: ada.email },
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  const asked = await get('generate-authenticate-options')
  expect(await asked.json()).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
  expect(asked.headers.getSetCookie().join()).toMatch(/keyward\.passkey=.*HttpOnly/)
})

test('passkeys are added and removed only by their owner, within 10 minutes of a sign-in', async () => {
  const bea = await person('bea')
  const cai = await person('cai')
  const [own] = await addRows(bea.id)
  const [foreign] = await addRows(cai.id)
  expect(await outcome(get('generate-register-options'))).toEqual([401, undefined])
  expect((await send('delete-passkey', { id: own?.id })).status).toBe(401)
  for (const id of [foreign?.id, '01a3f9c4-0000-7000-8000-000000000000', 'x', 7, null]) {
    for (const path of ['delete-passkey', 'update-passkey'])
      expect(await outcome(send(path, { id, name: 'Taken' }, bea.cookie)), path).toEqual([404, 'PASSKEY_NOT_FOUND'])
  }
  for (const name of ['', ' ', 'x'.repeat(101), null, 7])
    expect(await outcome(send('update-passkey', { id: own?.id, name }, bea.cookie))).toEqual([400, 'INVALID_NAME'])
  expect((await send('update-passkey', { id: own?.id, name: 'Phone' }, bea.cookie)).status).toBe(200)
  expect(await (await get('list-user-passkeys', bea.cookie)).json()).toMatchObject([{ id: own?.id, name: 'Phone' }])

  await opened.database.sql(`UPDATE session SET created_at = now() - interval '11 minutes' WHERE user_id = $1::uuid`, [
    bea.id,
  ])
  const late = [403, 'SESSION_NOT_FRESH']
  expect(await outcome(get('generate-register-options', bea.cookie))).toEqual(late)
  expect(await outcome(send('verify-registration', { name: 'A', response: RESPONSE }, bea.cookie))).toEqual(late)
  expect(await outcome(send('delete-passkey', { id: own?.id }, bea.cookie))).toEqual(late)
})

test('a person can add at most 20 passkeys, and only with a password', async () => {
  const dee = await person('dee')
  await addRows(dee.id, 20)
  expect(await outcome(get('generate-register-options', dee.cookie))).toEqual([403, 'TOO_MANY_PASSKEYS'])
  await opened.database.sql(`UPDATE account SET provider_id = 'oidc' WHERE user_id = $1::uuid`, [dee.id])
  expect(await outcome(get('generate-register-options', dee.cookie))).toEqual([403, 'PASSKEY_NEEDS_PASSWORD'])
})

// Failed before: each request counted before any of them stored its passkey, so that 23 were stored.
test('simultaneous requests cannot exceed 20 passkeys', async () => {
  const gil = await person('gil')
  await addRows(gil.id, 18)
  const begun = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const response = await get('generate-register-options', gil.cookie)
      const { challenge } = await response.json()
      const own = response.headers.getSetCookie().map((line) => line.split(';')[0])
      return { challenge, cookie: [gil.cookie, ...own].join('; ') }
    }),
  )
  const outcomes = await Promise.all(
    begun.map(({ challenge, cookie }, index) => {
      const response = createRegistration({ challenge, domain: 'localhost', origin: ORIGIN })
      return outcome(send('verify-registration', { name: `Key ${index}`, response }, cookie))
    }),
  )
  expect(outcomes.filter(([status]) => status === 200)).toHaveLength(2)
  expect(outcomes.filter(([, code]) => code === 'TOO_MANY_PASSKEYS')).toHaveLength(3)
  expect(await opened.database.prisma.passkey.count({ where: { userId: gil.id } })).toBe(20)
})

test('forged authenticator responses are rejected without an internal error', async () => {
  const eve = await person('eve')
  const challenge = async (path: string) => {
    const response = await get(path, eve.cookie)
    return [eve.cookie, ...response.headers.getSetCookie().map((line) => line.split(';')[0])].join('; ')
  }
  const bad = [
    undefined,
    null,
    'x',
    {},
    { ...RESPONSE, id: { not: 'text' } },
    { ...RESPONSE, id: 'x'.repeat(3000) },
    { ...RESPONSE, response: { ...RESPONSE.response, transports: 'usb' } },
    { ...RESPONSE, response: { ...RESPONSE.response, attestationObject: 7 } },
    RESPONSE,
  ]
  for (const response of bad) {
    const added = await outcome(
      send('verify-registration', { name: 'A', response }, await challenge('generate-register-options')),
    )
    expect(added, JSON.stringify(response)).toEqual([400, 'INVALID_PASSKEY'])
    const cookie = await challenge('generate-authenticate-options')
    const entered = await outcome(send('verify-authentication', { response }, cookie))
    expect([400, 401], JSON.stringify(response)).toContain(entered[0])
  }
  // Without a challenge, with that of the other ceremony, and beyond the size of a body.
  expect((await send('verify-authentication', { response: RESPONSE })).status).toBe(400)
  const crossed = await challenge('generate-authenticate-options')
  expect((await send('verify-registration', { name: 'A', response: RESPONSE }, crossed)).status).toBe(400)
  const large = { ...RESPONSE, response: { ...RESPONSE.response, attestationObject: 'A'.repeat(20_000) } }
  expect((await send('verify-authentication', { response: large })).status).toBe(413)
  expect(await opened.database.prisma.passkey.count({ where: { userId: eve.id } })).toBe(0)
})

// Failed before `requirePasskey`: the password made a session, whose person then counted as having a second factor.
test('an account with a passkey cannot sign in by password', async () => {
  const fay = await person('fay')
  await addRows(fay.id, 2)
  expect(await outcome(signIn(opened.app, fay.email))).toEqual([403, 'PASSKEY_REQUIRED'])
  expect((await signIn(opened.app, fay.email, 'a wrong password')).status).toBe(401)
  // Present sessions stay, as with codes of an app.
  expect((await whoAmI(opened.app, { cookie: fay.cookie })).email).toBe(fay.email)
  expect(await removeSecondFactor(opened.app.runtime, fay.email)).toBe(true)
  expect((await signIn(opened.app, fay.email)).status).toBe(200)
  expect(await removeSecondFactor(opened.app.runtime, fay.email)).toBe(false)
})

test('attempts with passkeys are limited per client address', async () => {
  const app = await opened.replica({ KEYWARD_SIGN_IN_PER_MINUTE: '3' })
  const statuses: number[] = []
  for (let n = 0; n < 4; n += 1)
    statuses.push((await post(app, '/auth/passkey/verify-authentication', { response: RESPONSE })).status)
  expect(statuses).toEqual([400, 400, 400, 429])
})
