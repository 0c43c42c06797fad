import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseNetworks } from '@keyward/engine/networks'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { type Person, startApp, type TestApp } from '../app.ts'
import { chromiumPath, freePort, launchChromium } from '../server/chromium.ts'
import { codeOf, nextCodeOf } from '../totp.ts'
import { createOrganization, createProject } from '../world.ts'

const EMAIL = '{ viewer { user { email } } }'
const FRONTEND = 'http://localhost:3000'

let folder: string
let text: string
let port: number
let app: TestApp
let listener: Listener
let person: Person
beforeAll(async () => {
  // The programs find the packages of the repository, as yours find those of your project.
  folder = await mkdtemp(join(tmpdir(), 'frontend-sign-in-'))
  process.env.APP_ADDRESS_HEADER = 'x-real-ip'
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  port = await freePort()
  app = await startApp({ environment: { KEYWARD_PUBLIC_URL: `http://127.0.0.1:${port}` } })
  listener = await listen(app.app, { host: '127.0.0.1', port: 0, trustedProxies: parseNetworks(['127.0.0.0/8']) })
  person = await app.signUp('Rhea')
  text = await readFile('docs/frontend-sign-in.md', 'utf8')
  for (const [, code = '', name = ''] of text.matchAll(/^```ts\n(\/\/ (\S+)\n.*?)^```$/gms)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    const here = code.replaceAll('5173', String(port)).replaceAll('http://127.0.0.1:4000', listener.url)
    await writeFile(join(folder, name), here)
  }
})
afterAll(async () => {
  delete process.env.APP_ADDRESS_HEADER
  await listener?.stop(1_000)
  await app?.close()
  await rm(folder, { recursive: true, force: true })
})

const load = (name: string) => import(pathToFileURL(join(folder, name)).href)

/** Asks the graph for the person of a token, and returns the status. */
const statusOf = async (token: string) => (await app.client(token).ask(EMAIL)).status

test.skipIf(chromiumPath !== null)('Vite’s proxy is skipped without Chromium (set KEYWARD_CHROMIUM)', ({ skip }) => {
  skip('no Chromium found')
})

describe.runIf(chromiumPath !== null)('one origin, through Vite’s proxy', () => {
  let vite: ViteDevServer
  beforeAll(async () => {
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>Frontend</title>')
    vite = await createServer({ configFile: join(folder, 'vite.config.ts'), root: folder, logLevel: 'warn' })
    await vite.listen()
  })
  afterAll(() => vite?.close())

  test('a page signs in with Keyward’s cookie, queries, and signs out', async () => {
    await using browser = await launchChromium()
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${port}/`)
    const { email, password } = person
    /** Runs an expression with the exports of the docs' module, and returns the JSON of its response. */
    const run = (expression: string) =>
      page.evaluate(`import('/account.ts').then(async ({ signIn, query, signOut }) => (await ${expression}).json())`)
    const query = `query(${JSON.stringify(EMAIL)})`
    expect(await run(query)).toEqual({ data: { viewer: { user: null } } })
    expect(await run(`signIn(${JSON.stringify(email)}, ${JSON.stringify(password)})`)).toMatchObject({
      user: { email },
    })
    expect((await context.cookies()).map(({ name }) => name)).toContain('keyward.session_token')
    expect(await run(query)).toEqual({ data: { viewer: { user: { email } } } })
    expect(await run('signOut()')).toEqual({ success: true })
    expect(await run(query)).toEqual({ data: { viewer: { user: null } } })
  })
})

describe('two origins', () => {
  test('the page shows src/app/session.ts of the React example', async () => {
    const code = await readFile('sdk/examples/react-keys/src/app/session.ts', 'utf8')
    expect(text).toContain(`\`\`\`ts\n${code}\`\`\``)
  })

  test('better-auth’s client signs in with a token, which signing out revokes', async () => {
    const { auth, tokenOfSession } = await load('auth.ts')
    const { email, password } = person
    expect(await auth.signIn.email({ email, password })).toMatchObject({ data: { user: { email } } })
    const token = tokenOfSession()
    expect(await statusOf(token)).toBe(200)
    await auth.signOut()
    expect(await statusOf(token)).toBe(401)
  })
})

describe('device sign-in', () => {
  const auth = (path: string, init: RequestInit) =>
    fetch(`${listener.url}/auth${path}`, {
      ...init,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${person.token}` },
    })

  /** Signs in with the docs' program, while the person decides as on Keyward's page. */
  async function signInWhile(decision: 'approve' | 'deny'): Promise<string> {
    const { signInByCode } = await load('device.ts')
    const decide = async (code: string) => {
      await auth(`/device?user_code=${code}`, {})
      const body = JSON.stringify({ userCode: code })
      expect((await auth(`/device/${decision}`, { method: 'POST', body })).status).toBe(200)
    }
    const decided: Promise<void>[] = []
    const token: string = await signInByCode((code: string, link: string) => {
      expect(link).toContain(`/device?user_code=${code}`)
      decided.push(decide(code))
    })
    await Promise.all(decided)
    return token
  }

  test('a page receives a token for the person who approves its code', async () => {
    const token = await signInWhile('approve')
    expect((await app.client(token).ask(EMAIL)).data).toEqual({ viewer: { user: { email: person.email } } })
  })

  test('a page receives the reason if the person denies its code', async () => {
    await expect(signInWhile('deny')).rejects.toThrow(/denied/)
  })
})

describe('your own server, with the Next.js handlers', () => {
  const send = async (route: string, method: string, body: object, headers: Record<string, string> = {}) => {
    const handlers: Record<string, (request: Request) => Promise<Response>> = await load(`app/api/${route}/route.ts`)
    const request = new Request(`${FRONTEND}/api/${route}`, {
      method,
      headers: { 'content-type': 'application/json', origin: FRONTEND, ...headers },
      body: JSON.stringify(body),
    })
    const response = await handlers[method]?.(request)
    if (!response) throw new Error(`The route ${route} has no ${method}`)
    return response
  }
  const cookieOf = (response: Response): string => response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const emailOf = async (cookie: string) =>
    (await (await send('graphql', 'POST', { query: EMAIL }, { cookie })).json()).data

  test('a person signs in, queries, and signs out, which revokes the token', async () => {
    const { email, password } = person
    const wrong = await send('session', 'POST', { email, password: 'a wrong password' })
    expect([wrong.status, (await wrong.json()).code]).toEqual([401, 'INVALID_EMAIL_OR_PASSWORD'])
    expect(wrong.headers.get('set-cookie')).toBeNull()
    const signedIn = await send('session', 'POST', { email, password })
    expect(signedIn.headers.get('set-cookie')).toContain('HttpOnly; SameSite=Lax')
    expect(await signedIn.json()).toEqual({ signedIn: true })
    const cookie = cookieOf(signedIn)
    expect(await emailOf(cookie)).toEqual({ viewer: { user: { email } } })
    const token = cookie.replace('app_session=', '')
    expect(await statusOf(token)).toBe(200)
    const out = await send('session', 'DELETE', {}, { cookie })
    expect([out.status, cookieOf(out)]).toEqual([204, 'app_session='])
    expect(await statusOf(token)).toBe(401)
  })

  // Failed before: the browser's own `x-forwarded-for` was sent on, so that a browser chose its address.
  test('sends Keyward the client address that the proxy’s header names, not the browser’s', async () => {
    const { email, password } = person
    const forged = { 'x-forwarded-for': '203.0.113.66' }
    const addressAfter = async (headers: Record<string, string>) => {
      const token = cookieOf(await send('session', 'POST', { email, password }, headers)).replace('app_session=', '')
      const headersOfToken = { authorization: `Bearer ${token}` }
      const sessions: { ipAddress: string; createdAt: string }[] = await (
        await fetch(`${listener.url}/auth/list-sessions`, { headers: headersOfToken })
      ).json()
      return sessions.sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0]?.ipAddress
    }
    expect(await addressAfter({ ...forged, 'x-real-ip': '198.51.100.7' })).toBe('198.51.100.7')
    expect(await addressAfter(forged)).toBe('127.0.0.1')
  })

  test('a person with a second factor completes the sign-in with a code', async () => {
    const other = await app.signUp('Codes')
    const auth = (path: string, body: object) =>
      fetch(`${listener.url}/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${other.token}` },
        body: JSON.stringify(body),
      })
    const { totpURI } = await (await auth('/two-factor/enable', { password: other.password })).json()
    await auth('/two-factor/verify-totp', { code: codeOf(totpURI) })
    const { email, password } = other
    const { challenge } = await (await send('session', 'POST', { email, password })).json()
    const whole = await send('session', 'POST', { challenge, code: nextCodeOf(totpURI) })
    expect(await emailOf(cookieOf(whole))).toEqual({ viewer: { user: { email } } })
  })

  test('a subscription streams, and other sites’ pages cannot use the routes', async () => {
    const { email, password } = person
    const { id } = await createOrganization(person, 'Frontends')
    const projectId = await createProject(person, id, 'Chat')
    const cookie = cookieOf(await send('session', 'POST', { email, password }))
    const query = `subscription { apiKeyChanges(projectId: "${projectId}") { kind } }`
    const stream = await send('graphql', 'POST', { query }, { cookie, accept: 'text/event-stream' })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    let received = ''
    const read = (async () => {
      for await (const chunk of stream.body ?? []) {
        received += Buffer.from(chunk).toString()
        if (received.includes('API_KEY_CREATED')) return
      }
    })()
    let keys = 0
    // The stream may begin later than the response.
    await expect
      .poll(async () => {
        keys += 1
        await person.mutate('apiKeyCreate', { projectId, name: `Key ${keys}` })
        return received
      })
      .toContain('API_KEY_CREATED')
    await read

    const origin = 'https://evil.example'
    for (const [route, method] of [
      ['graphql', 'POST'],
      ['session', 'POST'],
      ['session', 'DELETE'],
    ] as const) {
      expect((await send(route, method, { email, password, query: EMAIL }, { cookie, origin })).status).toBe(403)
    }
    expect(await emailOf(cookie)).toEqual({ viewer: { user: { email } } })
  })
})
