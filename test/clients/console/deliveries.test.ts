import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { type Receiver, startReceiver } from '../../nouns/webhook/receiver.ts'
import { createAcme, findingsOf, LOOKS, leave, openSetting, type Person, type Setting } from './setting.ts'

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  let owner: Person
  let organization: string
  let receiver: Receiver
  beforeAll(async () => {
    receiver = await startReceiver()
    setting = await openSetting(async () => ({ KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow' }))
    ;({ owner, organization } = await createAcme(setting))
  })
  afterAll(async () => {
    await setting?.close()
    await receiver?.close()
  })

  test('lists a webhook’s failed messages and sends them again', async () => {
    receiver.reply = 503
    const input = { organizationId: organization, url: receiver.url, events: ['WEBHOOK_TEST'] }
    const { id } = (await owner.mutate('webhookCreate', input, 'webhook { id }')).webhook
    for (const _ of [1, 2]) await owner.mutate('webhookTest', { id })
    await expect.poll(() => receiver.received.length, { timeout: 15_000 }).toBe(2)
    // Disabling a webhook gives up what it has not delivered.
    await owner.mutate('webhookUpdate', { id, enabled: false })
    const page = await setting.open(owner)
    const dialog = page.getByRole('dialog')
    const rows = page.getByRole('table', { name: 'Deliveries' }).locator('tbody tr')
    await page.goto(`${setting.base}/o/${organization}/webhooks/${id}`)
    await expect.poll(() => rows.count()).toBe(2)
    expect(await page.getByRole('button', { name: 'Send failed again' }).count()).toBe(0)
    await owner.mutate('webhookUpdate', { id, enabled: true })
    receiver.reply = 204
    receiver.received.length = 0

    await page.getByRole('combobox', { name: 'State' }).selectOption('Failed')
    await expect.poll(() => new URL(page.url()).searchParams.get('status')).toBe('FAILED')
    await page.getByRole('button', { name: 'Send failed again' }).waitFor()
    await rows
      .first()
      .getByRole('button', { name: /^Details/ })
      .click()
    await dialog.getByText('"type": "WEBHOOK_TEST"').waitFor()
    for (const { width, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })
      expect(await findingsOf(page)).toEqual([])
    }
    await dialog.getByRole('button', { name: 'Send again' }).click()
    await dialog.getByText('Delivered', { exact: true }).first().waitFor()
    expect(receiver.received).toHaveLength(1)
    await page.keyboard.press('Escape')
    await expect.poll(() => rows.count()).toBe(1)

    await page.getByRole('button', { name: 'Send failed again' }).click()
    expect(await findingsOf(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('1 message is on the way again.').waitFor()
    await page.getByRole('combobox', { name: 'State' }).selectOption('Delivered')
    await expect.poll(() => rows.count(), { timeout: 15_000 }).toBe(2)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(2)
    expect(setting.complaints).toEqual([])
    await leave(page)
  })

  test('filters the audit log by event type and day', async () => {
    const page = await setting.open(owner)
    await page.goto(`${setting.base}/o/${organization}/audit`)
    await page.getByRole('link', { name: 'Webhook tested' }).first().click()
    const rows = page.getByRole('table', { name: 'Audit events' }).locator('tbody tr')
    await expect.poll(() => rows.count()).toBe(2)
    expect(new URL(page.url()).searchParams.get('action')).toBe('webhook.tested')
    await page.getByRole('button', { name: 'Show all events' }).click()
    await expect.poll(() => rows.count()).toBeGreaterThan(2)
    // Failed before: each typed digit counted as a day.
    const asked: string[] = []
    page.on('request', (request) => void asked.push(request.postData() ?? ''))
    await page.getByLabel('From').pressSequentially('01022031')
    await page.keyboard.press('Enter')
    await page.getByText('No events match').waitFor()
    expect(new URL(page.url()).searchParams.get('from')).toBe('2031-01-02')
    expect(asked.filter((body) => body.includes('"from"') && !/"from":"2031-01-0/.test(body))).toEqual([])
    await leave(page)
  })
})
