import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { addCollaborator, createKey, join, tokenOf } from '../../infra/world.ts'
import { crampedOf, createAcme, findingsOf, LOOKS, leave, openSetting, type Person, type Setting } from './setting.ts'

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  let owner: Person
  let organization: string
  let playground: string
  let production: string
  let keyPath: string
  let acceptUrl: string
  let webhook: string
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
    const asked = await owner.mutate('collaboratorAdd', added, 'acceptUrl')
    await external.mutate('invitationAccept', { token: tokenOf(asked.acceptUrl) })
    const account = { organizationId: organization, name: 'Deployer', role: 'MEMBER' }
    const { serviceAccount } = await owner.mutate('serviceAccountCreate', account, 'serviceAccount { id }')
    await addCollaborator(owner, production, serviceAccount.id, 'MEMBER')
    await owner.mutate('organizationTagLimitsSet', {
      organizationId: organization,
      tag: { key: 'team', value: 'search' },
      budgets: [{ period: 'MONTH', usd: '2000' }],
    })
    const invited = { organizationId: organization, email: 'late@example.com', role: 'MEMBER' }
    ;({ acceptUrl } = await owner.mutate('memberInvite', invited, 'acceptUrl'))
    const hook = { organizationId: organization, url: 'https://hooks.example.com/keyward', events: ['API_KEY_LEAKED'] }
    webhook = (await owner.mutate('webhookCreate', hook, 'webhook { id }')).webhook.id
  })
  afterAll(() => setting?.close())

  const dialog = (page: Page) => page.getByRole('dialog')

  test('has only accessible pages in light and dark mode, which fit a width of 360 pixels', async () => {
    const at = `/o/${organization}`
    const project = `${at}/projects/${production}`
    /** Every route, with the addresses to open and the heading of each. */
    const pages: Record<string, [path: string, heading: string][]> = {
      '/sign-in': [['/sign-in', 'Keyward']],
      '/forgot-password': [['/forgot-password', 'Forgot password?']],
      '/reset-password': [['/reset-password#token=abc', 'Set a new password']],
      '/verify-email': [['/verify-email#token=abc', 'Verify your address']],
      // First without a token, because the page keeps one and does not load again if only the fragment changes.
      '/invitations/accept': [
        ['/invitations/accept', 'No invitation'],
        [`${new URL(acceptUrl).pathname}?next=%2F${new URL(acceptUrl).hash}`, 'You are invited'],
      ],
      '/device': [['/device', 'Sign a program in']],
      '/welcome': [['/welcome', 'New organization']],
      '/account': [['/account', 'Account']],
      '/instance': [['/instance', 'Instance health']],
      '/o/$organizationId/keys': [[`${at}/keys`, 'API keys']],
      '/o/$organizationId/projects': [[`${at}/projects`, 'Projects']],
      '/o/$organizationId/costs': [[`${at}/costs?by=TAG&tag=team`, 'Costs']],
      '/o/$organizationId/playground': [[`${at}/playground`, 'Playground']],
      '/o/$organizationId/members': [[`${at}/members`, 'Members']],
      '/o/$organizationId/service-accounts': [[`${at}/service-accounts`, 'Service accounts']],
      '/o/$organizationId/webhooks': [[`${at}/webhooks`, 'Webhooks']],
      '/o/$organizationId/webhooks/$webhookId': [[`${at}/webhooks/${webhook}`, 'https://hooks.example.com/keyward']],
      '/o/$organizationId/audit': [[`${at}/audit`, 'Audit log']],
      '/o/$organizationId/settings': [[`${at}/settings`, 'Settings']],
      '/o/$organizationId/projects/$projectId': [[project, 'Production']],
      '/o/$organizationId/projects/$projectId/keys/$keyId': [[keyPath, 'Website chat']],
      '/o/$organizationId/projects/$projectId/collaborators': [[`${project}/collaborators`, 'Production']],
      '/o/$organizationId/projects/$projectId/costs': [[`${project}/costs`, 'Production']],
      '/o/$organizationId/projects/$projectId/audit': [[`${project}/audit`, 'Production']],
      '/o/$organizationId/projects/$projectId/settings': [[`${project}/settings`, 'Production']],
    }
    const found: Record<string, string[]> = {}
    /** Looks at a page in both sizes and color schemes. */
    const look = async (name: string, page: Page) => {
      for (const { width, colorScheme } of LOOKS) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 800 })
        const findings = [...(await findingsOf(page)), ...(await crampedOf(page))]
        const used = await page.evaluate(() => document.documentElement.scrollWidth)
        if (used > width) findings.push(`is ${used} pixels wide`)
        if (findings.length > 0) found[`${name} ${width} ${colorScheme}`] = findings
      }
    }
    const signedIn = await setting.open(owner)
    const signedOut = await setting.open(null)
    await signedOut.goto(`${setting.base}/sign-in`)
    const routes = await signedOut.evaluate(() => Object.keys(window.__TSR_ROUTER__?.routesByPath ?? {}))
    // Both lead to another page.
    const shown = routes.filter((path) => path !== '/' && path !== '/o/$organizationId')
    expect(Object.keys(pages).sort(), 'a page without a row here').toEqual(shown.sort())
    for (const [path, heading] of Object.values(pages).flat()) {
      const page = /^.(sign-in|forgot|reset|verify|invitations)/.test(path) ? signedOut : signedIn
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

  test('the pages load nothing from other origins and never violate their content security policy', () => {
    expect(setting.complaints).toEqual([])
  })
})
