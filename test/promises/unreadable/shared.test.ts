import { createGateway as createModule } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { gatewaySource, type Source } from '../../../schema/credential/unknown-secrets.ts'
import { createGateway } from '../../../schema/gateway/service.ts'
import { fetchOf } from '../../clients/sdk/world.ts'
import { type Client, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization, foreignSecret, sha256 } from '../../infra/world.ts'
import { gatewayWith, startGateway, type TestGateway } from '../../nouns/verification/gateway.ts'

// Keys of one turn share a look-up. One that cannot be read is denied, and no other.

let app: TestApp
let gateway: TestGateway
let owner: Client
let organization: string
let project: string
const keys: { id: string; secret: string }[] = []
const lines: string[] = []

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0)
  app = await startApp({ environment: { KEYWARD_LOG: 'json' } })
  gateway = await startGateway(app)
  owner = await app.signUp('Owner')
  const made = await createOrganization(owner, 'Shared')
  ;[organization, project] = [made.id, made.defaultProject]
  for (const name of ['first', 'unreadable', 'last']) keys.push(await createKey(owner, project, name))
  await makeUnreadable(keys[1]?.id ?? '')
})
afterAll(async () => {
  vi.restoreAllMocks()
  await app?.close()
})

const makeUnreadable = (id: string) =>
  app.database.sql(`UPDATE api_key SET models = '{NULL}' WHERE id = $1`, [decodeId('ApiKey', id)])

const makeReadable = (id: string) =>
  app.database.sql(`UPDATE api_key SET models = '{}' WHERE id = $1`, [decodeId('ApiKey', id)])

const hashes = (): string[] => keys.map(({ secret }) => sha256(secret))

const lookUp = (secretHashes: readonly string[], token = gateway.token) =>
  app
    .client(token)
    .ask(
      'query ($input: GatewayLookUpInput!) { gatewayLookUp(input: $input) { credentials { secretHash } unreadable } }',
      {
        input: { secretHashes },
      },
    )

// Failed while one row that cannot be read failed the look-up of all: 503 for each of them. Then such a key was unknown (401)
// to a look-up that it shared, and 503 to one of its own.
test('a key with an unreadable value is unavailable, while other keys of the same look-up are allowed', async () => {
  const answers = await Promise.all(keys.map(({ secret }) => gateway.authorize(secret)))
  expect(answers.map(({ status }) => status)).toEqual([200, 503, 200])
  expect((await gateway.authorize(keys[1]?.secret ?? '')).status).toBe(503)
  await expect.poll(() => lines.join('')).toContain('stored value cannot be read: a credential is denied')
  expect(lines.join('')).toContain(keys[1]?.id)
  expect(lines.join('')).not.toContain(keys[1]?.secret)
})

test('a gateway’s look-up returns the readable keys and lists the others as unreadable', async () => {
  const unknown = sha256(foreignSecret())
  const { data } = await lookUp([...hashes(), unknown])
  const found = data.gatewayLookUp.credentials.map(({ secretHash }: { secretHash: string }) => secretHash)
  expect(found.sort()).toEqual([hashes()[0], hashes()[2]].sort())
  expect(data.gatewayLookUp.unreadable).toEqual([hashes()[1]])
})

// A failed look-up would tell the module that the server is away: it would decide about other keys from memory. Failed
// while such a key was NOT_FOUND to the module: 401, after which clients throw their secrets away.
test('a gateway module denies a key with an unreadable value as UNAVAILABLE and still decides about other keys', async () => {
  expect((await lookUp([hashes()[1] ?? ''])).errors).toBeUndefined()
  const module = createModule({ baseUrl: ORIGIN, token: gateway.token, fetch: fetchOf(app.app) })
  const outcomes = async () => {
    const answers = await Promise.all(
      [...keys.map(({ secret }) => secret), foreignSecret()].map((secret) => module.authorize(secret)),
    )
    return answers.map((answer) => (answer.__typename === 'ApiKeyDenied' ? answer.reason : answer.__typename))
  }
  try {
    await module.ready()
    expect(await module.authorize(keys[1]?.secret ?? '')).toMatchObject({ reason: 'UNAVAILABLE', httpStatus: 503 })
    expect(await outcomes()).toEqual(['ApiKeyAllowed', 'UNAVAILABLE', 'ApiKeyAllowed', 'NOT_FOUND'])
    await makeReadable(keys[1]?.id ?? '')
    expect(await outcomes()).toEqual(['ApiKeyAllowed', 'ApiKeyAllowed', 'ApiKeyAllowed', 'NOT_FOUND'])
    await makeUnreadable(keys[1]?.id ?? '')
    expect(module.status.servedDuringOutage).toBe(0)
  } finally {
    await module.close({ timeout: 1_000 })
  }
})

// Failed while each request with such a key counted as an unknown secret of its gateway and of its client.
test('a key with an unreadable value does not count towards the bounds on unknown secrets', async () => {
  const { gatewayId, token } = await createGateway(app.app.runtime, 'Counted')
  const counted = gatewayWith(token, app)
  const clientIp = '198.51.100.9'
  // Whether secrets count against a source now: its bound is then exceeded if it is one secret.
  const isCounted = ({ name, waiting }: Source) => {
    const source = { name, waiting, bound: { burst: 1, intervalMs: 0 } }
    const checked = app.app.runtime.unknownSecrets.check(sha256(foreignSecret()), [source])
    if (checked instanceof Promise) checked.catch(() => undefined)
    return checked !== 'POSSIBLE'
  }
  for (let nth = 0; nth < 50; nth += 1) {
    const denied = await counted.verify({ secret: keys[1]?.secret, clientIp })
    expect(denied).toMatchObject({ reason: 'UNAVAILABLE' })
  }
  expect(gatewaySource(gatewayId, clientIp).map(isCounted)).toEqual([false, false])
  // As many at once as the gateway regains in a second, so that they still count after their look-up.
  const rows = Array.from({ length: 100 }, (_, row) => ({
    name: `Unreadable ${row}`,
    sha256: sha256(foreignSecret()),
    projectId: project,
  }))
  await owner.mutate('apiKeysImport', { organizationId: organization, rows })
  await app.database.sql(`UPDATE api_key SET models = '{NULL}' WHERE name LIKE 'Unreadable %'`)
  const { data } = await lookUp([hashes()[0] ?? '', ...rows.map((row) => row.sha256)], token)
  expect(data.gatewayLookUp.credentials).toHaveLength(1)
  expect(gatewaySource(gatewayId, null).map(isCounted)).toEqual([false])
})

test('a key with an unreadable value works again once its row is repaired', async () => {
  await lookUp(hashes())
  await app.database.sql(`UPDATE api_key SET models = '{}' WHERE id = $1`, [decodeId('ApiKey', keys[1]?.id ?? '')])
  expect((await gateway.authorize(keys[1]?.secret ?? '')).status).toBe(200)
})
