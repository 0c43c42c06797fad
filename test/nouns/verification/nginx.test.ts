import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DECISION_HEADERS } from '../../../server/forward-auth/answer.ts'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { startApp, type TestApp } from '../../infra/app.ts'
import { codeBlock } from '../../infra/docs/code-block.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway } from './gateway.ts'
import { RATE_HEADERS } from './rate-headers.ts'

/*
 * The configuration in docs/verification.md, with the lines of docs/recipes.md, run by a real nginx in front of an inference server. Two of these tests
 * failed without the lines that set Keyward-Reservation and Keyward-Estimated-Cost.
 */

const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx', 'nginx'].find((path) => spawnSync(path, ['-v']).status === 0)
const reason = nginx ? '' : ' (skipped: there is no nginx here)'

let app: TestApp
let listener: Listener
let upstream: Server
let directory: string
let stop: () => Promise<void> = async () => {}
let address: string
let secret: string
let keyId: string
let owner: Awaited<ReturnType<TestApp['signUp']>>
const world = { project: '' }
const seen: Record<string, string | string[] | undefined>[] = []

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The page's configuration, with the lines of the recipes and the addresses of this test. */
function documented(port: number, keyward: string, inference: number, token: string): string {
  const recipe = readFileSync('docs/recipes.md', 'utf8')
  const lines = ['proxy_set_header x-api-key "";', 'proxy_set_header X-Original-Method $request_method;'] as const
  for (const line of lines) expect(recipe).toContain(line)
  return codeBlock('docs/verification.md', 'nginx')
    .replace('127.0.0.1:4000', keyward)
    .replace('http://inference', `http://127.0.0.1:${inference}`)
    .replace('kw_gate_…', token)
    .replace('server {\n', `server {\n  listen 127.0.0.1:${port};\n`)
    .replace('location / {\n', `location / {\n    ${lines[0]}\n`)
    .replace('location = /keyward {\n', `location = /keyward {\n    ${lines[1]}\n`)
}

const configuration = (port: number, keyward: string, inference: number, token: string) => `
daemon off;
pid ${directory}/nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  ${documented(port, keyward, inference, token)}
}`

beforeAll(async () => {
  if (!nginx) return
  app = await startApp({
    environment: { KEYWARD_SECRET_FROM: 'x-api-key', KEYWARD_PREFLIGHT_METHOD: 'x-original-method' },
  })
  owner = await app.signUp('Owner')
  const { defaultProject } = await createOrganization(owner, 'Behind nginx')
  world.project = defaultProject
  ;({ id: keyId, secret } = await createKey(owner, defaultProject, 'behind nginx'))
  const { token } = await startGateway(app)
  listener = await listen(app.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
  upstream = createServer((asked, response) => {
    seen.push(asked.headers)
    response.end('inferred')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => upstream.once('listening', resolve))
  directory = await mkdtemp(join(tmpdir(), 'keyward-nginx-'))
  const port = await freePort()
  const inference = (upstream.address() as AddressInfo).port
  const path = join(directory, 'nginx.conf')
  await writeFile(path, configuration(port, new URL(listener.url).host, inference, token), { mode: 0o600 })
  const process = spawn(nginx, ['-c', path, '-p', directory], { stdio: 'ignore' })
  const ended = new Promise((resolve) => process.once('exit', resolve))
  stop = async () => {
    process.kill('SIGTERM')
    await ended
  }
  address = `http://127.0.0.1:${port}`
  for (;;) {
    const response = await fetch(address).catch(() => null)
    if (response?.status === 401) break
    await setTimeout(50)
  }
})
afterAll(async () => {
  await stop()
  upstream?.close()
  await listener?.stop(0)
  await app?.close()
  if (directory) await rm(directory, { recursive: true, force: true })
})

const infer = (headers: Record<string, string> = {}) =>
  fetch(`${address}/v1/chat`, { method: 'POST', body: '{}', headers })

test.skipIf(!nginx)(`nginx allows a live key, passes on its identity, and removes the secret${reason}`, async () => {
  const response = await infer({ authorization: `Bearer ${secret}` })
  expect([response.status, await response.text()]).toEqual([200, 'inferred'])
  const headers = seen.at(-1)
  expect(headers?.['keyward-key-id']).toBe(keyId)
  expect(headers?.['keyward-project-id']).toMatch(/^prj_/)
  expect(JSON.stringify(headers)).not.toContain(secret)
})

test.skipIf(!nginx)(
  `nginx reads a secret from x-api-key, and allows only preflights without a secret${reason}`,
  async () => {
    const named = await infer({ 'x-api-key': secret })
    expect([named.status, JSON.stringify(seen.at(-1)).includes(secret)]).toEqual([200, false])
    const two = await infer({ 'x-api-key': secret, authorization: 'Bearer other' })
    expect([two.status, two.headers.get('keyward-reason')]).toEqual([401, 'TWO_SECRETS'])
    // `fetch` forbids these headers.
    const preflight = (method: string, headers = {}) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asking = { origin: 'https://app.example', 'access-control-request-method': 'POST', ...headers }
        request(`${address}/v1/chat`, { method, headers: asking }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
          .once('error', reject)
          .end()
      })
    expect(await preflight('OPTIONS')).toBe(200)
    expect(await preflight('GET')).toBe(401)
    expect(await preflight('GET', { 'x-original-method': 'OPTIONS' })).toBe(401)
  },
)

test.skipIf(!nginx)(
  `nginx passes on a page’s origin, so that a child token for this origin works${reason}`,
  async () => {
    const { token } = await owner.mutate('apiKeyTokenCreate', { id: keyId, origins: ['https://app.example'] }, 'token')
    const asked = async (headers: object) => {
      const response = await infer({ authorization: `Bearer ${token}`, ...headers })
      return [response.status, response.headers.get('keyward-reason')]
    }
    expect(await asked({ origin: 'https://app.example' })).toEqual([200, null])
    expect(await asked({ origin: 'https://other.example' })).toEqual([403, 'ORIGIN_NOT_ALLOWED'])
    expect(await asked({})).toEqual([403, 'ORIGIN_NOT_ALLOWED'])
  },
)

test.skipIf(!nginx)(`nginx removes identity headers that a client sends${reason}`, async () => {
  const forged = {
    'keyward-key-id': 'key_forged',
    'keyward-project-id': 'prj_forged',
    'keyward-organization-id': 'org_forged',
    'keyward-warnings': 'forged',
    'keyward-reason': 'forged',
    'keyward-reservation': 'forged',
    'keyward-as-of': 'forged',
    'keyward-gateway': 'forged',
    'keyward-consumer': 'forged',
  }
  expect(Object.keys(forged)).toEqual(expect.arrayContaining([...DECISION_HEADERS]))
  const response = await infer({ ...forged, authorization: `Bearer ${secret}` })
  expect(response.status).toBe(200)
  const headers = seen.at(-1)
  expect(headers).toMatchObject({
    'keyward-key-id': keyId,
    'keyward-project-id': expect.stringMatching(/^prj_/),
    'keyward-organization-id': expect.stringMatching(/^org_/),
  })
  expect(JSON.stringify(headers)).not.toContain('forged')
})

test.skipIf(!nginx)(`nginx reserves its configured estimate until a budget is exhausted${reason}`, async () => {
  await owner.mutate('apiKeyLimitsSet', { id: keyId, budgets: [{ period: 'DAY', usd: '0.05' }] })
  // A request that arrives before the server has read the change is still decided without the budget.
  const { changes } = app.app.runtime
  await expect.poll(async () => changes.point.position >= (await changes.newest()).position).toBe(true)
  // The client can set neither a lower estimate, which would be allowed, nor a higher one, which would block other
  // requests.
  const asked = { authorization: `Bearer ${secret}`, 'keyward-estimated-cost': '0.05' }
  const answers = [await infer(asked), await infer({ ...asked, 'keyward-estimated-cost': '0' }), await infer(asked)]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
  expect(seen.at(-1)?.['keyward-reservation']).toMatch(/^rsv_/)
  const refused = answers.at(-1)?.headers
  expect(refused?.get('keyward-reason')).toBe('BUDGET_EXCEEDED')
  expect(Number(refused?.get('retry-after'))).toBeGreaterThan(0)
  await owner.mutate('apiKeyLimitsSet', { id: keyId, budgets: null })
})

// Failed before: the configuration returned the reason and Retry-After only.
test.skipIf(!nginx)(`nginx returns rate headers to the client for allowed and denied requests${reason}`, async () => {
  const { project } = world
  const { secret: rated, id } = await createKey(owner, project, 'rated')
  await owner.mutate('apiKeyLimitsSet', {
    id,
    // One request by the configuration's estimate of 2,000 input and 500 output tokens.
    rates: [
      { unit: 'TOKENS', per: 'DAY', max: '4000' },
      { unit: 'REQUESTS', per: 'HOUR', max: '100' },
    ],
  })
  const { changes } = app.app.runtime
  await expect.poll(async () => changes.point.position >= (await changes.newest()).position).toBe(true)
  const allowed = await infer({ authorization: `Bearer ${rated}` })
  const denied = await infer({ authorization: `Bearer ${rated}`, 'keyward-estimated-units': 'INPUT_TOKENS=1' })
  expect([allowed.status, denied.status]).toEqual([200, 429])
  expect(allowed.headers.get('ratelimit')).toMatch(/^"tokens-per-day";r=1500;t=\d+$/)
  for (const { headers } of [allowed, denied]) {
    expect(headers.get('ratelimit-policy')).toBe('"tokens-per-day";q=4000;w=86400;qu="tokens"')
    expect(headers.get('x-ratelimit-limit-requests')).toBe('100')
    expect(headers.get('x-ratelimit-limit-tokens')).toBe('4000')
    for (const name of RATE_HEADERS) expect(headers.get(name), name).toMatch(/./)
  }
  expect(denied.headers.get('keyward-reason')).toBe('RATE_LIMITED')
  // A key without rates has none of them.
  const plain = await infer({ authorization: `Bearer ${secret}` })
  expect([plain.status, RATE_HEADERS.filter((name) => plain.headers.has(name))]).toEqual([200, []])
})

// Failed before the configuration cleared Keyward-Model: the client's own header was believed.
test.skipIf(!nginx)(`nginx ignores a client header that names a model${reason}`, async () => {
  await owner.mutate('apiKeyScopesSet', { id: keyId, models: ['acme/small'] })
  const asked = { authorization: `Bearer ${secret}`, 'keyward-model': 'acme/small' }
  const reasonOf = async () => (await infer(asked)).headers.get('keyward-reason')
  await expect.poll(reasonOf).toBe('MODEL_NOT_ALLOWED')
  await owner.mutate('apiKeyScopesSet', { id: keyId, models: [] })
  const statusOf = async () => (await infer({ authorization: `Bearer ${secret}` })).status
  await expect.poll(statusOf).toBe(200)
})

// Failed before the configuration cleared Keyward-Consumer: the client's own name was believed, and returned.
test.skipIf(!nginx)(`nginx ignores a client header that names a consumer${reason}`, async () => {
  const asked = { authorization: `Bearer ${secret}`, 'keyward-service-tier': 'no tier', 'keyward-resource': 'res_x' }
  const { status } = await infer({ ...asked, 'keyward-consumer': 'x'.repeat(200) })
  expect(status).toBe(200)
})

test.skipIf(!nginx)(`nginx denies requests without a live key, and passes on the reason${reason}`, async () => {
  const before = seen.length
  const none = await infer()
  expect([none.status, none.headers.get('keyward-reason')]).toEqual([401, 'NO_SECRET'])
  const unknown = await infer({ authorization: 'Bearer sk-unknown-to-everyone' })
  expect([unknown.status, unknown.headers.get('keyward-reason')]).toEqual([401, 'NOT_FOUND'])
  await owner.mutate('apiKeyScopesSet', { id: keyId, workloads: ['BATCH'] })
  const reasonOf = async () => (await infer({ authorization: `Bearer ${secret}` })).headers.get('keyward-reason')
  await expect.poll(reasonOf).toBe('WORKLOAD_NOT_ALLOWED')
  await owner.mutate('apiKeyRevoke', { id: keyId })
  await expect.poll(reasonOf).toBe('REVOKED')
  const after = seen.length
  expect((await infer({ authorization: `Bearer ${secret}` })).status).toBe(401)
  expect(seen.length).toBe(after)
  expect(after).toBeLessThanOrEqual(before + 1)
})
