import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { startApp, type TestApp } from '../../infra/app.ts'
import { codeBlock } from '../../infra/docs/code-block.ts'
import { findProgram, whyNot } from '../../infra/network/debian.ts'
import { freePort } from '../../infra/network/nginx.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway } from './gateway.ts'
import { RATE_HEADERS } from './rate-headers.ts'

/* The configuration in docs/recipes.md, run by a real Caddy in front of an inference server. */

const caddy = findProgram('caddy')

let app: TestApp
let listener: Listener
let upstream: Server
let directory: string
let stop: () => Promise<void> = async () => {}
let address: string
let secret: string
let rated: string
const seen: IncomingHttpHeaders[] = []

beforeAll(async () => {
  if (caddy === null) return
  app = await startApp({ environment: { KEYWARD_SECRET_FROM: 'x-api-key' } })
  const owner = await app.signUp('Owner')
  const { defaultProject } = await createOrganization(owner, 'Behind Caddy')
  ;({ secret } = await createKey(owner, defaultProject, 'plain'))
  const key = await createKey(owner, defaultProject, 'rated')
  rated = key.secret
  // One request by the configuration's estimate of 2,000 input and 500 output tokens.
  await owner.mutate('apiKeyLimitsSet', { id: key.id, rates: [{ unit: 'TOKENS', per: 'DAY', max: '4000' }] })
  const { token } = await startGateway(app)
  listener = await listen(app.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
  upstream = createServer((asked, response) => {
    seen.push(asked.headers)
    response.end('inferred')
  }).listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const inference = upstream.address()
  if (inference === null || typeof inference === 'string') throw new Error('The inference server has no port')
  directory = await mkdtemp(join(tmpdir(), 'keyward-caddy-'))
  address = `http://127.0.0.1:${await freePort()}`
  const site = codeBlock('docs/recipes.md', 'caddyfile')
    .replace('inference.example.com', address)
    .replace('127.0.0.1:4000', new URL(listener.url).host)
    .replace('127.0.0.1:8000', `127.0.0.1:${inference.port}`)
  const path = join(directory, 'Caddyfile')
  await writeFile(path, `{\n\tadmin off\n\tauto_https off\n}\n${site}`)
  const env = { ...process.env, HOME: directory, KEYWARD_GATEWAY_TOKEN: token }
  const child = spawn(caddy, ['run', '--adapter', 'caddyfile', '--config', path], { env, stdio: 'ignore' })
  const ended = once(child, 'exit')
  stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  while ((await fetch(address).catch(() => null))?.status !== 401) {
    if (child.exitCode !== null) throw new Error(`Caddy ended with ${child.exitCode}`)
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

// Failed before: `/authorize` left headers out, and Caddy 2.6 passed its own placeholder on as their value.
test.skipIf(caddy === null)(
  `Caddy passes on only Keyward’s identity headers, without the secret${whyNot('caddy', caddy)}`,
  async () => {
    const forged = { 'keyward-reservation': 'forged', 'keyward-reason': 'forged', 'keyward-consumer': 'forged' }
    const response = await infer({ ...forged, authorization: `Bearer ${secret}`, 'x-api-key': secret })
    expect([response.status, await response.text()]).toEqual([200, 'inferred'])
    expect(seen.at(-1)).toMatchObject({
      'keyward-key-id': expect.stringMatching(/^key_/),
      'keyward-project-id': expect.stringMatching(/^prj_/),
      'keyward-organization-id': expect.stringMatching(/^org_/),
      'keyward-reservation': '',
      'keyward-warnings': '',
    })
    const text = JSON.stringify(seen.at(-1))
    expect([secret, 'forged', '{http'].filter((part) => text.includes(part))).toEqual([])
    expect(RATE_HEADERS.filter((name) => response.headers.has(name))).toEqual([])
  },
)

test.skipIf(caddy === null)(
  `Caddy returns rate headers to the client for allowed and denied requests${whyNot('caddy', caddy)}`,
  async () => {
    const allowed = await infer({ authorization: `Bearer ${rated}` })
    const denied = await infer({ authorization: `Bearer ${rated}`, 'keyward-estimated-units': 'INPUT_TOKENS=1' })
    expect([allowed.status, denied.status]).toEqual([200, 429])
    expect(seen.at(-1)?.['keyward-reservation']).toMatch(/^rsv_/)
    expect(denied.headers.get('keyward-reason')).toBe('RATE_LIMITED')
    expect(Number(denied.headers.get('retry-after'))).toBeGreaterThan(0)
    for (const { headers } of [allowed, denied]) {
      expect(headers.get('ratelimit')).toMatch(/^"tokens-per-day";r=\d+;t=\d+$/)
      expect(headers.get('ratelimit-policy')).toBe('"tokens-per-day";q=4000;w=86400;qu="tokens"')
      expect(headers.get('x-ratelimit-limit-tokens')).toBe('4000')
    }
    expect((await infer({ authorization: 'Bearer sk-unknown' })).status).toBe(401)
  },
)
