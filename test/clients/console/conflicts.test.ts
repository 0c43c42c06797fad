import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { addCollaborator, createKey, join } from '../../infra/world.ts'
import { createAcme, findingsOf, leave, openSetting, type Person, type Setting } from './setting.ts'

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  let owner: Person
  let page: Page
  let at: string
  let production: string
  let taken: string
  beforeAll(async () => {
    setting = await openSetting()
    const acme = await createAcme(setting)
    ;({ owner, production } = acme)
    const { organization: organizationId } = acme
    at = `${setting.base}/o/${organizationId}`
    taken = (await createKey(owner, production, 'Website chat')).id
    await createKey(owner, production, 'Batch')
    const mei = await join(owner, organizationId, await setting.createPerson('Mei'), 'MEMBER')
    await addCollaborator(owner, production, mei, 'MEMBER')
    await owner.mutate('serviceAccountCreate', { organizationId, name: 'Deployer', role: 'MEMBER' })
    page = await setting.open(owner)
  })
  afterAll(() => setting?.close())

  /** Sends the open form, and returns what its field says is wrong. */
  async function mistakeAt(label: string, action: string): Promise<string> {
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: action, exact: true }).click()
    const field = dialog.getByLabel(label, { exact: true })
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true')
    const described = (await field.getAttribute('aria-describedby')) ?? ''
    expect(await dialog.getByRole('alert').count()).toBe(0)
    expect(await findingsOf(page, '[role=dialog]')).toEqual([])
    return page.evaluate((id) => document.getElementById(id)?.textContent ?? '', described.split(' ').at(-1) ?? '')
  }

  // Failed while conflicts were shown under the form, without their holder.
  test('a name conflict shows an error at the Name field, with a link to the conflicting key', async () => {
    await page.goto(`${at}/projects/${production}`)
    await page.getByRole('button', { name: 'Create key' }).first().click()
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('website CHAT')
    expect(await mistakeAt('Name', 'Create key')).toMatch(/already has this name.*See: Website chat$/)
    const link = page.getByRole('dialog').getByRole('link', { name: 'Website chat' })
    await link.waitFor()
    const [opened] = await Promise.all([page.context().waitForEvent('page'), link.click()])
    await opened.getByRole('heading', { name: 'Website chat' }).waitFor()
    expect(opened.url()).toBe(`${at}/projects/${production}/keys/${taken}`)
    await opened.close()
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Actions for Batch' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Website chat')
    expect(await mistakeAt('Name', 'Rename')).toMatch(/See: Website chat$/)
  })

  test('collaborator and service account conflicts show errors at the fields', async () => {
    await page.goto(`${at}/projects/${production}/collaborators`)
    await page.getByRole('button', { name: 'Add member' }).click()
    await page.getByRole('dialog').getByRole('option', { name: /Mei/ }).waitFor({ state: 'attached' })
    await page
      .getByRole('dialog')
      .getByLabel('Member', { exact: true })
      .selectOption({ label: 'Mei (mei@example.com)' })
    expect(await mistakeAt('Member', 'Add')).toMatch(/Already a collaborator.*See: Mei$/)

    await page.goto(`${at}/service-accounts`)
    await page.getByRole('button', { name: 'Create service account' }).first().click()
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('deployer')
    expect(await mistakeAt('Name', 'Create service account')).toMatch(/already has this name.*See: Deployer$/)
    await leave(page)
    expect(setting.complaints).toEqual([])
  })
})
