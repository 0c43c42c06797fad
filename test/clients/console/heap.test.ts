import { setTimeout as delay } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { createKey } from '../../infra/world.ts'
import { createAcme, leave, openSetting, type Person, type Setting } from './setting.ts'

/*
 * The memory of a page that somebody keeps open. `pnpm test:nightly` pages through 380,000 keys for five minutes.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1'
const [KEYS, TURNS, PAUSE_MS] = isNightly ? [380_000, 600, 500] : [1_600, 60, 0]
const SLICE = 10_000
/** Turns before the first measurement, in which the page loads everything that it needs once. */
const WARM_UP = 10
/** A page of keys takes about 60 kB. */
const MOST_GROWTH = 4_000_000

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  return (await session.send('Runtime.getHeapUsage')).usedSize
}

describe.runIf(chromiumPath !== null)('the key list', () => {
  let setting: Setting
  let owner: Person
  let organization: string
  let key: string
  beforeAll(async () => {
    setting = await openSetting()
    const acme = await createAcme(setting)
    ;({ owner, organization } = acme)
    key = (await createKey(owner, acme.production, 'Changing')).id
    // In slices, since a statement may take 30 seconds.
    for (let from = 2; from <= KEYS; from += SLICE) {
      await setting.app.runtime.database.sql(
        `INSERT INTO api_key SELECT (jsonb_populate_record(k, jsonb_build_object(
           'id', gen_random_uuid(), 'name', 'key ' || n, 'name_key', 'key ' || n))).*
           FROM api_key k, generate_series(${from}, ${Math.min(KEYS, from + SLICE - 1)}) n WHERE k.id = $1`,
        [decodeId('ApiKey', key)],
      )
    }
  })
  afterAll(() => setting?.close())

  async function openNext(page: Page): Promise<void> {
    const row = page.getByRole('row').nth(1)
    const before = await row.textContent()
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Next' }).click()
    // Until then, the page shows the former rows.
    await expect.poll(() => row.textContent()).not.toBe(before)
  }

  // Failed with 10 MB more, while the console kept each page for five minutes.
  test('does not use more memory after many pages with live changes than after ten', async () => {
    const page = await setting.open(owner)
    await page.goto(`${setting.base}/o/${organization}/keys`)
    const session = await page.context().newCDPSession(page)
    let first = 0
    const sizes: number[] = []
    for (let index = 0; index < TURNS; index += 1) {
      await openNext(page)
      if (index % 5 === 0) await owner.mutate('apiKeyUpdate', { id: key, name: `Changing ${index}` })
      await delay(PAUSE_MS)
      if (index === WARM_UP) first = await heapOf(session)
      if (index % WARM_UP === 0) sizes.push(await heapOf(session))
    }
    console.log(`heap: ${sizes.map((size) => (size / 1e6).toFixed(1)).join(' ')} MB`)
    expect((await heapOf(session)) - first).toBeLessThan(MOST_GROWTH)
    await leave(page)
    expect(setting.complaints).toEqual([])
  }, 1_800_000)
})
