import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { PASSWORD } from '../../infra/server/open-app.ts'
import { codeOf, nextCodeOf } from '../../infra/totp.ts'
import { join } from '../../infra/world.ts'
import { findingsOf, LOOKS, leave, openSetting, type Setting } from './setting.ts'

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  beforeAll(async () => {
    setting = await openSetting()
  })
  afterAll(() => setting?.close())

  const dialog = (page: Page) => page.getByRole('dialog')

  test('turns on a second factor, asks for a code at sign-in, and turns it off', async () => {
    const page = await setting.open(await setting.createPerson('Tess'))
    const card = page.getByRole('region', { name: 'Second factor' })
    await page.goto(`${setting.base}/account`)
    await card.getByLabel('Your password').fill(PASSWORD)
    await card.getByRole('button', { name: 'Set up' }).click()
    await card.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
    const address = (await card.getByRole('link', { name: 'Open in an app' }).getAttribute('href')) ?? ''
    expect(await findingsOf(page)).toEqual([])
    await card.getByRole('textbox', { name: 'Code' }).fill('000000')
    await card.getByRole('button', { name: 'Turn on' }).click()
    await card.getByText('Invalid code').waitFor()
    await card.getByRole('textbox', { name: 'Code' }).fill(codeOf(address))
    await card.getByRole('button', { name: 'Turn on' }).click()
    const list = card.getByRole('list', { name: 'Recovery codes' })
    await list.waitFor()
    const codes = await list.locator('code').allTextContents()
    expect(codes).toHaveLength(10)
    expect(await findingsOf(page)).toEqual([])
    await card.getByRole('button', { name: 'I saved them' }).click()
    await card.getByText('On', { exact: true }).waitFor()
    // This page was opened at 127.0.0.1, which cannot have passkeys.
    const passkeys = page.getByRole('region', { name: 'Passkeys' })
    await passkeys.getByText('Passkeys belong to a name').waitFor()
    const named = passkeys.getByRole('link', { name: 'Open it at localhost' })
    expect(await named.getAttribute('href')).toBe(`${setting.base.replace('127.0.0.1', 'localhost')}/account`)
    const enter = async () => {
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByLabel('E-mail address').fill('tess@example.com')
      await page.getByLabel('Password').fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByRole('textbox', { name: 'Code', exact: true }).waitFor()
    }
    const reopen = async () => {
      await page.getByRole('heading', { name: 'Name your organization' }).or(page.getByLabel('Organization')).waitFor()
      await page.goto(`${setting.base}/account`)
    }
    await enter()
    expect(await findingsOf(page)).toEqual([])
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill(nextCodeOf(address))
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await reopen()
    await enter()
    await page.getByRole('button', { name: 'Use a recovery code' }).click()
    await page.getByLabel('Recovery code').fill(codes[0] ?? '')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await reopen()
    await card.getByLabel('Your password').fill(PASSWORD)
    await card.getByRole('button', { name: 'New recovery codes' }).click()
    await list.waitFor()
    expect(await list.locator('code').allTextContents()).not.toContain(codes[1])
    await card.getByRole('button', { name: 'I saved them' }).click()
    await card.getByLabel('Your password').fill(PASSWORD)
    await card.getByRole('button', { name: 'Turn off' }).click()
    await card.getByRole('button', { name: 'Set up' }).waitFor()
    expect(setting.complaints).toEqual([])
    await leave(page)
  })

  test('adds, renames and removes a passkey, and signs in with it', async () => {
    const tara = await setting.createPerson('Tara')
    // Passkeys belong to a name, which an address of loopback is not.
    const base = setting.base.replace('127.0.0.1', 'localhost')
    const page = await setting.open(null)
    const client = await page.context().newCDPSession(page)
    await client.send('WebAuthn.enable')
    const addAuthenticator = (isUserVerified: boolean) =>
      client.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified,
          automaticPresenceSimulation: true,
        },
      })
    const { authenticatorId } = await addAuthenticator(false)
    const fill = async () => {
      await page.getByLabel('E-mail address').fill(tara.email)
      await page.getByLabel('Password').fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    }
    const card = page.getByRole('region', { name: 'Passkeys' })
    // The previous page may still be navigating, which interrupts this.
    const visitAccount = () =>
      expect
        .poll(() =>
          page.goto(`${base}/account`).then(
            () => true,
            () => false,
          ),
        )
        .toBe(true)
    await page.goto(`${base}/sign-in?next=%2Faccount`)
    await fill()
    await card.getByLabel('Name of the new passkey').fill('Laptop')
    await card.getByRole('button', { name: 'Add passkey' }).click()
    await card.getByText('No passkey was used').waitFor()
    await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
    await card.getByRole('button', { name: 'Add passkey' }).click()
    await card.getByText('Laptop', { exact: true }).waitFor()
    for (const look of LOOKS) {
      await page.setViewportSize({ width: look.width, height: 800 })
      await page.emulateMedia({ colorScheme: look.colorScheme })
      expect(await findingsOf(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(look.width)
    }
    await page.setViewportSize({ width: 1280, height: 800 })

    // The offer would sign in by itself: a virtual authenticator is always touched.
    await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
    expect(await findingsOf(page)).toEqual([])
    await fill()
    await page.getByText('Sign in with a passkey.').waitFor()
    await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.waitForURL(({ pathname }) => pathname === '/welcome')
    await visitAccount()
    await card.getByRole('button', { name: 'Rename Laptop' }).click()
    await card.getByLabel('New name').fill('Phone')
    await card.getByRole('button', { name: 'Save' }).click()
    await card.getByText('Phone', { exact: true }).waitFor()

    // If the sign-in is too old, the card leads to a new one, which the browser's offer completes.
    await setting.age(11 * 60)
    const remove = async () => {
      await card.getByRole('button', { name: 'Remove Phone' }).click()
      await dialog(page).getByText('This is your last passkey').waitFor()
      expect(await findingsOf(page)).toEqual([])
      await dialog(page).getByRole('button', { name: 'Remove passkey' }).click()
    }
    await remove()
    await dialog(page).getByRole('button', { name: 'Sign in again' }).click()
    await page.waitForURL(/sign-in/)
    await page.waitForURL(({ pathname }) => pathname === '/account')
    await card.getByRole('button', { name: 'Remove Phone' }).click()
    await dialog(page).getByRole('button', { name: 'Cancel' }).click()
    await card.getByText('Phone', { exact: true }).waitFor()
    await remove()
    await card.getByText('Phone', { exact: true }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('E-mail address').waitFor()
    await fill()
    await page.waitForURL(({ pathname }) => pathname === '/welcome')
    await leave(page)
  })

  test('erases an account after a fresh sign-in, and tells an Owner what to do first', async () => {
    const person = await setting.createPerson('Erika')
    const page = await setting.open(person)
    const card = page.getByRole('region', { name: 'Erase account' })
    const confirm = async (email: string) => {
      await page.goto(`${setting.base}/account`)
      await card.getByRole('button', { name: 'Erase account…' }).click()
      await dialog(page).getByLabel('to confirm').fill(email)
      await dialog(page).getByRole('button', { name: 'Erase account' }).click()
    }
    const { organization } = await person.mutate('organizationCreate', { name: 'Hers' }, 'organization { id }')
    await confirm(person.email)
    await dialog(page).getByText(`erika@example.com owns "Hers" (${organization.id})`).waitFor()
    expect(await findingsOf(page)).toEqual([])
    const heir = await setting.createPerson('Heinz')
    const memberId = await join(person, organization.id, heir, 'ADMIN')
    await person.mutate('ownershipTransferOffer', { organizationId: organization.id, memberId })
    await heir.mutate('ownershipTransferAccept', { organizationId: organization.id })
    await setting.age(601)
    await confirm(person.email)
    await dialog(page).getByText('You signed in more than 10 minutes ago.').waitFor()
    await dialog(page).getByRole('button', { name: 'Sign in again' }).click()
    await page.getByLabel('E-mail address').fill(person.email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await card.getByRole('button', { name: 'Erase account…' }).waitFor()
    await confirm('somebody@example.com')
    await dialog(page).getByText('Must be the address of your own account.').waitFor()
    await confirm(person.email)
    await page.waitForURL(/sign-in/)
    const { data } = await heir.ask(
      'query ($id: ID!) { organization(id: $id) { auditLog(first: 1) { nodes { action actor { name } } } } }',
      { id: organization.id },
    )
    expect(data.organization.auditLog.nodes).toEqual([{ action: 'user.erased', actor: { name: 'Erased person' } }])
    await leave(page)
  })

  test('resets a forgotten password and verifies a new account’s address', async () => {
    const page = await setting.open(null)
    await setting.createPerson('Fay')
    const linkFor = async (email: string) => {
      const links = () => setting.mails().filter((mail) => mail.includes(`To: ${email}`))
      await expect.poll(() => links().length).toBe(1)
      return /^http\S+#token=\S+/m.exec(links()[0] ?? '')?.[0] ?? ''
    }
    await page.goto(`${setting.base}/sign-in`)
    await page.getByRole('link', { name: 'Forgot password?' }).click()
    await page.getByRole('heading', { name: 'Forgot password?' }).waitFor()
    await page.getByLabel('E-mail address').fill('fay@example.com')
    await page.getByRole('button', { name: 'Send link' }).click()
    await page.getByRole('heading', { name: 'Check your mail' }).waitFor()
    await page.goto(await linkFor('fay@example.com'))
    await page.getByLabel('New password').fill('a password of after')
    expect(page.url()).toBe(`${setting.base}/reset-password`)
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('Password changed').waitFor()
    await page.getByRole('link', { name: 'Back to sign-in' }).click()
    await page.getByLabel('E-mail address').fill('fay@example.com')
    await page.getByLabel('Password').fill('a password of after')
    await page.getByRole('tabpanel').getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(({ pathname }) => pathname === '/welcome')
    await leave(page)

    const other = await setting.open(null)
    // The previous page may still be navigating, which interrupts this.
    const visitAccount = () =>
      expect
        .poll(() =>
          other.goto(`${setting.base}/account`).then(
            () => true,
            () => false,
          ),
        )
        .toBe(true)
    await other.goto(`${setting.base}/sign-in`)
    await other.getByRole('tab', { name: 'Create account' }).click()
    await other.getByLabel('Name').fill('Gus')
    await other.getByLabel('E-mail address').fill('gus@example.com')
    await other.getByLabel('Password').fill(PASSWORD)
    await other.getByRole('tabpanel').getByRole('button', { name: 'Create account' }).click()
    await other.waitForURL(({ pathname }) => pathname === '/welcome')
    await visitAccount()
    await other.getByText('This address is not verified').waitFor()
    await other.goto(await linkFor('gus@example.com'))
    await other.getByRole('button', { name: 'Verify address' }).click()
    await other.getByText('Your address is verified').waitFor()
    await visitAccount()
    await other.getByText('This one').waitFor()
    await expect.poll(() => other.getByText('This address is not verified').count()).toBe(0)
    await leave(other)
  })

  test('requests nothing from other origins and never violates its content security policy', () => {
    expect(setting.complaints).toEqual([])
  })
})
