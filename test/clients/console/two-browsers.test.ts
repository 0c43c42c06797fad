import { setTimeout as delay } from 'node:timers/promises'
import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientOf } from '../../infra/app.ts'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { createKey, createOrganization, createProject } from '../../infra/world.ts'
import { leave, openSetting, type Person, type Setting } from './setting.ts'

/** Time for which the server is away: several of the client's attempts to connect again. */
const AWAY_MS = 4_000

/** Streams of events that a page has open now. */
function watchStreams(page: Page): () => number {
  const open = new Set<Request>()
  page.on('response', (response) => {
    if (response.headers()['content-type']?.includes('text/event-stream')) open.add(response.request())
  })
  for (const ended of ['requestfinished', 'requestfailed'] as const)
    page.on(ended as 'requestfinished', (request) => open.delete(request))
  return () => open.size
}

/** Requests of a page whose body contains a text, such as the name of an operation. */
function watchRequests(page: Page, text: string): Request[] {
  const sent: Request[] = []
  page.on('request', (request) => {
    if (request.postData()?.includes(text)) sent.push(request)
  })
  return sent
}

describe.runIf(chromiumPath !== null)('two browsers', () => {
  let setting: Setting
  let owner: Person
  let organization: string
  let project: string

  beforeAll(async () => {
    setting = await openSetting()
    owner = await setting.createPerson('Olivia')
    organization = (await createOrganization(owner, 'Acme')).id
    project = await createProject(owner, organization, 'Production')
  })
  afterAll(() => setting?.close())

  test('see each other’s revocations, and catch up after a server outage', async () => {
    const addresses = [`/o/${organization}/projects/${project}`, `/o/${organization}/keys`]
    await createKey(owner, project, 'Seen at once')
    const { id: whileAway } = await createKey(owner, project, 'Revoked while away')
    const pages = [await setting.open(owner), await setting.open(owner)] as const
    const [one, other] = pages
    const streams = pages.map(watchStreams)
    const openStreams = () => streams.map((count) => count())
    // The page of the project in one, and of all keys of the organization in the other.
    for (const [index, page] of pages.entries()) {
      await page.goto(setting.base + addresses[index])
      await page.getByRole('link', { name: 'Seen at once' }).waitFor()
    }
    await expect.poll(openStreams).toEqual([1, 1])

    await one.getByRole('button', { name: 'Actions for Seen at once' }).click()
    await one.getByRole('menuitem', { name: 'Revoke' }).click()
    const revoke = one.getByRole('dialog').getByRole('button', { name: 'Revoke key' })
    await revoke.waitFor()
    const started = performance.now()
    const seen = other.getByRole('link', { name: 'Seen at once' }).waitFor({ state: 'detached' })
    const answered = one
      .waitForResponse((response) => response.request().postData()?.includes('apiKeyRevoke') === true)
      .then(() => performance.now())
    await revoke.click()
    await seen
    const ended = performance.now()
    const [clicked, confirmed] = [started, await answered].map((start) => Math.round(ended - start))
    console.log(
      `The other browser showed the revocation ${clicked} ms after the click, ${confirmed} ms after its response`,
    )
    expect(openStreams()).toEqual([1, 1])

    await setting.stop()
    await expect.poll(openStreams).toEqual([0, 0])
    await delay(AWAY_MS)
    const back = performance.now()
    await setting.start((app) => clientOf(app, owner.token ?? '').mutate('apiKeyRevoke', { id: whileAway }))
    for (const page of pages)
      await expect.poll(() => page.getByRole('link', { name: 'Revoked while away' }).count()).toBe(0)
    console.log(`Both browsers caught up ${Math.round(performance.now() - back)} ms after the server was started again`)
    await expect.poll(openStreams).toEqual([1, 1])
    for (const page of pages) expect(await page.getByRole('alert').count()).toBe(0)
    for (const page of pages) await leave(page)
  })

  test('a hidden page closes its stream, and catches up when shown again', async () => {
    const { id } = await createKey(owner, project, 'Revoked while hidden')
    const page = await setting.open(owner)
    const openStreams = watchStreams(page)
    await page.goto(`${setting.base}/o/${organization}/keys`)
    await page.getByRole('link', { name: 'Revoked while hidden' }).waitFor()
    await expect.poll(openStreams).toBe(1)
    const show = (state: 'hidden' | 'visible') =>
      page.evaluate((given) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, value: given })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
    await show('hidden')
    await expect.poll(openStreams).toBe(0)
    await owner.mutate('apiKeyRevoke', { id })
    await show('visible')
    await expect.poll(() => page.getByRole('link', { name: 'Revoked while hidden' }).count()).toBe(0)
    await expect.poll(openStreams).toBe(1)
    await leave(page)
  })
  test('the project page reloads its key counts only after its own changes', async () => {
    const elsewhere = await createProject(owner, organization, 'Staging')
    const ofProject = await setting.open(owner)
    const ofAll = await setting.open(owner)
    const streams = [watchStreams(ofProject), watchStreams(ofAll)]
    const counts = [watchRequests(ofProject, 'KeyCounts'), watchRequests(ofAll, 'KeyCounts')] as const
    await ofProject.goto(`${setting.base}/o/${organization}/projects/${project}`)
    await ofAll.goto(`${setting.base}/o/${organization}/keys`)
    await expect.poll(() => streams.map((count) => count())).toEqual([1, 1])
    await expect.poll(() => counts.map((sent) => sent.length)).toEqual([1, 1])
    await createKey(owner, elsewhere, 'Of another project')
    await expect.poll(() => counts[1].length, { timeout: 10_000 }).toBe(2)
    await createKey(owner, project, 'Of this project')
    await expect.poll(() => counts[1].length, { timeout: 10_000 }).toBe(3)
    await expect.poll(() => counts[0].length, { timeout: 10_000 }).toBe(2)
    await leave(ofProject)
    await leave(ofAll)
  })

  test('a page whose stream is rejected by an older server retries once before it waits', async () => {
    const page = await setting.open(owner)
    const openStreams = watchStreams(page)
    const attempts: number[] = []
    await page.route('**/graphql', async (route) => {
      if (attempts.length >= 3 || !route.request().postData()?.includes('changeCursor')) return route.continue()
      attempts.push(performance.now())
      const error = { message: 'Cannot query field "changeCursor".', extensions: { code: 'BAD_REQUEST' } }
      await route.fulfill({ status: 400, json: { errors: [error] } })
    })
    await page.goto(`${setting.base}/o/${organization}/keys`)
    await expect.poll(openStreams, { timeout: 20_000 }).toBe(1)
    const [, second = 0, third = 0] = attempts
    expect(third - second).toBeGreaterThan(900)
    await leave(page)
  })
})
