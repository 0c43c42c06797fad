import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway } from './gateway.ts'

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
const seen: Record<string, string | string[] | undefined>[] = []

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
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
  upstream keyward { server ${keyward}; keepalive 8; }
  server {
    listen 127.0.0.1:${port};
    location / {
      auth_request /keyward;
      auth_request_set $keyward_key_id $upstream_http_keyward_key_id;
      auth_request_set $keyward_project_id $upstream_http_keyward_project_id;
      auth_request_set $keyward_organization_id $upstream_http_keyward_organization_id;
      auth_request_set $keyward_warnings $upstream_http_keyward_warnings;
      auth_request_set $keyward_reservation $upstream_http_keyward_reservation;
      auth_request_set $keyward_reason $upstream_http_keyward_reason;
      auth_request_set $keyward_status $upstream_status;
      auth_request_set $keyward_retry_after $upstream_http_retry_after;
      error_page 500 = @refused;
      proxy_set_header Keyward-Key-Id $keyward_key_id;
      proxy_set_header Keyward-Project-Id $keyward_project_id;
      proxy_set_header Keyward-Organization-Id $keyward_organization_id;
      proxy_set_header Keyward-Warnings $keyward_warnings;
      proxy_set_header Keyward-Reservation $keyward_reservation;
      proxy_set_header Keyward-Reason "";
      proxy_set_header Keyward-As-Of "";
      proxy_set_header Keyward-Gateway "";
      proxy_set_header Authorization "";
      proxy_set_header x-api-key "";
      add_header Keyward-Reason $keyward_reason always;
      proxy_pass http://127.0.0.1:${inference};
    }
    location @refused {
      add_header Keyward-Reason $keyward_reason always;
      add_header Retry-After $keyward_retry_after always;
      if ($keyward_status = 429) { return 429; }
      return 503;
    }
    location = /keyward {
      internal;
      proxy_pass http://keyward/authorize;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header Content-Type "";
      proxy_set_header Keyward-Gateway "${token}";
      proxy_set_header Keyward-Workload INFERENCE;
      proxy_set_header Keyward-Client-Ip $remote_addr;
      proxy_set_header Keyward-Estimated-Cost 0.02;
      proxy_set_header Keyward-Model "";
      proxy_set_header Keyward-Resource "";
      proxy_set_header Keyward-Consumer "";
      proxy_set_header Keyward-Service-Tier "";
      proxy_set_header X-Original-Method $request_method;
    }
  }
}`

beforeAll(async () => {
  if (!nginx) return
  app = await startApp({
    environment: { KEYWARD_SECRET_FROM: 'x-api-key', KEYWARD_PREFLIGHT_METHOD: 'x-original-method' },
  })
  owner = await app.signUp('Owner')
  const { defaultProject } = await createOrganization(owner, 'Behind nginx')
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

test.skipIf(!nginx)(
  `nginx lets a live key through, passes on its identity, and removes the secret${reason}`,
  async () => {
    const response = await infer({ authorization: `Bearer ${secret}` })
    expect([response.status, await response.text()]).toEqual([200, 'inferred'])
    const headers = seen.at(-1)
    expect(headers?.['keyward-key-id']).toBe(keyId)
    expect(headers?.['keyward-project-id']).toMatch(/^prj_/)
    expect(JSON.stringify(headers)).not.toContain(secret)
  },
)

test.skipIf(!nginx)(
  `nginx reads a secret in x-api-key, and lets only preflights pass without one${reason}`,
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

test.skipIf(!nginx)(`nginx passes the origin of a page on, to which a child token is bound${reason}`, async () => {
  const { token } = await owner.mutate('apiKeyTokenCreate', { id: keyId, origins: ['https://app.example'] }, 'token')
  const asked = async (headers: object) => {
    const response = await infer({ authorization: `Bearer ${token}`, ...headers })
    return [response.status, response.headers.get('keyward-reason')]
  }
  expect(await asked({ origin: 'https://app.example' })).toEqual([200, null])
  expect(await asked({ origin: 'https://other.example' })).toEqual([403, 'ORIGIN_NOT_ALLOWED'])
  expect(await asked({})).toEqual([403, 'ORIGIN_NOT_ALLOWED'])
})

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
  }
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

test.skipIf(!nginx)(`nginx reserves its configured estimate until a budget is used up${reason}`, async () => {
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

// Failed before the configuration cleared Keyward-Model: the client's own header was believed.
test.skipIf(!nginx)(`nginx lets no client name the model of its request${reason}`, async () => {
  await owner.mutate('apiKeyScopesSet', { id: keyId, models: ['acme/small'] })
  const asked = { authorization: `Bearer ${secret}`, 'keyward-model': 'acme/small' }
  const reasonOf = async () => (await infer(asked)).headers.get('keyward-reason')
  await expect.poll(reasonOf).toBe('MODEL_NOT_ALLOWED')
  await owner.mutate('apiKeyScopesSet', { id: keyId, models: [] })
  const statusOf = async () => (await infer({ authorization: `Bearer ${secret}` })).status
  await expect.poll(statusOf).toBe(200)
})

// Failed before the configuration cleared Keyward-Consumer: the client's own name was believed, and returned.
test.skipIf(!nginx)(`nginx lets no client name its end customer${reason}`, async () => {
  const asked = { authorization: `Bearer ${secret}`, 'keyward-service-tier': 'no tier', 'keyward-resource': 'res_x' }
  const { status } = await infer({ ...asked, 'keyward-consumer': 'x'.repeat(200) })
  expect(status).toBe(200)
})

test.skipIf(!nginx)(
  `nginx denies requests without a key, with an unknown key and with a revoked key, and passes the reason on${reason}`,
  async () => {
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
  },
)
