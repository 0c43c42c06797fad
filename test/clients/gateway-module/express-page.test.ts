import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { type ReportedWorld, startReportedWorld } from './usage-setting.ts'

const MODEL = 'example/porter'

let world: ReportedWorld
let keyward: Listener
let server: ReturnType<typeof spawn> | undefined
beforeAll(async () => {
  world = await startReportedWorld()
  const effectiveFrom = '2020-01-01T00:00:00Z'
  const prices = [
    { lineItem: 'INPUT_TOKENS', usd: '1', effectiveFrom },
    { lineItem: 'OUTPUT_TOKENS', usd: '2', effectiveFrom },
  ]
  await loadModels(world.app.runtime, {
    models: [{ slug: MODEL, displayName: 'Porter', workload: 'INFERENCE', prices }],
  })
  keyward = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
})
afterAll(async () => {
  server?.kill('SIGKILL')
  await world?.close()
  await keyward?.stop(1_000)
})

/** Starts the program of the page, and returns its address, its output and its end. */
async function start() {
  const [, contents = ''] =
    /```js\n\/\/ server\.mjs\n([\s\S]*?)```/.exec(await readFile('docs/gateway-module.md', 'utf8')) ?? []
  const outfile = join(inject('build'), `express-page-${process.pid}.mjs`)
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }
  const stdin = { contents, resolveDir: process.cwd() }
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', banner })
  const env = { PATH: process.env.PATH, PORT: '0', KEYWARD_URL: keyward.url, KEYWARD_GATEWAY_TOKEN: world.gatewayToken }
  const child = spawn(process.execPath, [outfile], { env, stdio: 'pipe' })
  server = child
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'close').then(([code]) => code)
  await expect.poll(() => output).toMatch(/Listening on port \d+/)
  return { url: `http://127.0.0.1:${/port (\d+)/.exec(output)?.[1]}`, output: () => output, ended, child }
}

// Failed while `record` did not take over the model of `ask`: the units had no price.
test('the Express server of docs/gateway-module.md prices the tokens of a request, denies others and ends with its usage recorded', async () => {
  const { url, output, ended, child } = await start()
  const { secret, projectId } = await world.newKey()
  const complete = (credential: string, model: string) =>
    fetch(`${url}/v1/complete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model }),
    })
  const allowed = await complete(secret, MODEL)
  expect([allowed.status, await allowed.json()]).toEqual([200, { text: 'Hello' }])
  expect((await complete(`${secret}x`, MODEL)).status).toBe(401)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(output()).not.toContain('rejected')
  expect(await world.recorded(projectId)).toEqual({ events: 1, nanos: 1_200 * 1_000 + 300 * 2_000 })
})
