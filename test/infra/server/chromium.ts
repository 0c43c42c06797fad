import { accessSync, constants } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page, type Request, type Response } from 'playwright-core'

/** Chromium from KEYWARD_CHROMIUM or from a usual path. Null if there is none. */
export const chromiumPath = ((): string | null => {
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const places = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((directory) => names.map((name) => join(directory, name)))
  for (const place of [process.env.KEYWARD_CHROMIUM, ...places]) {
    try {
      if (place === undefined) continue
      accessSync(place, constants.X_OK)
      return place
    } catch {
      // Not installed at this path.
    }
  }
  return null
})()

const ARGUMENTS = [
  // No host name resolves, so a page reaches only the server of its test.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath ?? '', args: ARGUMENTS })

/** A free port. The server must know its own address before it listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** Violations by pages. */
export interface Watched {
  /** Requests to other servers. */
  outside: string[]
  /** Errors and violations of the content security policy. */
  complaints: string[]
}

/**
 * Reports the addresses of requests that a context sends to other servers than the one at `base`. Requests are watched and
 * not routed: a routed request passes through this process, is never cached, and keeps its context from closing.
 */
export function watchRequests(context: BrowserContext, base: string, outside: string[]): void {
  context.on('request', (request) => {
    // Passkeys belong to a name, so their test opens the same server as localhost.
    if (!request.url().replace('//localhost:', '//127.0.0.1:').startsWith(base)) outside.push(request.url())
  })
}

/** Opens a page that can reach only the server at `base`. */
export async function openPage(browser: Browser, base: string, watched: Watched): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  watchRequests(context, base, watched.outside)
  // Only the timeout of the test bounds the wait.
  context.setDefaultTimeout(0)
  const page = await context.newPage()
  page.on('pageerror', (error) => watched.complaints.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy|Could not create web worker/.test(message.text()))
      watched.complaints.push(message.text())
  })
  return page
}

interface Person {
  email: string
  password: string
  name: string
}

/** Fills in and sends the form of the sign-in page that is open. */
export async function sendSignIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel('E-mail address').first().fill(person.email)
  await page.getByLabel('Password', { exact: true }).first().fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Signs in on the open sign-in page and stays there. */
export async function signInThere(page: Page, person: Person): Promise<void> {
  await sendSignIn(page, person)
  await page.getByText(person.email).waitFor()
}

/** An editor of GraphiQL. */
export const editor = (page: Page, which: 'query' | 'variable' | 'header') =>
  page
    .locator(`.graphiql-${which === 'query' ? 'query-editor' : 'editor-tool'} .monaco-editor`)
    .nth(which === 'header' ? 1 : 0)

/** Opens a tab of GraphiQL. Returns when its query is in the editor and the execute button runs it. */
export async function openTab(page: Page, tab: string): Promise<void> {
  await page.getByRole('button', { name: tab, exact: true }).click()
  await editor(page, 'query').getByText(tab).first().waitFor()
}

/** Replaces the content of an editor of GraphiQL. */
export async function write(page: Page, which: 'variable' | 'header', value: object): Promise<void> {
  const text = JSON.stringify(value)
  const lines = editor(page, which).locator('.view-lines')
  const held = async () => (await lines.textContent())?.replaceAll(/\s/g, '')
  await page.getByRole('button', { name: which === 'header' ? 'Headers' : 'Variables' }).click()
  // The editor gets the focus some time after the click. Earlier keystrokes would go elsewhere.
  while ((await held()) !== text.replaceAll(/\s/g, '')) {
    await editor(page, which).click()
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await page.keyboard.insertText(text)
    await lines
      .getByText(text.slice(0, 5))
      .first()
      .waitFor({ timeout: 2_000 })
      .catch(() => {})
  }
}

/** Executes the open tab, which has this operation, and returns the response. */
export async function execute(page: Page, operation: string): Promise<Response> {
  for (;;) {
    const isAsked = (sent: Request) => nameOf(sent) !== null && nameOf(sent) !== 'IntrospectionQuery'
    const [request] = await Promise.all([
      page.waitForRequest(isAsked, { timeout: 3_000 }).catch(() => null),
      page.getByRole('button', { name: /^Execute query/ }).click(),
    ])
    // Right after a tab is opened, GraphiQL can still name the operation of another tab, which is rejected.
    const response = await request?.response()
    if (response && request && nameOf(request) === operation) return response
  }
}

/** The operation of a GraphQL request. Null for other requests. */
function nameOf(request: Request): string | null {
  if (request.method() !== 'POST' || !request.url().endsWith('/graphql')) return null
  const body: { operationName?: string } = request.postDataJSON()
  return body.operationName ?? ''
}
