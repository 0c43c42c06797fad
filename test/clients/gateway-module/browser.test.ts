import { createServer, type Server } from 'node:http'
import { exchangeToken } from '@keyward/sdk'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { chromiumPath, freePort, launchChromium } from '../../infra/server/chromium.ts'
import { type Example, start } from './example.ts'
import { type ReportedWorld, startReportedWorld } from './usage-setting.ts'

/*
 * Web pages call sdk/examples/inference-server, which is on another origin, with a child token that is bound to one of them. Seen
 * red: without the check of origins in engine/decide.ts, the other page was served.
 */

const MODEL = 'example/porter'

test.skipIf(chromiumPath !== null)('pages are skipped without Chromium (set KEYWARD_CHROMIUM)', ({ skip }) => {
  skip('no Chromium found')
})

describe.runIf(chromiumPath !== null)('a child token bound to a web page', () => {
  let world: ReportedWorld
  let keyward: Listener
  let example: Example
  let browser: Browser
  /** The page that the token is for, and another one. */
  let own: string
  let other: string
  const sites: Server[] = []
  let secret = ''
  let keyId = ''

  /** A web site: its page, and `POST /session`, by which its server makes a token for a visitor. */
  async function openSite(port: number): Promise<void> {
    const origin = `http://127.0.0.1:${port}`
    const site = createServer(async (request, response) => {
      if (request.method !== 'POST') return response.setHeader('content-type', 'text/html').end('<title>A page</title>')
      const { token } = await exchangeToken({ secret, models: [MODEL], origins: [origin] }, { baseUrl: keyward.url })
      return response.setHeader('cache-control', 'no-store').end(token)
    })
    sites.push(site)
    await new Promise<void>((resolve) => site.listen(port, '127.0.0.1', resolve))
  }

  beforeAll(async () => {
    world = await startReportedWorld()
    const models = [{ slug: MODEL, displayName: 'Porter', workload: 'INFERENCE' as const, prices: [] }]
    await loadModels(world.app.runtime, { models })
    keyward = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
    ;({ id: keyId, secret } = await world.newKey())
    const ports = [await freePort(), await freePort()] as const
    own = `http://127.0.0.1:${ports[0]}`
    other = `http://127.0.0.1:${ports[1]}`
    for (const port of ports) await openSite(port)
    example = await start({
      KEYWARD_URL: keyward.url,
      KEYWARD_GATEWAY_TOKEN: world.gatewayToken,
      MODEL,
      // Both, so that the gateway denies the other page, and not the browser.
      CORS_ORIGINS: `${own}, ${other}`,
    })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    example?.kill('SIGKILL')
    await example?.ended
    for (const site of sites) site.close()
    await world?.close()
    await keyward?.stop(1_000)
  })

  async function open(url: string): Promise<Page> {
    const page = await browser.newPage()
    await page.goto(url)
    return page
  }

  /** Asks for a completion in a page. Returns its status and the reason of a denial. */
  const complete = (page: Page, token: string): Promise<[number, string | null]> =>
    page.evaluate(
      async ({ url, model, bearer }) => {
        const response = await fetch(`${url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 2 }),
        })
        await response.text()
        return [response.status, response.headers.get('keyward-reason')]
      },
      { url: example.url, model: MODEL, bearer: token },
    )

  const newToken = (page: Page) => page.evaluate(async () => (await fetch('/session', { method: 'POST' })).text())

  test('works only on its page, until its key is revoked', async () => {
    const [page, stranger] = [await open(own), await open(other)]
    const token = await newToken(page)
    expect(token).toMatch(/^kw_tmp_/)
    await expect.poll(() => complete(page, token)).toEqual([200, null])
    expect(await complete(stranger, token)).toEqual([403, 'ORIGIN_NOT_ALLOWED'])
    // The page of the token's own site is served still, and that of the other site with a token of its own.
    expect(await complete(page, token)).toEqual([200, null])
    expect(await complete(stranger, await newToken(stranger))).toEqual([200, null])
    // A program sends no origin.
    const plain = await fetch(`${example.url}/v1/models`, { headers: { authorization: `Bearer ${token}` } })
    expect([plain.status, plain.headers.get('keyward-reason')]).toEqual([403, 'ORIGIN_NOT_ALLOWED'])

    await world.owner.apiKeys.revoke({ id: keyId })
    const began = performance.now()
    await expect.poll(() => complete(page, token), { interval: 10 }).toEqual([401, 'REVOKED'])
    console.log(
      `The page was denied ${Math.round(performance.now() - began)} ms after the revocation (R4: at most 1,000).`,
    )
  })

  test('is not sent to a gateway whose preflight response does not allow its page', async () => {
    const page = await open(`http://localhost:${new URL(own).port}`)
    const failed = await complete(page, 'any').catch((error: Error) => error.message)
    expect(failed).toContain('Failed to fetch')
  })
})
