import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { join } from '../../infra/world.ts'
import { createAcme, leave, openSetting, type Person, type Setting } from './setting.ts'

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  let owner: Person
  let organization: string
  beforeAll(async () => {
    setting = await openSetting()
    ;({ owner, organization } = await createAcme(setting))
  })
  afterAll(() => setting?.close())

  const dialog = (page: Page) => page.getByRole('dialog')
  const send = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true }).click()

  test('offers the ownership to a member, who can decline or accept it', async () => {
    const heir = await setting.createPerson('Mei')
    await join(owner, organization, heir, 'MEMBER')
    const [giving, taking] = [await setting.open(owner), await setting.open(heir)]
    const offer = async () => {
      await giving.goto(`${setting.base}/o/${organization}/members`)
      await giving.getByRole('button', { name: 'Actions for Mei' }).click()
      await giving.getByRole('menuitem', { name: 'Offer the ownership' }).click()
      await send(giving, 'Offer the ownership')
      await giving.getByText('You offered the ownership of “Acme” to Mei').waitFor()
      await taking.goto(`${setting.base}/o/${organization}/keys`)
      await taking.getByText('The ownership of “Acme” is offered to you').waitFor()
    }
    await offer()
    await taking.getByRole('button', { name: 'Decline' }).click()
    await send(taking, 'Decline')
    await expect.poll(() => taking.getByText('is offered to you').count()).toBe(0)
    await offer()
    await taking.getByRole('button', { name: 'Accept' }).click()
    await send(taking, 'Accept the ownership')
    await expect.poll(() => taking.getByText('is offered to you').count()).toBe(0)
    await taking.getByRole('link', { name: 'Settings', exact: true }).waitFor()
    const { data } = await heir.ask('query ($id: ID!) { organization(id: $id) { viewerRole } }', { id: organization })
    expect(data.organization.viewerRole).toBe('OWNER')
    for (const page of [giving, taking]) await leave(page)
  })

  test('rotates a webhook’s signing secret and shows the new secret once', async () => {
    const input = {
      organizationId: organization,
      url: 'https://hooks.example.com/keyward',
      events: ['API_KEY_REVOKED'],
    }
    const made = await owner.mutate('webhookCreate', input, 'webhook { id } secret')
    const page = await setting.open(owner)
    await page.goto(`${setting.base}/o/${organization}/webhooks/${made.webhook.id}`)
    await page.getByRole('button', { name: 'Rotate secret' }).click()
    await send(page, 'Rotate the secret')
    const secret = await dialog(page)
      .getByText(/^whsec_/)
      .textContent()
    expect(secret).not.toBe(made.secret)
    await leave(page)
  })

  test('requests nothing from other origins and never violates its content security policy', () => {
    expect(setting.complaints).toEqual([])
  })
})
