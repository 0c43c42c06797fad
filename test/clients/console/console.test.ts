import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { PASSWORD } from '../../infra/server/open-app.ts'
import { codeOf, nextCodeOf } from '../../infra/totp.ts'
import { tokenOf } from '../../infra/world.ts'
import { findingsOf, leave, openSetting, type Person, type Setting } from './setting.ts'

const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
] as const

test.skipIf(chromiumPath !== null)('the console is skipped without Chromium (set KEYWARD_CHROMIUM)', ({ skip }) => {
  skip('no Chromium found')
})

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  let owner: Person
  let organization: string
  let production: string
  let otherKey: string
  let keyPath: string

  beforeAll(async () => {
    setting = await openSetting()
  })
  afterAll(() => setting?.close())

  const dialog = (page: Page) => page.getByRole('dialog')

  test('leads from an empty instance to a first key, and asks before its secret is lost', async () => {
    const page = await setting.open(null)
    await page.goto(setting.base)
    const token = page.getByLabel('Setup token')
    await page.getByLabel('Name').waitFor()
    if (await token.isVisible()) await token.fill(setting.setup)
    await page.getByLabel('Name').fill('Olivia')
    await page.getByLabel('E-mail address').fill('olivia@example.com')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByLabel('Organization').fill('Acme')
    await page.getByLabel('First project').fill('Playground')
    await page.getByRole('button', { name: 'Create organization' }).click()
    await page.getByRole('button', { name: 'Create key' }).click()
    await dialog(page).getByLabel('Name').fill('First key')
    await dialog(page).getByRole('button', { name: 'Create key' }).click()
    const secret = dialog(page).locator('[data-secret]')
    await secret.waitFor()
    const shown = await secret.textContent()
    expect(shown).toMatch(/^kw_proj_/)

    await page.keyboard.press('Escape')
    await dialog(page).getByText('not copied yet').waitFor()
    await dialog(page).getByRole('button', { name: 'Back to the secret' }).click()
    await dialog(page).getByRole('button', { name: 'Copy', exact: true }).click()
    await dialog(page).getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(shown)
    await page.keyboard.press('Escape')
    await page.waitForURL(/\/o\/org_\w+\/keys/)
    await page.getByRole('link', { name: 'First key' }).waitFor()
    organization = /org_\w+/.exec(page.url())?.[0] ?? ''
    const cookies = await page.context().cookies()
    const session = cookies.find(({ name }) => name.includes('session_token'))?.value ?? ''
    owner = { ...setting.as(decodeURIComponent(session)), name: 'Olivia', email: 'olivia@example.com' }
    await leave(page)
  })

  test('turns a second factor on, asks for its code at sign-in, takes a recovery code and turns it off', async () => {
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

  test('adds a passkey, signs in with it by button and by the offer of the address field, renames and removes it', async () => {
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
    // The page before may still be on its way to another one, which interrupts this.
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
    await page.waitForURL(/welcome/)
    await visitAccount()
    await card.getByRole('button', { name: 'Rename Laptop' }).click()
    await card.getByLabel('New name').fill('Phone')
    await card.getByRole('button', { name: 'Save' }).click()
    await card.getByText('Phone', { exact: true }).waitFor()

    // Too long after the sign-in, the card leads to another one, which the offer completes.
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
    await page.waitForURL(/account/)
    await card.getByRole('button', { name: 'Remove Phone' }).click()
    await dialog(page).getByRole('button', { name: 'Cancel' }).click()
    await card.getByText('Phone', { exact: true }).waitFor()
    await remove()
    await card.getByText('Phone', { exact: true }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('E-mail address').waitFor()
    await fill()
    await page.waitForURL(/welcome/)
    await leave(page)
  })

  test('leads from a forgotten password to a new one, and from a new account to a verified address', async () => {
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
    await page.getByText('Your password is changed').waitFor()
    await page.getByRole('link', { name: 'Back to sign-in' }).click()
    await page.getByLabel('E-mail address').fill('fay@example.com')
    await page.getByLabel('Password').fill('a password of after')
    await page.getByRole('tabpanel').getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(/\/welcome/)
    await leave(page)

    const other = await setting.open(null)
    // The page before may still be on its way to another one, which interrupts this.
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
    await other.waitForURL(/\/welcome/)
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

  test('renames, rotates, finishes and revokes a key from its menu', async () => {
    const page = await setting.open(owner)
    await page.goto(`${setting.base}/o/${organization}/keys`)
    const act = async (name: string, item: string) => {
      await page.getByRole('button', { name: `Actions for ${name}` }).click()
      await page.getByRole('menuitem', { name: item }).click()
      await dialog(page).waitFor()
    }
    await act('First key', 'Rename')
    await dialog(page).getByLabel('Name').fill('Website chat')
    await dialog(page).getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('link', { name: 'Website chat' }).waitFor()

    await act('Website chat', 'Rotate')
    await dialog(page).getByRole('button', { name: 'Rotate' }).click()
    await dialog(page).getByRole('button', { name: 'Copy', exact: true }).click()
    await dialog(page).getByRole('button', { name: 'Done' }).click()
    await page.getByText('Rotating').waitFor()

    await act('Website chat', 'Finish rotation')
    await dialog(page).getByRole('button', { name: 'Finish rotation' }).click()
    await expect.poll(() => page.getByText('Rotating').count()).toBe(0)

    await act('Website chat', 'Set expiration')
    await dialog(page).getByLabel('Expiration').selectOption('never')
    await dialog(page).getByRole('button', { name: 'Set expiration' }).click()
    await page.getByRole('cell', { name: 'Never' }).first().waitFor()

    await page.getByRole('link', { name: 'Website chat' }).click()
    await page.getByRole('heading', { name: 'Website chat' }).waitFor()
    keyPath = new URL(page.url()).pathname
    await page.getByRole('button', { name: 'Actions' }).click()
    await page.getByRole('menuitem', { name: 'Revoke' }).click()
    await dialog(page).getByText('never used').waitFor()
    await dialog(page).getByRole('button', { name: 'Revoke key' }).click()
    await page.getByText('A revocation is final').waitFor()
    await page.goto(`${setting.base}/o/${organization}/keys`)
    await page.getByText('No active keys').waitFor()
    await page.getByLabel('Status').selectOption('REVOKED')
    await page.getByRole('link', { name: 'Website chat' }).waitFor()
    expect(page.url()).toContain('status=REVOKED')
    await leave(page)
  })

  test('selects several keys of a page and revokes them', async () => {
    const { data } = await owner.ask(
      'query ($id: ID!) { organization(id: $id) { projects(first: 1) { nodes { id } } } }',
      {
        id: organization,
      },
    )
    const projectId = data.organization.projects.nodes[0].id
    for (const name of ['Sweep 1', 'Sweep 2', 'Kept']) await owner.mutate('apiKeyCreate', { projectId, name })
    const page = await setting.open(owner)
    await page.goto(`${setting.base}/o/${organization}/keys`)
    for (const name of ['Sweep 1', 'Sweep 2']) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    await page.getByRole('button', { name: 'Revoke selected keys' }).click()
    await dialog(page).getByText('Sweep 2').waitFor()
    await dialog(page).getByRole('button', { name: 'Revoke 2 keys' }).click()
    await expect.poll(() => page.getByRole('link', { name: /Sweep/ }).count()).toBe(0)
    await page.getByRole('checkbox', { name: 'Select Kept' }).check()
    await page.getByRole('button', { name: 'Revoke selected keys' }).click()
    await dialog(page).getByRole('button', { name: 'Revoke 1 key' }).click()
    await page.getByText('No active keys').waitFor()
    await leave(page)
  })

  test('finds a key by the start of its secret, and never sends a whole secret', async () => {
    const { project } = await owner.mutate(
      'projectCreate',
      { organizationId: organization, name: 'Production' },
      'project { id }',
    )
    production = project.id
    const { secret } = await owner.mutate('apiKeyCreate', { projectId: production, name: 'Batch' }, 'secret')
    const other = await owner.mutate('apiKeyCreate', { projectId: production, name: 'Other' }, 'apiKey { id }')
    otherKey = other.apiKey.id
    const page = await setting.open(owner)
    const sent: string[] = []
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`))
    await page.goto(`${setting.base}/o/${organization}/keys`)
    await page.getByLabel('Search keys').fill(secret)
    // The list that came before the search also shows the key, so the search comes first.
    await expect.poll(() => page.url()).toContain('q=kw_proj_')
    await page.getByRole('link', { name: 'Batch' }).waitFor()
    await expect.poll(() => page.getByRole('link', { name: 'Other' }).count()).toBe(0)
    expect(sent.join()).not.toContain(secret)
    await leave(page)
  })

  test('shows a change of another session on the page of a project by itself', async () => {
    const page = await setting.open(owner)
    await page.goto(`${setting.base}/o/${organization}/projects/${production}`)
    await page.getByRole('link', { name: 'Batch' }).waitFor()
    // The stream begins after the page; a change before it would not be announced. One key changes again and again, since
    // new keys would push the others off the page. Red while a change put off reading the one before.
    let renamed = 0
    await expect
      .poll(async () => {
        renamed += 1
        await owner.mutate('apiKeyUpdate', { id: otherKey, name: `Announced ${renamed}` })
        return page.getByRole('link', { name: 'Announced' }).count()
      })
      .toBeGreaterThan(0)
    await leave(page)
  })

  test('limits consumers of a project and tags of an organization, and removes the limits', async () => {
    const page = await setting.open(owner)
    const row = (name: string) => page.getByRole('row', { name })
    const send = (name: string) => dialog(page).getByRole('button', { name, exact: true }).click()
    await page.goto(`${setting.base}/o/${organization}/projects/${production}/settings`)
    await row('Each other consumer').getByRole('button', { name: 'Change' }).click()
    await dialog(page).getByLabel('Budget a day').fill('1')
    await send('Set limits')
    await row('Each other consumer').getByText('$1 a day').waitFor()
    await page.getByRole('button', { name: 'Limit a consumer' }).click()
    await dialog(page).getByLabel('Consumer').fill('customer-42')
    await dialog(page).getByLabel('Budget a month').fill('250')
    await send('Set limits')
    await row('customer-42').getByText('of $250 a month').waitFor()
    await row('customer-42').getByRole('button', { name: 'Change' }).click()
    await send('Remove limits')
    await expect.poll(() => row('customer-42').count()).toBe(0)
    await page.goto(`${setting.base}/o/${organization}/settings`)
    await page.getByRole('button', { name: 'Limit a tag' }).click()
    await dialog(page).getByLabel('Tag').fill('team')
    await dialog(page).getByLabel('Value').fill('search')
    await dialog(page).getByLabel('Budget a month').fill('2000')
    await send('Set limits')
    await row('team=search').getByText('of $2,000 a month').waitFor()
    await leave(page)
  })

  test('adds a trust for the workloads of an issuer, disables and deletes it', async () => {
    const input = { organizationId: organization, name: 'Deployer', role: 'MEMBER' }
    const { serviceAccount } = await owner.mutate('serviceAccountCreate', input, 'serviceAccount { id }')
    const added = { projectId: production, principalId: serviceAccount.id, role: 'MEMBER' }
    await owner.mutate('collaboratorAdd', added, 'collaborator { id }')
    const page = await setting.open(owner)
    await page.goto(`${setting.base}/o/${organization}/projects/${production}/settings`)
    await page.getByRole('button', { name: 'Add trust' }).click()
    await dialog(page).getByLabel('Name').fill('Deployments')
    await dialog(page).getByLabel('Acts as').selectOption('Deployer')
    await dialog(page).getByLabel('Conditions').fill('ref=refs/heads/main')
    await dialog(page).getByRole('button', { name: 'Add trust' }).click()
    // Anybody can have a token for a branch: the server asks for a claim that names the workload.
    await dialog(page).getByText('repository').first().waitFor()
    await dialog(page).getByLabel('Conditions').fill('repository=octo/app\nref=refs/heads/main')
    await dialog(page).getByRole('button', { name: 'Add trust' }).click()
    await page.getByText('Acts as Deployer').waitFor()
    await page.getByText('repository=octo/app').waitFor()
    await page.getByRole('button', { name: 'Disable Deployments' }).click()
    await page.getByRole('button', { name: 'Enable Deployments' }).waitFor()
    await page.getByRole('button', { name: 'Delete Deployments' }).click()
    await dialog(page).getByRole('button', { name: 'Delete trust' }).click()
    await expect.poll(() => page.getByText('repository=octo/app').count()).toBe(0)
    await leave(page)
  })

  test('shows people only what their roles permit', async () => {
    const [member, external] = [await setting.createPerson('Mei'), await setting.createPerson('Priya')]
    const invited = await owner.mutate(
      'memberInvite',
      { organizationId: organization, email: member.email, role: 'MEMBER' },
      'acceptUrl',
    )
    expect(await member.mutate('invitationAccept', { token: tokenOf(invited.acceptUrl) })).toEqual({
      __typename: 'InvitationAcceptPayload',
    })
    const added = await owner.mutate(
      'collaboratorAdd',
      { projectId: production, email: external.email, role: 'MEMBER' },
      'acceptUrl',
    )
    await external.mutate('invitationAccept', { token: tokenOf(added.acceptUrl) })
    const linksOf = async (person: Person) => {
      const page = await setting.open(person)
      await page.goto(setting.base)
      await page.getByRole('navigation', { name: 'Organization' }).waitFor()
      return {
        page,
        links: await page.getByRole('navigation', { name: 'Organization' }).getByRole('link').allTextContents(),
      }
    }
    const asMember = await linksOf(member)
    expect(asMember.links).toEqual(['API keys', 'Projects', 'Models', 'Members'])
    await asMember.page.goto(`${setting.base}/o/${organization}/members`)
    await asMember.page.getByText('Olivia').waitFor()
    expect(await asMember.page.getByRole('button', { name: 'Invite member' }).count()).toBe(0)
    await asMember.page.goto(`${setting.base}/o/${organization}/audit`)
    await asMember.page.getByText('Your role does not include this').waitFor()
    await asMember.page.goto(`${setting.base}/o/${organization}/projects/${production}`)
    await asMember.page.getByText('Your role does not include this').waitFor()

    const asExternal = await linksOf(external)
    expect(asExternal.links).toEqual(['API keys', 'Projects', 'Models'])
    await asExternal.page.getByRole('link', { name: 'Batch' }).click()
    await asExternal.page.getByRole('heading', { name: 'Batch' }).waitFor()
    expect(await asExternal.page.getByRole('heading', { name: 'Usage' }).count()).toBe(0)
    await asExternal.page.getByRole('button', { name: 'Actions' }).click()
    await asExternal.page.getByRole('menuitem').first().waitFor()
    expect(await asExternal.page.getByRole('menuitem').allTextContents()).toEqual([
      'Rename',
      'Set expiration',
      'Rotate',
      'Pause',
      'Report as leaked',
      'Revoke',
    ])
    for (const { page } of [asMember, asExternal]) await leave(page)
  })

  test('has no page that axe-core objects to, in light and dark, or that scrolls sideways at 360 pixels', async () => {
    const at = `/o/${organization}`
    const pages = [
      ['/sign-in', 'Keyward'],
      ['/forgot-password', 'Forgot password?'],
      ['/reset-password#token=abc', 'Set a new password'],
      ['/verify-email#token=abc', 'Verify your address'],
      [`${at}/keys`, 'API keys'],
      [`${at}/projects`, 'Projects'],
      [`${at}/costs?by=TAG&tag=team`, 'Costs'],
      [`${at}/playground`, 'Models'],
      [`${at}/members`, 'Members'],
      [`${at}/service-accounts`, 'Service accounts'],
      [`${at}/webhooks`, 'Webhooks'],
      [`${at}/audit`, 'Audit log'],
      [`${at}/settings`, 'Settings'],
      [`${at}/projects/${production}`, 'Production'],
      [`${at}/projects/${production}/collaborators`, 'Production'],
      [`${at}/projects/${production}/settings`, 'Production'],
      [keyPath, 'Website chat'],
      ['/account', 'Account'],
      ['/welcome', 'New organization'],
    ] as const
    const found: Record<string, string[]> = {}
    /** Looks at a page in both sizes and color schemes. */
    const look = async (name: string, page: Page) => {
      for (const { width, colorScheme } of LOOKS) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 800 })
        const findings = await findingsOf(page)
        const used = await page.evaluate(() => document.documentElement.scrollWidth)
        if (used > width) findings.push(`is ${used} pixels wide`)
        if (findings.length > 0) found[`${name} ${width} ${colorScheme}`] = findings
      }
    }
    const signedIn = await setting.open(owner)
    const signedOut = await setting.open(null)
    for (const [path, heading] of pages) {
      const page = /^.(sign-in|forgot|reset|verify)/.test(path) ? signedOut : signedIn
      await page.goto(setting.base + path)
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
      await expect.poll(() => page.getByText('Loading…').count()).toBe(0)
      await look(path, page)
    }
    await signedIn.goto(`${setting.base}${at}/keys`)
    await signedIn.getByRole('button', { name: 'Create key' }).click()
    await dialog(signedIn).waitFor()
    await look('create key', signedIn)
    for (const page of [signedIn, signedOut]) await leave(page)
    expect(found).toEqual({})
  })

  test('requests nothing elsewhere and never violates its content security policy', () => {
    expect(setting.complaints).toEqual([])
  })
})
