/*
 * Takes the pictures of docs/console/: each page in light and dark, at 1280 and 360 pixels, on the demo organization. Also
 * takes docs/graphiql.png.
 * Run it by `npx pnpm docs:screenshots`, after `npx pnpm build`, and look at what changed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import type { Json } from '../../infra/app.ts'
import { execute, freePort, launchChromium, openTab } from '../../infra/server/chromium.ts'
import { type Receiver, startReceiver } from '../../nouns/webhook/receiver.ts'

const PLACE = 'docs/console'
const GRAPHIQL = 'docs/graphiql.png'
const WIDTHS = [1280, 360] as const
const SCHEMES = ['light', 'dark'] as const
/** Small enough for the repository, and without visible artifacts in text. */
const QUALITY = 80

interface Demo {
  base: string
  /** The password of each person, by address. */
  passwords: Map<string, string>
  stop(): Promise<void>
}

/** Starts the built server. The first start in a directory makes the demo organization. */
async function start(directory: string, port: number, environment: NodeJS.ProcessEnv = {}): Promise<Demo> {
  const base = `http://127.0.0.1:${port}`
  const server: ChildProcess = spawn(process.execPath, ['dist/server.js'], {
    env: { ...process.env, KEYWARD_DATA_DIR: directory, PORT: String(port), KEYWARD_PUBLIC_URL: base, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const passwords = new Map<string, string>()
  let output = ''
  await new Promise<void>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`The server exited with ${code}: ${output}`)))
    server.stdout?.on('data', (chunk: Buffer) => {
      output += chunk
      if (output.includes('GraphiQL:')) resolve()
    })
  })
  for (const [, email = '', password = ''] of output.matchAll(/^ {2}(\S+@\S+)\s+(\S+)/gm))
    passwords.set(email, password)
  return {
    base,
    passwords,
    async stop() {
      server.removeAllListeners('exit')
      server.kill('SIGTERM')
      await once(server, 'exit')
    },
  }
}

async function signIn({ base }: Demo, email: string, password: string): Promise<string> {
  const response = await fetch(`${base}/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: base },
    body: JSON.stringify({ email, password }),
  })
  return decodeURIComponent(response.headers.get('set-auth-token') ?? '')
}

async function ask({ base }: Demo, token: string, query: string): Promise<Json> {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = await response.json()
  if (!data) throw new Error(JSON.stringify(errors))
  return data
}

const PEOPLE = `viewer { user { id } organizations { nodes { id projects { nodes { id name
  apiKeys(first: 50) { nodes { id name } } } } } } }`

/** The pages by the name of their pictures. */
async function pagesOf(demo: Demo, token: string, receiver: Receiver): Promise<Record<string, string>> {
  const { viewer } = await ask(demo, token, `{ ${PEOPLE} }`)
  const [organization] = viewer.organizations.nodes
  const production = organization.projects.nodes.find(({ name }: Json) => name === 'Production')
  const key = production.apiKeys.nodes.find(({ name }: Json) => name === 'Website chat')
  const at = `/o/${organization.id}`
  const project = `${at}/projects/${production.id}`
  const hook = `webhookCreate(input: { organizationId: "${organization.id}", url: "${receiver.url}" })`
  const made = await ask(demo, token, `mutation { ${hook} { ... on WebhookCreatePayload { webhook { id } } } }`)
  const webhook = made.webhookCreate.webhook.id
  // The last one waits for its second attempt.
  for (const reply of [204, 204, 503]) {
    const count = receiver.received.length
    receiver.reply = reply
    await ask(demo, token, `mutation { webhookTest(input: { id: "${webhook}" }) { __typename } }`)
    while (receiver.received.length === count) await delay(20)
  }
  const invite = `memberInvite(input: { organizationId: "${organization.id}", email: "zoe@example.com", role: MEMBER })`
  const { memberInvite } = await ask(demo, token, `mutation { ${invite} { ... on MemberInvitePayload { acceptUrl } } }`)
  const { pathname, hash } = new URL(memberInvite.acceptUrl)
  return {
    keys: `${at}/keys`,
    projects: `${at}/projects`,
    costs: `${at}/costs`,
    playground: `${at}/playground?project=${production.id}`,
    members: `${at}/members`,
    'service-accounts': `${at}/service-accounts`,
    webhooks: `${at}/webhooks`,
    webhook: `${at}/webhooks/${webhook}`,
    audit: `${at}/audit`,
    settings: `${at}/settings`,
    project,
    key: `${project}/keys/${key.id}`,
    collaborators: `${project}/collaborators`,
    'project-costs': `${project}/costs`,
    'project-audit': `${project}/audit`,
    'project-settings': `${project}/settings`,
    account: '/account',
    instance: '/instance',
    welcome: '/welcome',
    device: '/device',
    invitation: `${pathname}${hash}`,
  }
}

const SIGNED_OUT: Record<string, string> = {
  signin: '/sign-in',
  'forgot-password': '/forgot-password',
  'reset-password': '/reset-password#token=example',
  'verify-email': '/verify-email#token=example',
}

/** Steps before the picture of a page, by its name. */
const STEPS: Record<string, (page: Page) => Promise<void>> = {
  async playground(page) {
    await page.getByLabel('Message').fill('Which project pays for this answer?')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('200 · Complete').waitFor()
  },
}

async function take(page: Page, name: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize({ width, height: width === 360 ? 780 : 800 })
      await page.emulateMedia({ colorScheme })
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY })
      await writeFile(`${PLACE}/${name}-${width}-${colorScheme}.webp`, Buffer.from(data, 'base64'))
    }
  }
  await session.detach()
}

async function visit(browser: Browser, { base }: Demo, token: string | null, pages: Record<string, string>) {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en', timezoneId: 'UTC' })
  const cookie = { name: 'keyward.session_token', url: base, httpOnly: true }
  if (token !== null) await context.addCookies([{ ...cookie, value: encodeURIComponent(token) }])
  const page = await context.newPage()
  for (const [name, path] of Object.entries(pages)) {
    await page.goto('about:blank')
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(base + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    while ((await page.getByText('Loading…').count()) > 0) await page.waitForTimeout(50)
    await STEPS[name]?.(page)
    // Counts load after the page.
    await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined)
    await take(page, name)
    console.log(name)
  }
  if (token !== null) await takeDialogs(page, base, pages.keys ?? '')
  await context.close()
}

/** The dialog that creates a key, and the one that shows its secret, of which the picture has none. */
async function takeDialogs(page: Page, base: string, keys: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(base + keys)
  await page.getByRole('button', { name: 'Create key' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Search assistant')
  await take(page, 'create')
  await page.setViewportSize({ width: 1280, height: 800 })
  await dialog.getByRole('button', { name: 'Create key' }).click()
  const secret = dialog.locator('[data-secret]')
  await secret.waitFor()
  await secret.evaluate((element) => {
    element.textContent = `kw_live_${'•'.repeat(43)}`
  })
  await take(page, 'secret')
}

/** GraphiQL after it has finished the rotation of a key, opened from the page of that key as the console does. */
async function takeGraphiql(browser: Browser, demo: Demo, token: string): Promise<void> {
  const { viewer } = await ask(demo, token, `{ ${PEOPLE} }`)
  const [organization] = viewer.organizations.nodes
  const production = organization.projects.nodes.find(({ name }: Json) => name === 'Production')
  const key = production.apiKeys.nodes.find(({ name }: Json) => name === 'Nightly batch')
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en', timezoneId: 'UTC' })
  const cookie = { name: 'keyward.session_token', url: demo.base, httpOnly: true }
  await context.addCookies([{ ...cookie, value: encodeURIComponent(token) }])
  const page = await context.newPage()
  const ids = new URLSearchParams({ organization: organization.id, project: production.id, key: key.id })
  await page.goto(`${demo.base}/graphql#${ids}`)
  await page.getByRole('button', { name: /^Execute query/ }).waitFor()
  await openTab(page, 'FinishRotation')
  await execute(page, 'FinishRotation')
  await page.getByText('retiredAt').last().waitFor()
  // The response is drawn line by line.
  await page.waitForTimeout(1_000)
  await page.screenshot({ path: GRAPHIQL })
  console.log(GRAPHIQL)
  await context.close()
}

const directory = await mkdtemp(join(tmpdir(), 'keyward-screenshots-'))
const port = await freePort()
const browser = await launchChromium()
const receiver = await startReceiver()
try {
  const first = await start(directory, port)
  const [[email = '', password = ''] = []] = first.passwords
  const token = await signIn(first, email, password)
  const { viewer } = await ask(first, token, '{ viewer { user { id } } }')
  await first.stop()
  const demo = await start(directory, port, {
    KEYWARD_OPERATORS: viewer.user.id,
    KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow',
  })
  await visit(browser, demo, null, SIGNED_OUT)
  await visit(browser, demo, token, await pagesOf(demo, token, receiver))
  await takeGraphiql(browser, demo, token)
  await demo.stop()
} finally {
  await browser.close()
  await receiver.close()
  await rm(directory, { recursive: true, force: true })
}
