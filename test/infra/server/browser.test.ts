import { type Listener, listen } from '@keyward/server/http/listen'
import { createPerson } from '@keyward/server/identity/accounts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cheapPasswords } from '../cheap-passwords.ts'
import {
  chromiumPath,
  editor,
  execute,
  freePort,
  launchChromium,
  openPage,
  openTab,
  sendSignIn,
  signInThere,
  type Watched,
  write,
} from './chromium.ts'
import { type OpenApp, openApp, PASSWORD, post, sessionOf, signIn } from './open-app.ts'

const EMAIL = 'ada@example.com'
const ADA = { name: 'Ada', email: EMAIL, password: PASSWORD }

test.skipIf(chromiumPath !== null)('browser tests are skipped without Chromium (set KEYWARD_CHROMIUM)', ({ skip }) => {
  skip('no Chromium found')
})

describe.runIf(chromiumPath !== null)('in a browser that can connect only to the server', () => {
  let opened: OpenApp
  let listener: Listener
  let browser: Browser
  let base: string
  const watched: Watched = { outside: [], complaints: [] }

  beforeAll(async () => {
    const port = await freePort()
    base = `http://127.0.0.1:${port}`
    opened = await openApp({ KEYWARD_PUBLIC_URL: base })
    listener = await listen(opened.app, { host: '127.0.0.1', port, trustedProxies: null })
    await createPerson(opened.database, { name: 'Ada', email: EMAIL, password: PASSWORD }, cheapPasswords)
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await listener?.stop(1_000)
    await opened?.close()
  })

  test('GraphiQL works with a session or with a header, and does not store the header', async () => {
    const page = await openPage(browser, base, watched)
    const workers: string[] = []
    page.on('worker', (worker) => workers.push(worker.url()))
    await page.goto(`${base}/graphql`)
    await page.getByText('You are not signed in.').waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await sendSignIn(page, ADA)
    await page.getByText(`Signed in as ${EMAIL}`).waitFor()
    expect(await page.title()).toBe('Keyward')
    await page.getByRole('button', { name: /^Execute query/ }).waitFor()
    expect(await page.locator('.graphiql-tab-button').allTextContents()).toEqual([
      'WhoAmI',
      'CreateKey',
      'AsTheKey',
      'SetExpiration',
      'Rotate',
      'FinishRotation',
      'Revoke',
      'Costs',
      'ListKeys',
      'Limits',
      'Explain',
      'KeyChanges',
      'AuditLog',
      'Authorize',
    ])
    await openTab(page, 'WhoAmI')
    const response = await execute(page, 'WhoAmI')
    expect((await response.json()).data.viewer.user.email).toBe(EMAIL)

    await openTab(page, 'AsTheKey')
    await write(page, 'header', { Authorization: 'Bearer kw_proj_wrong' })
    const refused = await execute(page, 'AsTheKey')
    expect(refused.status()).toBe(401)
    // Edits are stored after a short delay. A later edit that is stored proves that the header would be, too.
    await editor(page, 'query').click()
    await page.keyboard.press('Control+Home')
    await page.keyboard.insertText('# a later edit ')
    const kept = () => page.evaluate(() => JSON.stringify({ ...localStorage }))
    await expect.poll(kept, { timeout: 30_000 }).toContain('# a later edit')
    expect(await kept()).toContain('WhoAmI')
    expect(await kept()).not.toContain('kw_proj_wrong')
    expect(page.url()).toBe(`${base}/graphql`)
    await expect.poll(() => workers.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(3)
  })

  test('a recipient accepts an invitation, whose token is removed from the page’s address', async () => {
    await createPerson(
      opened.database,
      { name: 'Grace', email: 'grace@example.com', password: PASSWORD },
      cheapPasswords,
    )
    const { bearer } = sessionOf(
      await post(
        opened.app,
        '/auth/sign-in/email',
        { email: 'grace@example.com', password: PASSWORD },
        { origin: base },
      ),
    )
    const ask = async (query: string) =>
      (await (await post(opened.app, '/graphql', { query }, { authorization: bearer })).json()).data
    const { organizationCreate } = await ask(
      'mutation { organizationCreate(input: { name: "Compilers" }) { ... on OrganizationCreatePayload { organization { id } } } }',
    )
    const { memberInvite } = await ask(
      `mutation { memberInvite(input: { organizationId: "${organizationCreate.organization.id}", email: "${EMAIL}", role: MEMBER }) {
        ... on MemberInvitePayload { acceptUrl } } }`,
    )
    const page = await openPage(browser, base, watched)
    const requested: string[] = []
    page.on('request', (request) => requested.push(request.url()))
    await page.goto(memberInvite.acceptUrl)
    await page.getByText('You are invited').waitFor()
    expect(page.url()).toBe(`${base}/invitations/accept`)
    await page.getByRole('tab', { name: 'Sign in' }).click()
    await signInThere(page, ADA)
    await page.getByRole('button', { name: 'Accept the invitation' }).click()
    await page.waitForURL(/\/o\/org_/)
    await page.getByRole('button', { name: 'Compilers' }).waitFor()
    const { hash } = new URL(memberInvite.acceptUrl)
    expect(requested.join()).not.toContain(hash.replace('#token=', ''))
    expect((await signIn(opened.app, EMAIL)).status).toBe(403)
  })

  test('the sign-in page reports a wrong password, and signing out ends the session', async () => {
    const page = await openPage(browser, base, watched)
    await page.goto(base)
    await sendSignIn(page, { ...ADA, password: 'a wrong password' })
    await page.getByRole('alert').filter({ hasText: 'Invalid' }).waitFor()
    await signInThere(page, ADA)
    await page.goto(`${base}/account`)
    await page.getByText('This one').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('tab', { name: 'Sign in' }).waitFor()
    expect((await page.context().cookies()).filter(({ name }) => name.includes('session'))).toEqual([])
  })

  test('no page requests another host or violates its content security policy', () => {
    expect(watched.outside).toEqual([])
    expect(watched.complaints).toEqual([])
  })
})
