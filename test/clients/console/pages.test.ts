import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { addCollaborator, createKey, join, tokenOf } from '../../infra/world.ts'
import { createAcme, findingsOf, LOOKS, leave, openSetting, type Person, type Setting } from './setting.ts'

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  let owner: Person
  let organization: string
  let playground: string
  let production: string
  let keyPath: string
  beforeAll(async () => {
    setting = await openSetting()
    ;({ owner, organization, playground, production } = await createAcme(setting))
    const key = await createKey(owner, production, 'Website chat')
    await owner.mutate('apiKeyRevoke', { id: key.id })
    keyPath = `/o/${organization}/projects/${production}/keys/${key.id}`
    await createKey(owner, production, 'Batch')
    await owner.mutate('apiKeyCreate', { projectId: playground, name: 'First key' })
    await join(owner, organization, await setting.createPerson('Mei'), 'MEMBER')
    const external = await setting.createPerson('Priya')
    const added = { projectId: production, email: external.email, role: 'MEMBER' }
    const { acceptUrl } = await owner.mutate('collaboratorAdd', added, 'acceptUrl')
    await external.mutate('invitationAccept', { token: tokenOf(acceptUrl) })
    const account = { organizationId: organization, name: 'Deployer', role: 'MEMBER' }
    const { serviceAccount } = await owner.mutate('serviceAccountCreate', account, 'serviceAccount { id }')
    await addCollaborator(owner, production, serviceAccount.id, 'MEMBER')
    await owner.mutate('organizationTagLimitsSet', {
      organizationId: organization,
      tag: { key: 'team', value: 'search' },
      budgets: [{ period: 'MONTH', usd: '2000' }],
    })
    const invited = { organizationId: organization, email: 'late@example.com', role: 'MEMBER' }
    await owner.mutate('memberInvite', invited)
  })
  afterAll(() => setting?.close())

  const dialog = (page: Page) => page.getByRole('dialog')

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

  test('the console loads nothing from other origins and never violates its content security policy', () => {
    expect(setting.complaints).toEqual([])
  })
})
