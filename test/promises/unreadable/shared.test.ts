import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../../nouns/verification/gateway.ts'

// Keys of one turn share a look-up. One that cannot be read is denied, and no other.

let app: TestApp
let gateway: TestGateway
let owner: Client
const keys: { id: string; secret: string }[] = []
const lines: string[] = []

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0)
  app = await startApp({ environment: { KEYWARD_LOG: 'json' } })
  gateway = await startGateway(app)
  owner = await app.signUp('Owner')
  const { defaultProject } = await createOrganization(owner, 'Shared')
  for (const name of ['first', 'unreadable', 'last']) keys.push(await createKey(owner, defaultProject, name))
  const id = decodeId('ApiKey', keys[1]?.id ?? '')
  await app.database.sql(`UPDATE api_key SET models = '{NULL}' WHERE id = $1`, [id])
})
afterAll(async () => {
  vi.restoreAllMocks()
  await app?.close()
})

// Failed while one row that cannot be read failed the look-up of all: 503 for each of them. Then such a key was unknown (401)
// to a look-up that it shared, and 503 to one of its own.
test('a key that cannot be read is unavailable, and the keys of the same look-up are allowed', async () => {
  const answers = await Promise.all(keys.map(({ secret }) => gateway.authorize(secret)))
  expect(answers.map(({ status }) => status)).toEqual([200, 503, 200])
  expect((await gateway.authorize(keys[1]?.secret ?? '')).status).toBe(503)
  await expect.poll(() => lines.join('')).toContain('stored value cannot be read: a credential is denied')
  expect(lines.join('')).toContain(keys[1]?.id)
  expect(lines.join('')).not.toContain(keys[1]?.secret)
})

test('a look-up of a gateway has the keys that can be read', async () => {
  const hashes = keys.map(({ secret }) => createHash('sha256').update(secret).digest('hex'))
  const { data } = await app
    .client(gateway.token)
    .ask('query ($input: GatewayLookUpInput!) { gatewayLookUp(input: $input) { credentials { secretHash } } }', {
      input: { secretHashes: hashes },
    })
  const found = data.gatewayLookUp.credentials.map(({ secretHash }: { secretHash: string }) => secretHash)
  expect(found.sort()).toEqual([hashes[0], hashes[2]].sort())
})

test('a key that could not be read works once its row is restored', async () => {
  const hashes = keys.map(({ secret }) => createHash('sha256').update(secret).digest('hex'))
  const query = 'query ($input: GatewayLookUpInput!) { gatewayLookUp(input: $input) { credentials { secretHash } } }'
  await app.client(gateway.token).ask(query, { input: { secretHashes: hashes } })
  await app.database.sql(`UPDATE api_key SET models = '{}' WHERE id = $1`, [decodeId('ApiKey', keys[1]?.id ?? '')])
  expect((await gateway.authorize(keys[1]?.secret ?? '')).status).toBe(200)
})
