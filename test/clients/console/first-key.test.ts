import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { PASSWORD } from '../../infra/server/open-app.ts'
import { leave, openSetting, type Setting } from './setting.ts'

test.skipIf(chromiumPath !== null)('the console is skipped without Chromium (set KEYWARD_CHROMIUM)', ({ skip }) => {
  skip('no Chromium found')
})

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  beforeAll(async () => {
    setting = await openSetting()
  })
  afterAll(() => setting?.close())

  const dialog = (page: Page) => page.getByRole('dialog')

  test('guides a new user to a first key, and asks for confirmation before discarding its secret', async () => {
    const page = await setting.open(null)
    await page.goto(setting.base)
    const token = page.getByLabel('Setup token')
    await page.getByLabel('Name').waitFor()
    await page.getByLabel('Name').fill('Olivia')
    await page.getByLabel('E-mail address').fill('olivia@example.com')
    await page.getByLabel('Password').fill(PASSWORD)
    if (await token.isVisible()) {
      await token.fill('0000-of-another-start')
      await page.getByRole('button', { name: 'Create account' }).click()
      // Failed while it was shown below the form, in the words of the hint.
      await expect.poll(() => token.getAttribute('aria-invalid')).toBe('true')
      await page.getByText('This setup token is wrong').waitFor()
      await token.fill(setting.setup)
    }
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
    await leave(page)
  })

  test('requests nothing from other origins and never violates its content security policy', () => {
    expect(setting.complaints).toEqual([])
  })
})
