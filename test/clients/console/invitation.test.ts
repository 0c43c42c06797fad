import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { PASSWORD } from '../../infra/server/open-app.ts'
import { tokenOf } from '../../infra/world.ts'
import { createAcme, findingsOf, LOOKS, leave, openSetting, type Person, type Setting } from './setting.ts'

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  let owner: Person
  let organization: string
  let production: string
  beforeAll(async () => {
    setting = await openSetting()
    ;({ owner, organization, production } = await createAcme(setting))
  })
  afterAll(() => setting?.close())

  const look = async (page: Page) => {
    for (const { width, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })
      expect(await findingsOf(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    }
  }

  // Failed before: the page said only "You are invited", and the address mattered after the click.
  test('shows an invitation before sign-in, and offers to switch to the invited account', async () => {
    const other = await setting.createPerson('Otto')
    const { acceptUrl } = await owner.mutate(
      'collaboratorAdd',
      { projectId: production, email: 'ines@example.com', role: 'ADMIN' },
      'acceptUrl',
    )
    const page = await setting.open(other)
    const urls: string[] = []
    page.on('request', (request) => urls.push(request.url()))
    await page.goto(acceptUrl)
    await page.getByText('Olivia invites you to the project Production of Acme.').waitFor()
    await page.getByText('Production, as Admin').waitFor()
    await page.getByText('but the invitation was sent to i…@example.com').waitFor()
    expect(await page.getByRole('button', { name: 'Accept the invitation' }).count()).toBe(0)
    await look(page)
    await page.getByRole('button', { name: 'Use another account' }).click()
    await page.getByText('Sign in or create an account with the e-mail address i…@example.com.').waitFor()
    await look(page)
    await page.getByLabel('Name').fill('Ines')
    await page.getByLabel('E-mail address').fill('ines@example.com')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('tabpanel').getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('button', { name: 'Accept the invitation' }).waitFor()
    await look(page)
    await page.getByRole('button', { name: 'Accept the invitation' }).click()
    await page.waitForURL(({ pathname }) => pathname === `/o/${organization}/projects/${production}`)
    expect(urls.filter((url) => url.includes(tokenOf(acceptUrl)) && !url.includes('#token='))).toEqual([])
    await leave(page)

    const again = await setting.open(null)
    await again.goto(acceptUrl)
    await again.getByText('This invitation was already accepted.').waitFor()
    // Failed before: a link named them also after it was used.
    for (const name of ['Acme', 'Production', 'Olivia']) expect(await again.getByText(name).count()).toBe(0)
    await look(again)
    await again.goto(`${setting.base}/invitations/accept#token=unknown`)
    // Only the fragment differs, which loads no page.
    await again.reload()
    await again.getByText('No invitation has this link.').waitFor()
    await leave(again)
  })

  test('requests nothing from other origins and never violates its content security policy', () => {
    expect(setting.complaints).toEqual([])
  })
})
