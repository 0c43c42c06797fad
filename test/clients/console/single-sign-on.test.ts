import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isKnownSignInError, signInError } from '../../../console/src/account/sign-in-errors.ts'
import { type OidcProvider, startOidcProvider } from '../../infra/network/oidc-provider.ts'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { PASSWORD } from '../../infra/server/open-app.ts'
import { findingsOf, LOOKS, leave, openSetting, type Setting } from './setting.ts'

/** The codes with which better-auth and our own checks can return from a provider, read from their sources. */
function codesOfSources(): Set<string> {
  const server = createRequire(new URL('../../../server/package.json', import.meta.url))
  const root = dirname(server.resolve('better-auth'))
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const found = new Set<string>()
  const collect = (source: string, pattern: RegExp) => {
    for (const [, code = ''] of source.matchAll(pattern)) found.add(code.replaceAll(' ', '_'))
  }
  collect(read('oauth2/errors.mjs'), /^\t[A-Z_]+: "([a-z_]+)"/gm)
  for (const path of ['api/routes/callback.mjs', 'oauth2/link-account.mjs', 'oauth2/state.mjs', 'state.mjs']) {
    collect(read(path), /(?:error|code)(?::| =) "([a-z_ ]+)"/g)
    collect(read(path), /redirectOnError\([^"\n]*"([a-z_]+)"/g)
  }
  collect(read('utils/validate-user-info.mjs'), /code: "([a-z_]+)"/g)
  const own = new URL('../../../server/identity/sign-up-policy.ts', import.meta.url)
  collect(readFileSync(own, 'utf8'), /code: '([A-Z_]+)',/g)
  return found
}

// Failed before: the page showed "Sign-in failed (account_not_linked)."
test("every error of better-auth's callback has a sentence on the sign-in page", () => {
  const codes = codesOfSources()
  for (const known of ['account_not_linked', 'state_not_found', 'no_code', 'unable_to_create_user', 'SIGN_UP_CLOSED']) {
    expect(codes).toContain(known)
  }
  expect(codes.size).toBeGreaterThan(30)
  expect([...codes].filter((code) => !isKnownSignInError(code))).toEqual([])
  for (const code of codes) expect(signInError(code, 'Dex')).toMatch(/^[A-Z].*\.$/)
})

test('an error in the address cannot put its own text into the page', () => {
  expect(signInError('call +49 30 1234 now', 'Dex')).toBe(
    'Sign-in with Dex is not set up correctly. Ask the operator of this instance.',
  )
  expect(signInError('constructor', null)).toContain('(constructor)')
})

describe.runIf(chromiumPath !== null)('the console', () => {
  let provider: OidcProvider
  let setting: Setting
  beforeAll(async () => {
    setting = await openSetting(async (base) => {
      provider = await startOidcProvider(`${base}/auth/callback/oidc`)
      return { ...provider.environment, KEYWARD_OIDC_NAME: 'Dex' }
    })
  })
  afterAll(async () => {
    await setting?.close()
    await provider?.close()
  })

  const connected = (page: Page) => page.getByRole('region', { name: 'Connected sign-in' })
  const password = (page: Page) => page.getByRole('region', { name: 'Password' })
  const continueWithDex = async (page: Page) => page.getByRole('button', { name: 'Continue with Dex' }).click()
  const signOut = async (page: Page) => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('E-mail address').waitFor()
  }
  const look = async (page: Page) => {
    for (const { width, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })
      expect(await findingsOf(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  }

  test('single sign-on asks for the password before it connects an existing account', async () => {
    const nora = await setting.createPerson('Nora')
    const { organization } = await nora.mutate('organizationCreate', { name: 'Hers' }, 'organization { id }')
    provider.choose(provider.add({ email: nora.email, emailVerified: true }))
    const page = await setting.open(null)
    await page.goto(`${setting.base}/sign-in`)
    await continueWithDex(page)
    await page.getByText('Sign in with your password, then connect Dex on the Account page.').waitFor()
    await look(page)
    await page.getByLabel('E-mail address').fill(nora.email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await connected(page).getByRole('button', { name: 'Connect Dex' }).waitFor()
    // Failed before: the page said so to whoever opened the link.
    await page.goto(`${setting.base}/account?connected=true`)
    await connected(page).getByRole('button', { name: 'Connect Dex' }).waitFor()
    expect(await page.getByText('Dex is connected.').count()).toBe(0)
    // Failed before: a session of any age connected and disconnected a provider.
    await setting.age(601)
    await connected(page).getByRole('button', { name: 'Connect Dex' }).click()
    await connected(page).getByText('within 10 minutes of signing in').waitFor()
    await setting.age(-601)
    await connected(page).getByRole('button', { name: 'Connect Dex' }).click()
    await page.getByText('Dex is connected. You can sign in with it from now on.').waitFor()
    await connected(page).getByText('Connected since').waitFor()
    await look(page)

    await signOut(page)
    await continueWithDex(page)
    await page.waitForURL(({ pathname }) => pathname === `/o/${organization.id}/keys`)
    await page.goto(`${setting.base}/account`)
    await setting.age(601)
    await connected(page).getByRole('button', { name: 'Disconnect' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
    await page.getByRole('dialog').getByText('within 10 minutes of signing in').waitFor()
    await look(page)
    await setting.age(-601)
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
    await connected(page).getByRole('button', { name: 'Connect Dex' }).waitFor()
    const { data } = await nora.ask(
      'query ($id: ID!) { organization(id: $id) { auditLog(first: 2) { nodes { action actor { name } } } } }',
      { id: organization.id },
    )
    expect(data.organization.auditLog.nodes).toEqual([
      { action: 'user.signInDisconnected', actor: { name: 'Nora' } },
      { action: 'user.signInConnected', actor: { name: 'Nora' } },
    ])
    await leave(page)
  })

  test('explains a single sign-on with another address, or one that was cancelled', async () => {
    const page = await setting.open(await setting.createPerson('Omar'))
    await page.goto(`${setting.base}/account`)
    provider.choose(provider.add({ email: 'another@example.com', emailVerified: true }))
    await connected(page).getByRole('button', { name: 'Connect Dex' }).click()
    await page.getByText('Dex knows you by another e-mail address.').waitFor()
    await leave(page)
    const other = await setting.open(null)
    provider.choose(null)
    await other.goto(`${setting.base}/sign-in`)
    await continueWithDex(other)
    await other.getByText('You cancelled the sign-in at Dex').waitFor()
    // Failed before: it returned to an address of better-auth that is off, which answered 404.
    await other.goto(`${setting.base}/auth/callback/oidc?code=1&state=unknown`)
    await other.getByText('ended in another browser than it began in').waitFor()
    expect(new URL(other.url()).pathname).toBe('/sign-in')
    await leave(other)
  })

  test('requires a password before it disconnects a person’s only sign-in method', async () => {
    const email = 'pia@example.com'
    provider.choose(provider.add({ email, emailVerified: true }))
    const page = await setting.open(null)
    await page.goto(`${setting.base}/sign-in?next=%2Faccount`)
    await continueWithDex(page)
    await password(page).getByText('You sign in with Dex and have no password.').waitFor()
    expect(await page.getByLabel('Current password').count()).toBe(0)
    expect(await page.getByLabel('Your password').count()).toBe(0)
    await connected(page).getByText('It is your only way to sign in.').waitFor()
    expect(await connected(page).getByRole('button', { name: 'Disconnect' }).isDisabled()).toBe(true)
    await look(page)
    const ask = () => password(page).getByRole('button', { name: 'Send a link to set a password' }).click()
    const links = () => setting.mails().filter((mail) => mail.includes(`To: ${email}`) && mail.includes('#token='))
    await setting.age(601)
    await ask()
    await password(page).getByText('within 10 minutes of signing in').waitFor()
    await password(page).getByRole('button', { name: 'Sign in again' }).click()
    await continueWithDex(page)
    await ask()
    await password(page).getByText('Check your mail.').waitFor()
    await expect.poll(() => links().length).toBe(1)
    await page.goto(/^http\S+#token=\S+/m.exec(links()[0] ?? '')?.[0] ?? '')
    await page.getByLabel('New password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('Password changed').waitFor()
    await page.goto(`${setting.base}/sign-in?next=%2Faccount`)
    await page.getByLabel('E-mail address').fill(email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await connected(page).getByRole('button', { name: 'Disconnect' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
    await connected(page).getByRole('button', { name: 'Connect Dex' }).waitFor()
    await leave(page)
  })

  test('sends requests only to the provider and never violates its content security policy', () => {
    const issuer = provider.environment.KEYWARD_OIDC_ISSUER ?? ''
    expect(setting.complaints.filter((complaint) => !complaint.startsWith(issuer))).toEqual([])
  })
})
