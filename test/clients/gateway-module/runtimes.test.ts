import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { startApp, type TestApp } from '../../infra/app.ts'
import { otherRuntimes } from '../../infra/runtimes.ts'
import { freePort } from '../../infra/server/chromium.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway } from '../../nouns/verification/gateway.ts'
import { type Packed, packSdk } from '../sdk/packed.ts'

const DAY_MS = 86_400_000

/** How each runtime serves the file, with the flags of docs/gateway-module.md. */
const SERVE: Record<string, (port: number) => string[]> = {
  Bun: () => ['run', 'gateway.js'],
  Deno: (port) => ['serve', '--host', '127.0.0.1', '--port', `${port}`, '--allow-net', '--allow-env', 'gateway.js'],
}

let app: TestApp
let listener: Listener
let packed: Packed
beforeAll(async () => {
  app = await startApp()
  listener = await listen(app.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
  packed = await packSdk()
  const [, program = ''] =
    /```js\n\/\/ gateway\.js\n([\s\S]*?)```/.exec(await readFile('docs/gateway-module.md', 'utf8')) ?? []
  await packed.write('gateway.js', program)
})
afterAll(async () => {
  await listener?.stop(1_000)
  await app?.close()
  await packed?.remove()
})

if (otherRuntimes.length === 0) {
  test('the gateway module in Bun and Deno: skipped, their packages exist for Linux on x64 only', ({ skip }) => skip())
}

test.skipIf(otherRuntimes.length === 0).each(otherRuntimes)(
  'the gateway in docs/gateway-module.md works in $name',
  async ({ name, path }) => {
    const owner = await app.signUp('Owner')
    const { defaultProject } = await createOrganization(owner, name)
    const { id, secret } = await createKey(owner, defaultProject, 'elsewhere')
    const { token } = await startGateway(app)
    const port = await freePort()
    const child = spawn(path, SERVE[name]?.(port) ?? [], {
      cwd: packed.folder,
      env: { HOME: packed.folder, PORT: `${port}`, KEYWARD_URL: listener.url, KEYWARD_GATEWAY_TOKEN: token },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const printed: string[] = []
    child.stderr.on('data', (chunk) => printed.push(String(chunk)))
    const ended = once(child, 'close')
    try {
      const ask = (given: string) =>
        fetch(`http://127.0.0.1:${port}`, { headers: { authorization: `Bearer ${given}` } }).catch(() => null)
      await expect.poll(async () => (await ask(secret))?.status, { timeout: 60_000 }).toBe(200)
      expect(await (await ask(secret))?.json()).toEqual({ project: defaultProject })
      expect((await ask(`${secret}x`))?.status).toBe(401)
      const query = `query ($id: ID!, $input: UsageInput!) {
        node(id: $id) { ... on ApiKey { usage(input: $input) { total totalRequests } } } }`
      const now = app.database.clock.now().getTime()
      const input = { from: new Date(now - DAY_MS), to: new Date(now + DAY_MS) }
      const counted = { node: { usage: { total: '0.026', totalRequests: '2' } } }
      await expect.poll(async () => (await owner.ask(query, { id, input })).data).toMatchObject(counted)
      const { gateways } = await owner.mutate(
        'apiKeyRevoke',
        { id, awaitGatewaysSeconds: 10 },
        'gateways { acknowledged }',
      )
      expect(gateways).toEqual([{ acknowledged: true }])
      expect((await ask(secret))?.status).toBe(401)
      expect(printed.join('')).not.toMatch(/error/i)
    } finally {
      child.kill('SIGTERM')
      await ended
    }
  },
)
