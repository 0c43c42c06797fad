import { type Listener, listen } from '@keyward/server/http/listen'
import { createPerson } from '@keyward/server/identity/accounts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientOf } from '../../infra/app.ts'
import { cheapPasswords } from '../../infra/cheap-passwords.ts'
import {
  chromiumPath,
  freePort,
  launchChromium,
  openPage,
  sendSignIn,
  type Watched,
} from '../../infra/server/chromium.ts'
import { type OpenApp, openApp, PASSWORD, post, sessionOf } from '../../infra/server/open-app.ts'
import { createKey, createOrganization, join } from '../../infra/world.ts'
import { startGateway } from '../../nouns/verification/gateway.ts'
import { crampedOf, leave } from './setting.ts'

describe.runIf(chromiumPath !== null)('the instance health page', () => {
  let opened: OpenApp
  let listener: Listener
  let browser: Browser
  let base: string
  let organization: string
  const watched: Watched = { outside: [], complaints: [] }
  const person = (name: string) => ({ name, email: `${name.toLowerCase()}@example.com`, password: PASSWORD })

  beforeAll(async () => {
    const port = await freePort()
    base = `http://127.0.0.1:${port}`
    opened = await openApp({ KEYWARD_PUBLIC_URL: base, KEYWARD_AUDIT_SINK: '/nowhere/audit.jsonl' })
    for (const name of ['Olivia', 'Mei']) await createPerson(opened.database, person(name), cheapPasswords)
    const clientFor = async (name: string) => {
      const { email, password } = person(name)
      const session = await post(opened.app, '/auth/sign-in/email', { email, password }, { origin: base })
      return { ...clientOf(opened.app, sessionOf(session).bearer.replace('Bearer ', '')), email }
    }
    const olivia = await clientFor('Olivia')
    const { data } = await olivia.ask('{ viewer { user { id } } }')
    const app = await opened.replica({ KEYWARD_OPERATORS: data.viewer.user.id })
    listener = await listen(app, { host: '127.0.0.1', port, trustedProxies: null })
    const { id, defaultProject } = await createOrganization(olivia, 'Acme')
    organization = id
    await join(olivia, id, await clientFor('Mei'), 'MEMBER')
    const { secret } = await createKey(olivia, defaultProject, 'Website chat')
    const { token } = await startGateway({ app, client: (given) => clientOf(app, given) })
    const ask = (bearer: string) =>
      fetch(`${base}/authorize`, { headers: { 'keyward-gateway': token, authorization: `Bearer ${bearer}` } })
    for (let count = 0; count < 12; count += 1) await ask(secret)
    await ask('kw_proj_wrong')
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await listener?.stop(1_000)
    await opened?.close()
  })

  test('tells operators how to configure an inference endpoint, and others whom to ask', async () => {
    const advice = async (name: string) => {
      const page = await openPage(browser, base, watched)
      await page.goto(`${base}/sign-in`)
      await sendSignIn(page, person(name))
      await page.getByRole('button', { name }).waitFor()
      await page.goto(`${base}/o/${organization}/playground`)
      await page.getByRole('heading', { name: 'No inference endpoint' }).waitFor()
      const text = (await page.getByText('This instance is not connected').textContent()) ?? ''
      await leave(page)
      return text
    }
    expect(await advice('Olivia')).toContain('set KEYWARD_INFERENCE_URL to the address')
    expect(await advice('Mei')).toContain('Ask the operator of the instance to set KEYWARD_INFERENCE_URL')
  })

  test('shows operators the metrics of the instance and the process', async () => {
    const page = await openPage(browser, base, watched)
    await page.goto(`${base}/sign-in`)
    await sendSignIn(page, person('Olivia'))
    await page.getByRole('button', { name: /Olivia/ }).click()
    await page.getByRole('menuitem', { name: 'Instance health' }).click()
    await page.getByRole('heading', { name: 'Instance health', level: 1 }).waitFor()
    const instance = page.getByRole('region', { name: 'Instance', exact: true })
    await instance.getByText('Answers').waitFor()
    // Nothing streams the events of this instance.
    await expect.poll(() => instance.textContent()).toMatch(/Audit events to stream[1-9]/)
    await page.getByRole('row', { name: 'ALLOWED 12' }).waitFor()
    await page.getByRole('row', { name: /^forward_auth 13 ≤ [\d.]+ ms ≤ [\d.]+ m?s$/ }).waitFor()
    expect(await page.getByRole('region', { name: 'This process' }).textContent()).toContain(`${process.pid} on `)
    // Failed before: long names of figures left a column of one letter to their values.
    await page.setViewportSize({ width: 360, height: 800 })
    expect(await crampedOf(page)).toEqual([])
    await leave(page)
  })

  test('hides the menu item and the metrics from everybody else', async () => {
    const page = await openPage(browser, base, watched)
    await page.goto(`${base}/sign-in?next=%2Faccount`)
    await sendSignIn(page, person('Mei'))
    await page.getByRole('heading', { name: 'Account', level: 1 }).waitFor()
    await page.getByRole('button', { name: /Mei/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    expect(await page.getByRole('menuitem', { name: 'Instance health' }).count()).toBe(0)
    await page.goto(`${base}/instance`)
    await page.getByText('Only operators of the instance may read this page.').waitFor()
    expect(watched).toEqual({ outside: [], complaints: [] })
    await leave(page)
  })
})
