import type { App } from '@keyward/server/app'
import { CONSOLE_PAGES, SERVED_PATHS } from '@keyward/server/http/served-paths'
import { createPerson } from '@keyward/server/identity/accounts'
import { OPEN_ROUTES, OWN_ROUTES } from '@keyward/server/identity/other-origins'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cheapPasswords } from '../cheap-passwords.ts'
import { accepting, decoded, startMailServer } from '../mail-server.ts'
import { type OidcProvider, startOidcProvider } from '../network/oidc-provider.ts'
import { type OpenApp, openApp, PASSWORD } from './open-app.ts'

const HOST = 'https://example.com'
const PREFIX = '/team/keys'
const BASE = `${HOST}${PREFIX}`
const EMAIL = 'ada@example.com'

let provider: OidcProvider
let mail: Awaited<ReturnType<typeof startMailServer>>
let opened: OpenApp
let app: App
const mails: string[] = []

beforeAll(async () => {
  provider = await startOidcProvider(`${BASE}/auth/callback/oidc`)
  mail = await startMailServer(accepting(mails))
  opened = await openApp({
    KEYWARD_PUBLIC_URL: BASE,
    KEYWARD_SMTP_URL: mail.url,
    KEYWARD_MAIL_FROM: 'keys@example.com',
    ...provider.environment,
  })
  app = opened.app
  await createPerson(opened.database, { name: 'Ada', email: EMAIL, password: PASSWORD }, cheapPasswords)
})
afterAll(async () => {
  await opened?.close()
  mail?.close()
  await provider?.close()
})

const send = (path: string, body: object, headers: Record<string, string> = {}) =>
  app.fetch(
    new Request(`${HOST}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: HOST, ...headers },
      body: JSON.stringify(body),
    }),
  )

/** The paths of the cookies that a response sets. */
const pathsOf = (response: Response): string[] =>
  response.headers.getSetCookie().map((line) => /; Path=([^;]*)/i.exec(line)?.[1] ?? '')

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')

const signIn = () => send(`${PREFIX}/auth/sign-in/email`, { email: EMAIL, password: PASSWORD })

describe('with a path prefix', () => {
  const routes = [
    '/authorize',
    '/authorize/v1/chat',
    ...SERVED_PATHS,
    ...CONSOLE_PAGES,
    '/o/org_1/keys',
    ...[...OPEN_ROUTES, ...OWN_ROUTES].map((route) => `/auth${route.replace(':id', 'oidc')}`),
  ]

  test.each(routes)('%s has the same response with and without the prefix', async (path) => {
    const read = async (method: string, address: string) => {
      const response = await app.fetch(
        new Request(`${HOST}${address}`, {
          method,
          headers: { accept: 'application/json', 'content-type': 'application/json', origin: HOST },
          ...(method === 'POST' && { body: '{}' }),
        }),
      )
      const text = (await response.text())
        .replaceAll(/"(requestId|challenge|device_code|user_code|state)":"[^"]*"/g, '')
        .replaceAll(/(state|code_challenge|user_code)=[\w-]+/g, '')
      const { status } = response
      return { status, text: /"verification_uri|"url":/.test(text) ? text.length > 0 : text }
    }
    const statuses: number[] = []
    for (const method of ['GET', 'POST']) {
      const [under, without] = [await read(method, PREFIX + path), await read(method, path)]
      expect(under, method).toEqual(without)
      statuses.push(under.status)
    }
    // Reports of GitHub are off here, and there is no demo.
    if (path !== '/leaks/github' && path !== '/demo/v1/chat/completions')
      expect(statuses.filter((status) => status !== 404)).not.toEqual([])
  })

  test.each([`${PREFIX}s/health/live`, `/x${PREFIX}/health/live`, `${PREFIX}${PREFIX}/health/live`])(
    '%s is not served',
    async (path) => {
      expect((await app.fetch(new Request(`${HOST}${path}`))).status).toBe(404)
    },
  )

  test('the prefix itself serves the console, and errors name the prefixed GraphQL path', async () => {
    const page = await app.fetch(new Request(`${BASE}?next=graphiql`))
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const missing = await (await app.fetch(new Request(`${BASE}/graphql/graphql`))).json()
    expect(missing.errors[0].message).toContain(`The graph is at ${PREFIX}/graphql`)
  })

  test('dot segments cannot escape the forward-auth endpoint', async () => {
    const target = `${PREFIX}/authorize/../health/live`
    const response = await app.fetch(new Request(`${BASE}/authorize`), { target })
    expect(response.status).toBe(401)
  })

  test.each(['/', '/graphql'])('every address in the page %s starts with the prefix and is served', async (path) => {
    const page = await app.fetch(new Request(`${BASE}${path}`, { headers: { accept: 'text/html' } }))
    const body = await page.text()
    const addresses = [...body.matchAll(/(?:href|src|action)="([^"#]*)"/g)].map(([, address = '']) => address)
    expect(addresses.length).toBeGreaterThan(2)
    for (const address of addresses) {
      expect(address).toMatch(/^\/team\/keys\//)
      expect((await app.fetch(new Request(`${HOST}${address}`))).status, address).toBe(200)
    }
  })

  test('all cookies are limited to the prefix, and the session works', async () => {
    const response = await signIn()
    expect(response.status).toBe(200)
    expect(new Set(pathsOf(response))).toEqual(new Set([PREFIX, `${PREFIX}/auth`]))
    const cookie = cookiesOf(response)
    const who = await send(`${PREFIX}/graphql`, { query: '{ viewer { user { email } } }' }, { cookie })
    expect((await who.json()).data.viewer.user.email).toBe(EMAIL)
    const out = await send(`${PREFIX}/auth/sign-out`, {}, { cookie })
    expect(new Set(pathsOf(out))).toEqual(new Set([PREFIX]))
    const begin = await app.fetch(new Request(`${BASE}/auth/passkey/generate-authenticate-options`))
    expect((await begin.json()).rpId).toBe('example.com')
    expect(pathsOf(begin)).toEqual([PREFIX])
  })

  test('a request from a foreign origin is rejected with advice that includes the prefix', async () => {
    const cookie = cookiesOf(await signIn())
    const response = await send(`${PREFIX}/auth/sign-out`, {}, { cookie, origin: 'https://other.example' })
    expect(response.status).toBe(403)
    expect((await response.json()).message).toContain('set KEYWARD_PUBLIC_URL=https://other.example/team/keys.')
  })

  test('a device sign-in shows an address with the prefix', async () => {
    const response = await app.fetch(
      new Request(`${BASE}/auth/device/code`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_id: 'keyward-cli' }),
      }),
    )
    const { verification_uri: page, verification_uri_complete: complete, user_code: code } = await response.json()
    expect(page).toBe(`${BASE}/device`)
    expect(complete).toBe(`${BASE}/device?user_code=${code}`)
  })

  test('single sign-on redirects to the prefix, even after a failure', async () => {
    const callbackURL = `${PREFIX}/account`
    const start = await send(`${PREFIX}/auth/sign-in/social`, { provider: 'oidc', callbackURL })
    const { url } = await start.json()
    expect(new URL(url).searchParams.get('redirect_uri')).toBe(`${BASE}/auth/callback/oidc`)
    const callback = await provider.authorize(url, provider.add({ email: 'new@example.com', emailVerified: true }))
    expect(callback.startsWith(`${BASE}/auth/callback/oidc?`)).toBe(true)
    const headers = { cookie: cookiesOf(start) }
    const done = await app.fetch(new Request(callback, { headers }))
    expect(done.headers.get('location')).toBe(callbackURL)
    const failed = await app.fetch(new Request(`${BASE}/auth/callback/oidc?error=access_denied&state=unknown`))
    expect(failed.headers.get('location')).toMatch(/^\/team\/keys\/sign-in\?/)
  })

  test('links in mails start with the public URL', async () => {
    await send(`${PREFIX}/auth/request-password-reset`, { email: EMAIL })
    await expect.poll(() => mails.map(decoded).join()).toContain(`${BASE}/reset-password#token=`)
    const cookie = cookiesOf(await signIn())
    const ask = async (query: string) => (await (await send(`${PREFIX}/graphql`, { query }, { cookie })).json()).data
    const { organizationCreate } = await ask(
      'mutation { organizationCreate(input: { name: "Acme" }) { ... on OrganizationCreatePayload { organization { id } } } }',
    )
    const { memberInvite } = await ask(
      `mutation { memberInvite(input: { organizationId: "${organizationCreate.organization.id}", email: "mei@example.com", role: MEMBER }) { ... on MemberInvitePayload { acceptUrl } } }`,
    )
    expect(memberInvite.acceptUrl).toMatch(/^https:\/\/example\.com\/team\/keys\/invitations\/accept#token=/)
  })
})
