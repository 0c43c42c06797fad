import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Incoming } from '../../../server/http/incoming.ts'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { type Person, startApp, type TestApp } from '../../infra/app.ts'
import { chromiumPath, freePort, launchChromium, signInThere } from '../../infra/server/chromium.ts'
import { codeOf, nextCodeOf } from '../../infra/totp.ts'
import { createOrganization, createProject } from '../../infra/world.ts'
import { buildPages, type Pages, signIn } from './setting.ts'

test.skipIf(chromiumPath !== null)(
  'sign-in from another origin is skipped without Chromium (set KEYWARD_CHROMIUM)',
  ({ skip }) => {
    skip('no Chromium found')
  },
)

// Ports of one host are one site: the browser sends the cookies of the server to every page below.
describe.runIf(chromiumPath !== null)('sign-in from a page of another origin', () => {
  let app: TestApp
  let listener: Listener
  let pages: Pages
  let listed: string
  let stranger: string
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let owner: Person
  let projectId: string
  /** The cookies of each request that the server received. */
  const cookies: string[] = []

  beforeAll(async () => {
    pages = await buildPages()
    listed = await pages.serve()
    stranger = await pages.serve()
    const port = await freePort()
    app = await startApp({
      environment: { KEYWARD_CORS_ORIGINS: listed, KEYWARD_PUBLIC_URL: `http://127.0.0.1:${port}` },
    })
    const answer = (incoming: Incoming) => {
      cookies.push(incoming.header('cookie') ?? '')
      return app.app.answer(incoming)
    }
    listener = await listen({ ...app.app, answer }, { host: '127.0.0.1', port, trustedProxies: null })
    browser = await launchChromium()
    owner = await app.signUp('Rhea')
    const { id } = await createOrganization(owner, 'Frontends')
    projectId = await createProject(owner, id, 'Chat')
  })
  afterAll(async () => {
    await browser?.close()
    await pages?.close()
    await listener?.stop(1_000)
    await app?.close()
  })
  beforeEach(async () => {
    context = await browser.newContext()
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
  })
  afterEach(() => context.close())

  const statusOf = async (token: string) => (await app.client(token).ask('{ viewer { user { email } } }')).status

  /** Sends a request from the page with the cookies of the server's site, of the kind that needs no preflight. */
  const withCookies = (path: string, body?: object) =>
    page.evaluate(
      async ([url, text]) => {
        const sent = fetch(url, { method: 'POST', credentials: 'include', ...(text && { body: text }) })
        return sent.then(
          (response) => `read ${response.status}`,
          () => 'unreadable',
        )
      },
      [`${listener.url}${path}`, body && JSON.stringify(body)] as const,
    )

  test('a person signs in, sees changes of keys, and signs out, which revokes the token', async () => {
    const tokens = new Set<string>()
    page.on('request', (request) => {
      const bearer = request.headers().authorization
      if (bearer) tokens.add(bearer.replace('Bearer ', ''))
    })
    await page.goto(`${listed}/tanstack.html`)
    await signIn(page, listener.url, { ...owner, password: 'a wrong password' })
    await page.getByRole('alert').getByText('Invalid email or password').waitFor()
    await signIn(page, listener.url, owner)
    await page.getByLabel('Project').selectOption(projectId)
    await page.getByText('This project has no keys.').waitFor()
    await owner.mutate('apiKeyCreate', { projectId, name: 'Of another' })
    await page.getByRole('listitem').filter({ hasText: 'Of another' }).waitFor()

    const [token = ''] = tokens
    expect(tokens.size).toBe(1)
    expect(await statusOf(token)).toBe(200)
    expect(await context.cookies()).toEqual([])
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Password').waitFor()
    expect(await statusOf(token)).toBe(401)
  })

  test('a person with a second factor signs in with a code', async () => {
    const person = await app.signUp('Codes')
    const auth = (path: string, body: object) =>
      fetch(`${listener.url}/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${person.token}` },
        body: JSON.stringify(body),
      })
    const { totpURI } = await (await auth('/two-factor/enable', { password: person.password })).json()
    expect((await auth('/two-factor/verify-totp', { code: codeOf(totpURI) })).status).toBe(200)
    await page.goto(`${listed}/tanstack.html`)
    await signIn(page, listener.url, person)
    await page.getByLabel('Code').fill(nextCodeOf(totpURI))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
  })

  // Failed with a build that trusted listed origins as its own: the page signed the person out, though it read no answer.
  test('a listed page cannot use a signed-in person’s cookie', async () => {
    const { email, password } = owner
    await page.goto(listener.url)
    await signInThere(page, { name: 'Rhea', email, password })
    const [session] = (await context.cookies()).filter(({ name }) => name === 'keyward.session_token')
    expect(session).toBeDefined()
    await page.goto(`${listed}/tanstack.html`)
    cookies.length = 0
    expect(await withCookies('/auth/sign-out')).toBe('unreadable')
    const change = { currentPassword: password, newPassword: 'chosen by the other page' }
    expect(await withCookies('/auth/change-password', change)).toBe('unreadable')
    expect(await withCookies('/graphql', { query: '{ viewer { user { email } } }' })).toBe('unreadable')
    // The browser did send the cookie, each time.
    expect(cookies.filter((cookie) => cookie.includes(session?.value ?? 'none'))).toHaveLength(3)
    await page.goto(listener.url)
    await page.getByText(email).waitFor()
  })

  test('a page that is not listed cannot sign in', async () => {
    await page.goto(`${stranger}/tanstack.html`)
    await signIn(page, listener.url, owner)
    await page.getByRole('alert').getByText('KEYWARD_CORS_ORIGINS does not list this page').waitFor()
    // Neither with the token of a session, nor by requests that need no preflight.
    const attempts = await page.evaluate(
      async ([url, token]) => {
        const send = (path: string, headers: Record<string, string>, body: string) =>
          fetch(url + path, { method: 'POST', headers, body }).then(
            () => 'read',
            () => 'unreadable',
          )
        const json = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
        return Promise.all([
          send('/graphql', json, '{"query":"{ viewer { user { email } } }"}'),
          send('/auth/sign-out', json, '{}'),
          send('/auth/sign-in/email', { 'content-type': 'text/plain' }, '{"email":"a@b.example","password":"1"}'),
        ])
      },
      [listener.url, owner.token ?? ''] as const,
    )
    expect(attempts).toEqual(['unreadable', 'unreadable', 'unreadable'])
    expect(await statusOf(owner.token ?? '')).toBe(200)
  })
})
