import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { type Person, startApp, type TestApp } from '../../infra/app.ts'
import { chromiumPath, launchChromium } from '../../infra/server/chromium.ts'
import { createOrganization, createProject } from '../../infra/world.ts'
import { buildPages, type Pages, signIn } from './setting.ts'

const CLIENTS = ['tanstack', 'apollo', 'urql', 'relay'] as const

test.skipIf(chromiumPath !== null)(
  'the React example is skipped without Chromium (set KEYWARD_CHROMIUM)',
  ({ skip }) => {
    skip('no Chromium found')
  },
)

describe.runIf(chromiumPath !== null)('the React example', () => {
  let app: TestApp
  let listener: Listener
  let pages: Pages
  let browser: Browser
  let owner: Person
  let organizationId: string
  let base: string
  const complaints: string[] = []

  beforeAll(async () => {
    pages = await buildPages()
    base = await pages.serve()
    app = await startApp({ environment: { KEYWARD_CORS_ORIGINS: base } })
    listener = await listen(app.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
    browser = await launchChromium()
    owner = await app.signUp('Rhea')
    organizationId = (await createOrganization(owner, 'React')).id
  })
  afterAll(async () => {
    await browser?.close()
    await pages?.close()
    await listener?.stop(1_000)
    await app?.close()
  })

  test('the first page in docs/react.md shows a project’s keys, and an error for an invalid id', async () => {
    const projectId = await createProject(owner, organizationId, 'Smallest')
    await owner.mutate('apiKeyCreate', { projectId, name: 'shown' })
    const page = await browser.newPage()
    const open = (id: string) =>
      page.goto(`${base}/smallest.html?${id}#url=${listener.url}&token=${owner.token}&projectId=${id}`)
    await open(projectId)
    await expect.poll(() => page.getByRole('cell', { name: 'shown' }).count()).toBe(1)
    await open('Smallest')
    await expect.poll(() => page.getByText('Ids begin with prj_').count()).toBe(1)
    await page.close()
  })

  /** Opens a client's page with a project. */
  async function open(client: string, projectId: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => complaints.push(`${client}: ${error.message}`))
    await page.goto(`${base}/${client}.html`)
    await signIn(page, listener.url, owner)
    await page.getByLabel('Project').selectOption(projectId)
    return page
  }

  const create = (projectId: string, name: string) =>
    owner.mutate('apiKeyCreate', { projectId, name }, 'apiKey { id } secret')

  const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })

  // Failed against builds that followed no changes, and against caches that did not know the types of errors.
  test.each(CLIENTS)(
    '%s lists, creates, rotates and revokes keys, and shows other people’s changes',
    async (client) => {
      const projectId = await createProject(owner, organizationId, client)
      for (let number = 1; number <= 12; number += 1) await create(projectId, `Key ${number}.`)
      const page = await open(client, projectId)
      await row(page, 'Key 12.').waitFor()
      expect(await page.getByRole('listitem').count()).toBe(10)
      await page.getByRole('button', { name: 'Show more' }).click()
      await row(page, 'Key 1.').waitFor()
      expect(await page.getByRole('listitem').count()).toBe(12)
      expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0)

      // Another client creates and revokes.
      const { apiKey } = await create(projectId, 'Of another')
      await row(page, 'Of another').waitFor()
      await owner.mutate('apiKeyRevoke', { id: apiKey.id })
      await row(page, 'Of another').getByText('revoked').waitFor()
      expect(await page.getByRole('listitem').allTextContents()).toHaveLength(13)

      await page.getByLabel('Name').fill('Key 3.')
      await page.getByRole('button', { name: 'Create key' }).click()
      await page.getByRole('alert').getByText('A live key of this project already has this name').waitFor()

      await page.getByLabel('Name').fill('Mine')
      await page.getByRole('button', { name: 'Create key' }).click()
      const secret = page.locator('[data-secret]')
      const first = (await secret.textContent()) ?? ''
      expect(first).toMatch(/^kw_proj_/)
      await row(page, 'Mine').waitFor()
      expect(await page.getByRole('alert').count()).toBe(0)

      await row(page, 'Mine').getByRole('button', { name: 'Rotate' }).click()
      await expect.poll(() => secret.textContent()).not.toBe(first)
      const rotated = (await secret.textContent()) ?? ''
      await row(page, 'Mine').getByText(rotated.slice(0, 12)).waitFor()
      await page.getByRole('button', { name: 'Done' }).click()
      expect(await page.content()).not.toContain(rotated)

      await row(page, 'Mine').getByRole('button', { name: 'Revoke' }).click()
      await row(page, 'Mine').getByRole('button', { name: 'Revoke permanently' }).click()
      await row(page, 'Mine').getByText('revoked').waitFor()
      expect(await page.getByRole('listitem').count()).toBe(14)
      await page.close()
      expect(complaints).toEqual([])
    },
  )
})
