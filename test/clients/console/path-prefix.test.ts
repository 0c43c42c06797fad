import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Listener, listen } from '@keyward/server/http/listen'
import { createPerson } from '@keyward/server/identity/accounts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientOf } from '../../infra/app.ts'
import { cheapPasswords } from '../../infra/cheap-passwords.ts'
import { codeBlocks } from '../../infra/docs/code-block.ts'
import { hasNginx, startNginx, whyNoNginx } from '../../infra/network/nginx.ts'
import {
  chromiumPath,
  execute,
  freePort,
  launchChromium,
  openPage,
  openTab,
  sendSignIn,
  type Watched,
} from '../../infra/server/chromium.ts'
import { type OpenApp, openApp, PASSWORD, post, sessionOf } from '../../infra/server/open-app.ts'
import { createOrganization } from '../../infra/world.ts'
import { leave } from './setting.ts'

const ADA = { name: 'Ada', email: 'ada@example.com', password: PASSWORD }

/* The configurations in docs/operations/path-prefix.md, run by a real nginx. */

describe.each([
  ['unchanged', 0],
  ['without its prefix', 1],
])('behind an nginx that forwards the path %s', (_, index) => {
  describe.runIf(chromiumPath !== null && hasNginx)(`the console${whyNoNginx}`, () => {
    let opened: OpenApp
    let listener: Listener
    let browser: Browser
    let stopNginx: () => Promise<void>
    let base: string
    const watched: Watched = { outside: [], complaints: [] }

    beforeAll(async () => {
      const port = await freePort()
      base = `http://127.0.0.1:${port}/keys`
      opened = await openApp({ KEYWARD_PUBLIC_URL: base })
      listener = await listen(opened.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
      await createPerson(opened.database, ADA, cheapPasswords)
      const configuration = codeBlocks('docs/operations/path-prefix.md', 'nginx')[index] ?? ''
      stopNginx = await startNginx(
        port,
        configuration
          .replace('127.0.0.1:8443', `127.0.0.1:${port}`)
          .replace('127.0.0.1:4000', new URL(listener.url).host),
      )
      browser = await launchChromium()
    })
    afterAll(async () => {
      await browser?.close()
      await stopNginx?.()
      await listener?.stop(1_000)
      await opened?.close()
    })

    /** Addresses in the page that lead out of the prefix. */
    const addressesOutside = (page: Page) =>
      page.evaluate((prefix) => {
        const names = ['href', 'src', 'action']
        const found = names.flatMap((name) =>
          [...document.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name) ?? ''),
        )
        // Passkeys belong to a name: their link opens the same page by it.
        const at = (address: string) => new URL(address, location.href).href.replace('//localhost:', '//127.0.0.1:')
        return found.filter((address) => !address.startsWith('#') && !at(address).startsWith(prefix))
      }, `${base}/`)

    test('uses only addresses within the prefix for sign-in, keys and GraphiQL', async () => {
      const session = await post(
        opened.app,
        '/auth/sign-in/email',
        { email: ADA.email, password: PASSWORD },
        { origin: new URL(base).origin },
      )
      const { id: organization } = await createOrganization(
        clientOf(opened.app, sessionOf(session).bearer.replace('Bearer ', '')),
        'Acme',
      )
      const page = await openPage(browser, `${base}/`, watched)
      await page.goto(`${base}/`)
      await page.waitForURL(`${base}/sign-in`)
      await sendSignIn(page, ADA)
      await page.waitForURL(`${base}/o/${organization}/keys`)
      await page.getByRole('button', { name: 'Create key' }).first().click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name').fill('Website chat')
      await dialog.getByRole('button', { name: 'Create key' }).click()
      await dialog.getByText(`curl ${base}/graphql`).waitFor()
      await dialog.getByRole('button', { name: 'Copy', exact: true }).click()
      await dialog.getByRole('button', { name: 'Done' }).click()
      await page.getByRole('link', { name: 'Website chat' }).click()
      await page.getByRole('heading', { name: 'Website chat', level: 1 }).waitFor()
      expect(page.url()).toMatch(/\/keys\/o\/org_\w+\/projects\/prj_\w+\/keys\/key_\w+$/)
      expect(await addressesOutside(page)).toEqual([])
      // At any depth, the page loads its files again.
      await page.reload()
      await page.getByRole('heading', { name: 'Website chat', level: 1 }).waitFor()
      await page.getByRole('button', { name: /Ada/ }).click()
      await page.getByRole('menuitem', { name: 'Open GraphiQL' }).click()
      await page.getByText(`Signed in as ${ADA.email}`).waitFor()
      expect(new URL(page.url()).pathname).toBe('/keys/graphql')
      await openTab(page, 'ListKeys')
      const listed = await (await execute(page, 'ListKeys')).json()
      expect(listed.data.project.apiKeys.nodes).toMatchObject([{ name: 'Website chat' }])
      expect(await addressesOutside(page)).toEqual([])
      await page.getByRole('link', { name: 'Account' }).click()
      await page.waitForURL(`${base}/o/${organization}/keys`)
      await page.goto(`${base}/account`)
      await page.getByRole('heading', { name: 'Account', level: 1 }).waitFor()
      expect(await addressesOutside(page)).toEqual([])
      await page.getByRole('button', { name: /Ada/ }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.waitForURL(`${base}/sign-in`)
      expect(
        await page
          .context()
          .cookies()
          .then((cookies) => cookies.map(({ path }) => path)),
      ).toEqual(['/keys/auth'])
      await leave(page)
    })

    test('a page that needs a session returns to its address after sign-in', async () => {
      const page = await openPage(browser, `${base}/`, watched)
      await page.goto(`${base}/device?user_code=ABCD`)
      await page.waitForURL(/\/keys\/sign-in\?/)
      await sendSignIn(page, ADA)
      await page.waitForURL(`${base}/device?user_code=ABCD`)
      await page.getByRole('heading', { name: 'Sign a program in', level: 1 }).waitFor()
      expect(await addressesOutside(page)).toEqual([])
      await leave(page)
    })

    test('no page sends a request outside the prefix or violates its content security policy', () => {
      expect(watched).toEqual({ outside: [], complaints: [] })
    })

    test('nginx redirects the prefix without a trailing slash', async () => {
      const response = await fetch(base, { redirect: 'manual' })
      expect([response.status, new URL(response.headers.get('location') ?? '', base).pathname]).toEqual([301, '/keys/'])
    })

    test.each(['/keys/authorize', '/keys/health/ready', '/keys/keys/authorize', '/keys/keys/health/ready'])(
      'nginx does not publish %s',
      async (path) => {
        const response = await fetch(new URL(path, base))
        expect([response.status, await response.text()]).toEqual([404, expect.not.stringContaining('ready')])
      },
    )
  })
})

test('the built console contains no absolute address of its own files', () => {
  const folder = new URL('../../../console/dist/', import.meta.url).pathname
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(html|css|js)$/.test(name),
  )
  expect(files.length).toBeGreaterThan(3)
  // Files, API paths and pages. The router's own table has paths without the prefix, in other forms.
  const absolute =
    /(?:href|src|action)=["']\/[^"']*|url\(["']?\/[^)]*|["'`]\/assets\/[^"'`]*|(?:fetch|assign|replace)\(["'`]\/[^"'`]*/g
  const found = files.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(absolute)].map(([address]) => `${name}: ${address}`),
  )
  expect(found).toEqual([])
})
