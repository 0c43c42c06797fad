import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import type { App } from '@keyward/server/app'
import { setupToken } from '@keyward/server/config/secrets'
import { type Listener, listen } from '@keyward/server/http/listen'
import { createPerson } from '@keyward/server/identity/accounts'
import type { Browser, Page } from 'playwright-core'
import { type Client, clientOf } from '../../infra/app.ts'
import { cheapPasswords } from '../../infra/cheap-passwords.ts'
import { accepting, decoded, startMailServer } from '../../infra/mail-server.ts'
import { freePort, launchChromium, watchRequests } from '../../infra/server/chromium.ts'
import { type OpenApp, openApp, PASSWORD, post } from '../../infra/server/open-app.ts'
import { createProject } from '../../infra/world.ts'

/** A person of the tests, with their own client. */
export interface Person extends Client {
  name: string
  email: string
}

/** A listening server on an empty database, and a browser. */
export interface Setting {
  base: string
  app: App
  /** The token that the first account of the instance requires. */
  setup: string
  /** Errors, requests to other servers and violations of the content security policy, of all pages. */
  complaints: string[]
  /** Mails that the server sent, without their transfer encoding. */
  mails(): string[]
  createPerson(name: string): Promise<Person>
  /** Lets everybody have signed in earlier, by some seconds. */
  age(seconds: number): Promise<unknown>
  /** Gives somebody a second factor, or takes it, as far as organizations are concerned. */
  setSecondFactor(person: Person, has: boolean): Promise<unknown>
  /** A client with the session of somebody who signed in on the page. */
  as(token: string): Client
  /** Opens the console as a person, or signed out. */
  open(person: Person | null): Promise<Page>
  /** Stops the server, which ends every connection. */
  stop(): Promise<void>
  /** Starts a new process's server at the same address, after changes that no browser was connected for. */
  start(meanwhile: (app: App) => Promise<unknown>): Promise<void>
  close(): Promise<void>
}

/** The sizes and color schemes in which pages are looked at. */
export const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
] as const

const COOKIE = 'keyward.session_token'

/** @param environmentAt More of the server's environment, for its address. */
export async function openSetting(
  environmentAt: (base: string) => Promise<NodeJS.ProcessEnv> = async () => ({}),
): Promise<Setting> {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const received: string[] = []
  const mail = await startMailServer(accepting(received))
  const opened: OpenApp = await openApp({
    KEYWARD_PUBLIC_URL: base,
    KEYWARD_SMTP_URL: mail.url,
    KEYWARD_MAIL_FROM: 'keys@example.com',
    ...(await environmentAt(base)),
  })
  const serve = (app: App): Promise<Listener> => listen(app, { host: '127.0.0.1', port, trustedProxies: null })
  let listener = await serve(opened.app)
  const browser: Browser = await launchChromium()
  const complaints: string[] = []
  return {
    base,
    app: opened.app,
    setup: setupToken(opened.config.sessionSecret),
    complaints,
    mails: () => received.map(decoded),
    async createPerson(name) {
      const email = `${name.toLowerCase()}@example.com`
      await createPerson(opened.database, { name, email, password: PASSWORD }, cheapPasswords)
      const response = await post(opened.app, '/auth/sign-in/email', { email, password: PASSWORD }, { origin: base })
      const token = decodeURIComponent(response.headers.get('set-auth-token') ?? '')
      if (!token) throw new Error(`${email} could not sign in: ${response.status}`)
      return { ...clientOf(opened.app, token), name, email }
    },
    age: (seconds) =>
      opened.database.sql('UPDATE session SET created_at = created_at - make_interval(secs => $1::float8)', [seconds]),
    setSecondFactor: ({ email }, has) =>
      opened.database.sql('UPDATE "user" SET two_factor_enabled = $2 WHERE email = $1', [email, has]),
    as: (token) => clientOf(opened.app, token),
    async open(person) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      if (person?.token) {
        await context.addCookies([{ name: COOKIE, value: encodeURIComponent(person.token), url: base, httpOnly: true }])
      }
      watchRequests(context, base, complaints)
      const page = await context.newPage()
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) complaints.push(message.text())
      })
      return page
    },
    stop: () => listener.stop(0),
    async start(meanwhile) {
      const app = await opened.replica()
      await meanwhile(app)
      listener = await serve(app)
    },
    async close() {
      await browser.close()
      await listener.stop(1_000)
      await opened.close()
      mail.close()
    },
  }
}

/** How long a context is given to close. Chromium sometimes never confirms it; the end of the browser ends it as well. */
const CLOSING_MS = 5_000

/** Closes the context of a page. */
export const leave = (page: Page): Promise<void> =>
  Promise.race([page.context().close(), delay(CLOSING_MS, undefined, { ref: false })])

/** Facts of a page whose value is too narrow to read: a letter on each line. */
export const crampedOf = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('dd')]
      .filter((value) => (value.textContent?.length ?? 0) > 3 && value.clientWidth < 60)
      .map((value) => `${value.previousElementSibling?.textContent}: ${value.clientWidth} pixels wide`),
  )

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Violations that axe-core finds on a page, or in a part of it: the rule and the element. */
export async function findingsOf(page: Page, part = 'html'): Promise<string[]> {
  // Evaluated by the browser's debugger, which the page's policy does not concern.
  await page.evaluate(AXE)
  return page.evaluate(async (selector) => {
    const axe: {
      run(part: string, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
    } = Reflect.get(window, 'axe')
    const { violations } = await axe.run(selector, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`))
  }, part)
}

/** An organization with its Owner, its default project and another one. */
export async function createAcme(setting: Setting) {
  const owner = await setting.createPerson('Olivia')
  const input = { name: 'Acme', defaultProjectName: 'Playground' }
  const selection = 'organization { id defaultProject { id } }'
  const { organization } = await owner.mutate('organizationCreate', input, selection)
  const production = await createProject(owner, organization.id, 'Production')
  return {
    owner,
    organization: organization.id as string,
    playground: organization.defaultProject.id as string,
    production,
  }
}
