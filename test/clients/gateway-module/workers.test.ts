import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway } from '../../nouns/verification/gateway.ts'
import { startWorker, type Worker } from '../sdk/workerd.ts'

const DAY_MS = 86_400_000

let app: TestApp
let listener: Listener
let worker: Worker
beforeAll(async () => {
  app = await startApp()
  listener = await listen(app.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
})
afterAll(async () => {
  await worker?.stop()
  await listener?.stop(1_000)
  await app?.close()
})

// Failed while a module of the SDK made a random value as it was loaded, which workerd forbids.
test('the Worker in docs/gateway-module.md works with one connection', async () => {
  const owner = await app.signUp('Owner')
  const { defaultProject } = await createOrganization(owner, 'Edge')
  const { id, secret } = await createKey(owner, defaultProject, 'edge')
  const { token } = await startGateway(app)
  const [, program = ''] =
    /```js\n\/\/ worker\.js\n([\s\S]*?)```/.exec(await readFile('docs/gateway-module.md', 'utf8')) ?? []
  worker = await startWorker(program, process.cwd(), {
    variables: { KEYWARD_URL: listener.url, KEYWARD_GATEWAY_TOKEN: token },
    objects: { GATEWAY: 'InferenceGateway' },
  })
  const ask = (given: string) => fetch(worker.url, { headers: { authorization: `Bearer ${given}` } })
  const allowed = await ask(secret)
  expect([allowed.status, await allowed.json()]).toEqual([200, { project: defaultProject }])
  expect((await ask(`${secret}x`)).status).toBe(401)
  for (let request = 0; request < 9; request += 1) expect((await ask(secret)).status).toBe(200)
  const query = `query ($id: ID!, $input: UsageInput!) {
    node(id: $id) { ... on ApiKey { usage(input: $input) { total totalRequests } } } }`
  const now = app.database.clock.now().getTime()
  const input = { from: new Date(now - DAY_MS), to: new Date(now + DAY_MS) }
  const counted = { node: { usage: { total: '0.13', totalRequests: '10' } } }
  await expect.poll(async () => (await owner.ask(query, { id, input })).data).toMatchObject(counted)
  const { gateways } = await owner.mutate('apiKeyRevoke', { id, awaitGatewaysSeconds: 10 }, 'gateways { acknowledged }')
  // One gateway for all requests, which confirms the revocation.
  expect(gateways).toEqual([{ acknowledged: true }])
  expect((await ask(secret)).status).toBe(401)
})
