import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGateway } from '../../../schema/gateway/service.ts'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { createKey, foreignSecret, sha256 } from '../../infra/world.ts'
import { createAcme, findingsOf, leave, openSetting, type Setting } from './setting.ts'

/** Keys of a page of the console. */
const PAGE = 25

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  beforeAll(async () => {
    setting = await openSetting()
  })
  afterAll(() => setting?.close())

  // Failed while a key without a budget showed only that it has none, and while the amounts vanished from a page with other
  // keys until they were read again.
  test('loads the month’s spending of all keys on a page with one request', async () => {
    const { owner, organization, production } = await createAcme(setting)
    const limits = { budgets: [{ period: 'MONTH', usd: '50' }] }
    const budgeted = await createKey(owner, production, 'With a budget', { limits })
    const free = await createKey(owner, production, 'Without a budget')
    await createKey(owner, production, 'Unused')
    // The newest are a full page of keys without a budget, which must be within the cost of one request.
    const rows = Array.from({ length: PAGE - 2 }, (_, row) => ({
      name: `Imported ${row}`,
      sha256: sha256(foreignSecret()),
      projectId: production,
    }))
    await owner.mutate('apiKeysImport', { organizationId: organization, rows })
    const { token } = await createGateway(setting.app.runtime, 'Edge')
    const occurredAt = setting.app.runtime.database.clock.now().toISOString()
    const events = [
      { credentialId: budgeted.id, cost: '2.5' },
      { credentialId: free.id, cost: '1.25' },
    ].map((event, index) => ({ eventId: `event-${index}`, workload: 'INFERENCE', occurredAt, ...event }))
    const recorded = await setting.as(token).mutate('usageRecord', { events }, 'recorded rejected { message }')
    expect(recorded).toMatchObject({ recorded: 2, rejected: [] })

    const page = await setting.open(owner)
    const questions: string[] = []
    page.on('request', (request) => {
      const body = request.postData() ?? ''
      if (body.includes('KeySpend')) questions.push(body)
    })
    await page.goto(`${setting.base}/o/${organization}/keys`)
    const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
    await row('Without a budget').getByText('$1.25 this month').waitFor()
    await row('Unused').getByText('$0.00 this month').waitFor()
    expect(questions).toHaveLength(1)
    expect(questions[0]?.match(/key_\w{26}/g)).toHaveLength(PAGE)

    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('KeySpend')) await released
      await route.continue()
    })
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click()
    await row('With a budget').getByText('$2.50 of $50').waitFor()
    expect(await row('Unused').textContent()).toContain('$0.00 this month')
    release()
    await expect.poll(() => questions.length).toBe(2)
    expect(await findingsOf(page)).toEqual([])
    await leave(page)
    expect(setting.complaints).toEqual([])
  })
})
