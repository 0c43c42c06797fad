import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { hourOf } from '../../../schema/denial/count.ts'
import { recordDenials } from '../../../schema/denial/record.ts'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { openSetting, type Setting } from './setting.ts'

describe.runIf(chromiumPath !== null)('the costs page', () => {
  let setting: Setting
  beforeAll(async () => {
    setting = await openSetting()
  })
  afterAll(() => setting?.close())

  test('shows denied requests by reason and by key for the selected days', async () => {
    const owner = await setting.createPerson('Dora')
    const { id, defaultProject } = await createOrganization(owner, 'Denied')
    const { database } = setting.app.runtime
    const keys = [
      ['in a loop', { REVOKED: 13_400 }],
      ['checkout', { MODEL_NOT_ALLOWED: 40, RATE_LIMITED: 210 }],
    ] as const
    for (const [name, counts] of keys) {
      const key = await createKey(owner, defaultProject, name)
      const of = {
        kind: 'API_KEY' as const,
        id: decodeId('ApiKey', key.id) ?? '',
        organizationId: decodeId('Organization', id) ?? '',
        projectId: decodeId('Project', defaultProject) ?? '',
        hour: new Date(hourOf(database.clock.now().getTime())),
      }
      const all = Object.entries(counts).map(([reason, count]) => ({ ...of, reason: reason as 'REVOKED', count }))
      await recordDenials(database, randomUUID(), all)
    }
    const page = await setting.open(owner)
    await page.goto(`${setting.base}/o/${id}/costs`)
    const table = page.getByRole('table', { name: 'Denied requests by key' })
    await table.waitFor()
    expect(await table.getByRole('row').allInnerTexts()).toEqual([
      expect.stringMatching(/Key/),
      expect.stringMatching(/in a loop[\s\S]*Key is revoked[\s\S]*13,400/),
      expect.stringMatching(/checkout[\s\S]*Rate limit[\s\S]*250/),
    ])
    await table.getByRole('link', { name: 'in a loop' }).click()
    await page.getByRole('heading', { name: 'in a loop' }).waitFor()

    // Failed before: an empty period was asked for, and a day in Nepal, at 18:15 UTC, divides an hour that has one sum.
    for (const zone of ['UTC', 'Asia/Kathmandu']) {
      await page.goto(`${setting.base}/o/${id}/costs?days=1&zone=${encodeURIComponent(zone)}`)
      await table.waitFor()
      expect(await table.getByRole('row').count()).toBe(3)
      expect(await page.getByText('Days are shown in UTC').count()).toBe(zone === 'UTC' ? 0 : 1)
    }

    // The day that it is now in zones at both ends of the calendar, and the days before it.
    for (const zone of ['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      const dayIn = (daysAgo: number) =>
        new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: zone }).format(
          Date.now() - daysAgo * 86_400_000,
        )
      const [today, before, long] = [dayIn(0), dayIn(2), dayIn(9)]
      const span = (from: string, to: string) =>
        page.goto(`${setting.base}/o/${id}/costs?from=${from}&to=${to}&zone=${encodeURIComponent(zone)}`)
      await span(before, today)
      await table.waitFor()
      await page.getByText(`${before} to ${today}`).waitFor()
      await span(long, before)
      await page.getByText(`${long} to ${before}`).waitFor()
      await expect.poll(() => page.getByText('Loading…').count()).toBe(0)
      expect(await table.count()).toBe(0)
    }
    // Typed, as people do. Failed before: each digit counted as a day, and the field with the year 0002 was exchanged.
    await page.getByLabel('From').fill('2026-02-01')
    await page.getByLabel('To').pressSequentially('02282026')
    await page.keyboard.press('Enter')
    await page.getByText('2026-02-01 to 2026-02-28').waitFor()
    await page.getByRole('combobox', { name: 'Range' }).selectOption('Today')
    await page.getByText('Today', { exact: true }).last().waitFor()
    expect(new URL(page.url()).searchParams.get('from')).toBe(null)
    await page.getByRole('combobox', { name: 'Range' }).selectOption('Custom')
    await page.getByLabel('From').waitFor()
    expect(setting.complaints).toEqual([])
  })
})
