import { createServer } from 'node:http'
import { build as viteBuild } from 'vite'
import { launchChromium } from '../../infra/server/chromium.ts'
import type { Packed } from './packed.ts'
import { startWorker } from './workerd.ts'

/** The program of every project: it creates, lists, rotates and revokes keys, and triggers an error. */
export const USE = `
import { ConflictError, Keyward } from '@keyward/sdk'

export async function use(baseUrl, projectId, token) {
  const client = new Keyward({ baseUrl, token })
  const { apiKey, secret } = await client.apiKeys.create({ projectId, name: 'packed' })
  const refused = await client.apiKeys.create({ projectId, name: 'packed' }).catch((error) => error)
  const names = []
  for await (const { name } of client.apiKeys.list({ projectId })) names.push(name)
  const rotated = await client.apiKeys.rotate({ id: apiKey.id, overlapSeconds: 0 })
  const { secretVersions } = await client.apiKeys.get(apiKey.id)
  const { apiKey: { status } } = await client.apiKeys.revoke({ id: apiKey.id })
  const conflict = refused instanceof ConflictError
  return JSON.stringify({ names, changed: secret !== rotated.secret, versions: secretVersions.length, status, conflict })
}
`

/** The program's result. */
export const RESULT = { names: ['packed'], changed: true, versions: 2, status: 'REVOKED', conflict: true }

export const TYPED = `
import { type ApiKey, ForbiddenError, Keyward, type Page, ValidationError } from '@keyward/sdk'

const client = new Keyward({ token: 'x', timeout: 1_000 })
const { apiKey, secret } = await client.apiKeys.create(
  { projectId: 'prj_1', name: 'x', workloads: ['INFERENCE'] },
  { idempotencyKey: '0123456789012345678901', signal: AbortSignal.timeout(1_000) },
)
const text: string = secret + apiKey.name + (apiKey.expiresAt ?? 'never')
const page: Page<ApiKey> = await client.apiKeys.list({ projectId: 'prj_1', totalCount: true })
for await (const key of client.apiKeys.list({ projectId: 'prj_1' })) {
  const status: string = key.status === 'ACTIVE' ? text : key.status
  // @ts-expect-error: results are readonly
  key.name = status
}
// @ts-expect-error: the project is missing
await client.apiKeys.create({ name: 'x' })
// @ts-expect-error: an expiration that may be null
apiKey.expiresAt.length
await client.apiKeys.setExpiration({ id: 'key_1', expiresAt: null })
await client.apiKeys.setExpiration({ id: 'key_1', expiresInSeconds: 60 })
// @ts-expect-error: neither a time nor null
await client.apiKeys.setExpiration({ id: 'key_1' })
// @ts-expect-error: both a time and a lifetime
await client.apiKeys.setExpiration({ id: 'key_1', expiresAt: null, expiresInSeconds: 60 })
// @ts-expect-error: a mutation without an idempotency key takes none
await client.apiKeys.revoke({ id: 'key_1' }, { idempotencyKey: '0123456789012345678901' })
for await (const { apiKey: changed } of client.apiKeys.changes({ projectId: 'prj_1' })) changed?.tags[0]?.value.trim()
const total: number | null = page.totalCount
try {
  await client.legacyKey.get('org_1')
} catch (error) {
  if (error instanceof ForbiddenError) error.allowedRoles.map((role) => role.trim())
  if (error instanceof ValidationError) error.issues.map(({ path }) => path.join('.'))
}
export { total }
`

const WORKER_MAIN = `
import { use } from './use.mjs'

export default {
  async fetch(request) {
    const node = [typeof globalThis.process, typeof globalThis.Buffer, typeof globalThis.require]
    return Response.json({ result: JSON.parse(await use(...(await request.json()))), node })
  },
}
`

/** Bundles the program and runs it in workerd, which has only Web APIs. Also returns the globals of Node that it found. */
export async function inWorker(packed: Packed, given: string[]): Promise<unknown> {
  const worker = await startWorker(WORKER_MAIN, packed.folder)
  try {
    const response = await fetch(worker.url, { method: 'POST', body: JSON.stringify(given) })
    return await response.json()
  } finally {
    await worker.stop()
  }
}

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>Keyward</title><link rel="icon" href="data:,"><script type="module" src="/main.js"></script>'

const REFUSAL = `
import { Keyward } from '@keyward/sdk'

export function refusalOf(options) {
  try {
    new Keyward(options)
    return null
  } catch (error) {
    return String(error)
  }
}
`

const MAIN = `
import { Keyward } from '@keyward/sdk'
import { refusalOf } from './refusal.js'
import { use } from './use.mjs'

globalThis.use = use
globalThis.refusalOf = refusalOf
globalThis.refusalInWorker = (options) =>
  new Promise((resolve) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }) => resolve(data)
    worker.postMessage(options)
  })
globalThis.kindOf = async (options) => (await new Keyward(options).viewer.get()).kind
`

const WORKER = `
import { refusalOf } from './refusal.js'

onmessage = ({ data }) => postMessage(refusalOf(data))
`

/** The results of the page. */
export interface Seen {
  result: unknown
  /** The errors for a secret as the token, in a header, and in a worker of the page. */
  refused: (string | null)[]
  /** The errors for tokens of each kind. */
  kinds: Record<string, string | null>
  /** The caller that the server saw for the page with `dangerouslyAllowBrowser`. */
  allowed: string
  complaints: string[]
}

/**
 * Bundles the project with Vite, serves the page and runs it in Chromium, which can reach only the page and
 * `reachable`.
 */
export async function inChromium(
  packed: Packed,
  { port, reachable, given, secret }: { port: number; reachable: string; given: string[]; secret: string },
): Promise<Seen> {
  await packed.write('index.html', PAGE)
  await packed.write('main.js', MAIN)
  await packed.write('refusal.js', REFUSAL)
  await packed.write('worker.js', WORKER)
  const built = await viteBuild({ root: packed.folder, logLevel: 'silent', build: { write: false, minify: true } })
  const files = new Map<string, string | Uint8Array>()
  for (const { output } of Array.isArray(built) ? built : 'output' in built ? [built] : []) {
    for (const file of output) files.set(`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source)
  }
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '')
    const content = files.get(path)
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': path.endsWith('.html') ? 'text/html' : 'text/javascript',
    })
    response.end(content)
  })
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  const browser = await launchChromium()
  try {
    const base = `http://127.0.0.1:${port}`
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.route('**/*', (route) => {
      const url = route.request().url()
      if (url.startsWith(base) || url.startsWith(reachable)) return route.continue()
      complaints.push(url)
      return route.abort()
    })
    await page.goto(base)
    const call = <Answer>(name: string, ...parameters: unknown[]): Promise<Answer> =>
      page.evaluate(`globalThis.${name}(...${JSON.stringify(parameters)})`)
    const [baseUrl] = given
    const kinds: Seen['kinds'] = {}
    for (const kind of ['proj', 'org', 'svc', 'gate', 'play'])
      kinds[kind] = await call('refusalOf', { baseUrl, token: `kw_${kind}_${'0'.repeat(49)}` })
    const inHeader = { baseUrl, headers: { authorization: `Bearer ${secret}` } }
    return {
      result: JSON.parse(await call('use', ...given)),
      refused: [
        await call('refusalOf', { baseUrl, token: secret }),
        await call('refusalOf', inHeader),
        await call('refusalInWorker', { baseUrl, token: secret }),
      ],
      kinds,
      allowed: await call('kindOf', { baseUrl, token: secret, dangerouslyAllowBrowser: true }),
      complaints,
    }
  } finally {
    await browser.close()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
}
