import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { PASSWORD } from '../../infra/server/open-app.ts'
import { createKey } from '../../infra/world.ts'
import { createAcme, leave, openSetting, type Person, type Setting } from './setting.ts'

/** More stops than any page has. */
const MOST_STOPS = 80

/** Arabic and Latin next to each other: without isolation, text around it changes its order. */
const NAME = 'مفاتيح Acme 7'

describe.runIf(chromiumPath !== null)('the console for users without a mouse', () => {
  let setting: Setting
  let owner: Person
  let organization: string
  let production: string
  beforeAll(async () => {
    setting = await openSetting()
    ;({ owner, organization, production } = await createAcme(setting))
  })
  afterAll(() => setting?.close())

  /** Elements that had the focus and did not show it. */
  const unseen = new Set<string>()

  async function noteFocus(page: Page): Promise<void> {
    const found = await page.evaluate(() => {
      const focused = document.activeElement
      if (!focused || focused === document.body) return null
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused)
      const isSeen = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
      // Base UI keeps the focus within dialogs by invisible stops, which pass it on at once. A menu shows its current
      // entry by the background.
      const isMarked = ['data-base-ui-focus-guard', 'data-highlighted'].some((name) => focused.hasAttribute(name))
      return isSeen || isMarked ? null : focused.outerHTML.slice(0, 120)
    })
    if (found) unseen.add(found)
  }

  const isFocused = (target: Locator) =>
    target.evaluateAll((elements) => elements.some((element) => element === document.activeElement))

  /** Presses a key until an element has the focus. */
  async function reach(page: Page, target: Locator, key = 'Tab'): Promise<void> {
    await target.first().waitFor()
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      if (await isFocused(target)) return noteFocus(page)
      await page.keyboard.press(key)
      await noteFocus(page)
    }
    throw new Error(`The keyboard does not reach ${target}`)
  }

  async function press(page: Page, target: Locator): Promise<void> {
    await reach(page, target)
    await page.keyboard.press('Enter')
  }

  test('supports signing in, managing keys and inviting members with the keyboard', async () => {
    const page = await setting.open(null)
    const dialog = page.getByRole('dialog')
    const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
    const inDialog = (name: string) => dialog.getByRole('button', { name, exact: true })
    await page.goto(`${setting.base}/sign-in`)
    await reach(page, page.getByLabel('E-mail address'))
    await page.keyboard.type(owner.email)
    await reach(page, page.getByLabel('Password'))
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')

    await press(page, button('Create key').first())
    await reach(page, dialog.getByLabel('Name'))
    await page.keyboard.type('By keyboard')
    await page.keyboard.press('Enter')
    const copySecret = async () => {
      // The button has the focus when the secret appears. Failed before: the dialog moved it after a rotation.
      await expect.poll(() => isFocused(inDialog('Copy'))).toBe(true)
      await page.keyboard.press('Enter')
      await press(page, inDialog('Done'))
      await dialog.waitFor({ state: 'detached' })
    }
    await copySecret()
    const choose = async (entry: string) => {
      await press(page, button('Actions for By keyboard'))
      await reach(page, page.getByRole('menuitem', { name: entry, exact: true }), 'ArrowDown')
      await page.keyboard.press('Enter')
      await dialog.waitFor()
    }
    await choose('Rotate')
    await press(page, inDialog('Rotate'))
    await copySecret()
    await page.getByText('Rotating').waitFor()
    await choose('Revoke')
    await press(page, inDialog('Revoke key'))
    await page.getByRole('link', { name: 'By keyboard' }).waitFor({ state: 'detached' })

    await press(page, page.getByRole('link', { name: 'Members' }))
    await press(page, button('Invite member'))
    await reach(page, dialog.getByLabel('E-mail address'))
    await page.keyboard.type('ines@example.com')
    await page.keyboard.press('Enter')
    await dialog.getByText('invitations/accept').or(dialog.locator('[data-secret]')).first().waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.getByText('ines@example.com').first().waitFor()
    await leave(page)
    expect([...unseen]).toEqual([])
  })

  // Failed before: the audit log joined names and other text in one run.
  test('isolates right-to-left names, and fits pages at 200 % zoom', async () => {
    await owner.mutate('projectUpdate', { id: production, name: NAME })
    await owner.mutate('organizationUpdate', { id: organization, name: NAME })
    const key = await createKey(owner, production, NAME)
    const at = `/o/${organization}`
    const page = await setting.open(owner)
    // Half of 1280 pixels, as a zoom of 200 % leaves them.
    await page.setViewportSize({ width: 640, height: 400 })
    const project = `${at}/projects/${production}`
    const paths = [
      'keys',
      'projects',
      'costs',
      'playground',
      'members',
      'service-accounts',
      'webhooks',
      'audit',
      'settings',
    ]
    const wrong: string[] = []
    for (const path of [
      ...paths.map((name) => `${at}/${name}`),
      project,
      ...['collaborators', 'costs', 'audit', 'settings', `keys/${key.id}`].map((name) => `${project}/${name}`),
      '/account',
    ]) {
      await page.goto(setting.base + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await expect.poll(() => page.getByText('Loading…').count()).toBe(0)
      const found = await page.evaluate(() => {
        const bad: string[] = []
        const used = document.documentElement.scrollWidth
        if (used > innerWidth) bad.push(`is ${used} pixels wide`)
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
        for (let text = texts.nextNode(); text; text = texts.nextNode()) {
          const parent = text.parentElement
          if (!parent || !/[\u0590-\u08ff]/.test(text.textContent ?? '')) continue
          if (!parent.closest('bdi, [dir=auto], option, script')) bad.push(parent.outerHTML.slice(0, 160))
        }
        return bad
      })
      wrong.push(...found.map((each) => `${path.replace(/(org|prj|key)_\w+/g, '$1')}: ${each}`))
    }
    await leave(page)
    expect(wrong).toEqual([])
  })
})
