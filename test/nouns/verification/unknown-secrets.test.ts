import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { generateSecret } from '../../../schema/api-key/secret.ts'
import { UNKNOWN_SECRETS } from '../../../schema/core/quotas.ts'
import { clientSource, gatewaySource } from '../../../schema/credential/unknown-secrets.ts'
import { type App, createApp } from '../../../server/app.ts'
import { readConfig } from '../../../server/config/config.ts'
import { type Client, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization, sha256 } from '../../infra/world.ts'
import { gatewayWith, startGateway, type TestGateway } from './gateway.ts'

/*
 * Look-ups of unknown secrets are bounded, and a secret works on every replica as soon as it exists. Without the bound, each
 * request of these tests cost a look-up of its own.
 */

let first: TestApp
let second: App
let closeSecond: () => Promise<void>
let owner: Client
let organizationId: string
let project: string
let here: TestGateway
let there: TestGateway
const statements: string[] = []

/** Statements of the second replica about secrets, and those that read the changes. Last uses are written at any time. */
const lookUps = (pattern = /api_key_secret|service_account|child_token/) =>
  statements.filter((sql) => pattern.test(sql) && !/last_used_at = greatest/.test(sql))
const readings = () => statements.filter((sql) => /FROM change_clock c LEFT JOIN LATERAL/.test(sql))

beforeAll(async () => {
  first = await startApp()
  const database = await openDatabase(first.database.url, { onStatement: (sql) => statements.push(sql) })
  const config = readConfig({ KEYWARD_PUBLIC_URL: ORIGIN, KEYWARD_LOG: 'silent' })
  const encryptionKeys = [{ id: 'test', key: randomBytes(32) }]
  second = await createApp({ ...config, encryptionKeys, sessionSecret: randomBytes(32).toString('hex') }, database)
  closeSecond = async () => {
    await second.close()
    await database.close()
  }
  owner = await first.signUp('Owner')
  const organization = await createOrganization(owner, 'Unknown')
  organizationId = organization.id
  project = organization.defaultProject
})
afterAll(async () => {
  await closeSecond?.()
  await first?.close()
})

// A gateway of its own: no test is over the bound of another.
beforeEach(async () => {
  here = await startGateway(first)
  there = gatewayWith(here.token, { app: second, client: first.client })
  await there.authorize(generateSecret('proj'))
  statements.length = 0
})

const { burst } = UNKNOWN_SECRETS.perAddress.bound
const secrets = (count: number) => Array.from({ length: count }, () => generateSecret('proj'))
const from = (clientIp: string) => ({ 'keyward-client-ip': clientIp })
const statusOf = async (asked: Promise<Response>) => (await asked).status
const foreign = () => `moved-in-${randomBytes(24).toString('hex')}`
const importSecret = async (secret: string) => {
  const rows = [{ name: `moved ${secret.slice(-12)}`, sha256: sha256(secret) }]
  const { outcomes } = await owner.mutate('apiKeysImport', { organizationId, rows }, 'outcomes { apiKey { id } }')
  expect(outcomes[0].apiKey.id).toContain('key_')
}

/** Presents secrets of a client to the graph of the second replica. */
const ask = (secret: string, clientAddress: string, path = '/graphql', body = '{"query":"{ __typename }"}') =>
  second.fetch(
    new Request(`${ORIGIN}${path}`, {
      method: 'POST',
      headers:
        path === '/graphql'
          ? { 'content-type': 'application/json', authorization: `Bearer ${secret}` }
          : { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    }),
    { clientAddress },
  )

describe('a secret that is cached as unknown', () => {
  test('causes no look-up, and simultaneous requests share one read of the changes', async () => {
    const secret = generateSecret('proj')
    for (let time = 0; time < 2; time += 1) expect(await statusOf(there.authorize(secret))).toBe(401)
    statements.length = 0
    const statuses = await Promise.all(Array.from({ length: 50 }, () => statusOf(there.authorize(secret))))
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(lookUps()).toEqual([])
    expect(readings().length).toBeLessThanOrEqual(30)
  })

  // Only a reading of the changes can say that the secret exists now.
  test('works immediately on every replica once it is imported', async () => {
    await first.database.sql('SELECT 1')
    for (let round = 0; round < 5; round += 1) {
      const secret = foreign()
      const asked = () =>
        Promise.all([there.authorize(secret), here.authorize(secret), ask(secret, '192.0.2.1')].map(statusOf))
      for (let time = 0; time < 3; time += 1) expect(await asked()).toEqual([401, 401, 401])
      await importSecret(secret)
      expect(await asked()).toEqual([200, 200, 200])
    }
  })

  test('works immediately once it is imported as a legacy key', async () => {
    const secret = foreign()
    const { id } = await createOrganization(owner, 'Legacy')
    for (let time = 0; time < 3; time += 1) expect(await statusOf(there.authorize(secret))).toBe(401)
    const imported = await owner.mutate('legacyKeyImport', { organizationId: id, secret }, '__typename')
    expect(imported.__typename).toBe('LegacyKeyImportPayload')
    expect(await statusOf(there.authorize(secret))).toBe(200)
  })

  test('is looked up again if a key was imported during its look-up', async () => {
    const secret = foreign()
    const asking = Array.from({ length: 40 }, async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
      return statusOf(there.authorize(secret))
    })
    await importSecret(secret)
    expect(await statusOf(there.authorize(secret))).toBe(200)
    await Promise.all(asking)
    expect(await statusOf(there.authorize(secret))).toBe(200)
  })
})

test('a token of a gateway or of a service account is denied at both endpoints without a look-up', async () => {
  const { token } = await owner.mutate('serviceAccountCreate', { organizationId, name: 'A', role: 'MEMBER' }, 'token')
  for (const secret of [token, here.token, generateSecret('svc'), generateSecret('gate')])
    expect(await statusOf(there.authorize(secret))).toBe(401)
  expect(lookUps()).toEqual([])
  expect(await statusOf(ask(token, '192.0.2.2'))).toBe(200)
})

describe('a source of many unknown secrets', () => {
  test('waits for look-ups that its requests share', async () => {
    await Promise.all(secrets(2 * burst).map((secret) => there.authorize(secret, from('198.51.100.1'))))
    statements.length = 0
    const statuses = await Promise.all(
      secrets(90).map((secret) => statusOf(there.authorize(secret, from('198.51.100.1')))),
    )
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(lookUps().length).toBeLessThanOrEqual(30)
  })

  test('never delays or denies other clients or known keys', async () => {
    const key = await createKey(owner, project, 'elsewhere')
    const late = await createKey(owner, project, 'late')
    const other = gatewayWith((await startGateway(first)).token, { app: second, client: first.client })
    const flood = () => secrets(2 * burst).map((secret) => there.authorize(secret, from('198.51.100.2')))
    await Promise.all(flood())
    const flooding = flood()
    const answers = await Promise.all([
      there.authorize(key.secret, from('198.51.100.3')),
      other.authorize(key.secret, from('198.51.100.2')),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    await Promise.all(flooding)
    await expect.poll(() => statusOf(there.authorize(late.secret, from('198.51.100.2')))).toBe(200)
    const again = flood()
    expect(await statusOf(there.authorize(late.secret, from('198.51.100.2')))).toBe(200)
    await Promise.all(again)
  })

  // Failed in a build that names clients by nothing but their address. All in one moment, however busy the machine is.
  test('has a separate limit for each gateway and client address', async () => {
    const check = (gateway: string) =>
      second.runtime.unknownSecrets.check(sha256(generateSecret('proj')), gatewaySource(gateway, '198.51.100.4'))
    const { waiting } = UNKNOWN_SECRETS.perAddress
    const flooding = Array.from({ length: burst + 2 * waiting }, () => check('one'))
    const [same, other] = [check('one'), check('other')]
    expect(await same).toBe('LIMITED')
    expect(await other).toBe('POSSIBLE')
    await Promise.all(flooding)
  })

  test('is denied with a retry time at every interface while too many of its requests wait', async () => {
    const exchange = (secret: string) =>
      new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: secret,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      }).toString()
    const ways: Record<string, (client: string) => Promise<Response>> = {
      graph: (client) => ask(generateSecret('svc'), client),
      token: (client) => ask('', client, '/token', exchange(generateSecret('proj'))),
      revoke: (client) => ask('', client, '/token/revoke', `token=${generateSecret('tmp')}`),
      gateway: (client) => ask(generateSecret('gate'), client),
      proxy: (clientAddress) =>
        second.fetch(
          new Request(`${ORIGIN}/authorize`, {
            headers: { 'keyward-gateway': generateSecret('gate'), authorization: `Bearer ${generateSecret('proj')}` },
          }),
          { clientAddress },
        ),
    }
    for (const [index, [name, present]] of Object.entries(ways).entries()) {
      const client = `203.0.113.${index + 1}`
      await Promise.all(Array.from({ length: burst + 50 }, () => present(client)))
      statements.length = 0
      await Promise.all(Array.from({ length: 150 }, () => present(client)))
      expect(lookUps(/token_hash|api_key_secret|child_token/).length, name).toBeLessThanOrEqual(50)
      let limited: Response | undefined
      const statusOfMore = async () => {
        // All in one moment, however busy the machine is.
        for (const secret of secrets(2 * burst))
          void second.runtime.unknownSecrets.check(sha256(secret), clientSource(client))
        limited = await present(client)
        return limited.status
      }
      await expect.poll(statusOfMore, { message: name }).toBe(429)
      expect(limited?.headers.get('retry-after'), name).toBe('1')
      expect(await limited?.text(), name).toMatch(/RATE_LIMITED|temporarily_unavailable|UNKNOWN_SECRETS_LIMITED/)
    }
  })

  // Failed while an address with a port had no bound of its own: its client used up the bound of the whole gateway.
  test('is identified by its address, regardless of the port that its proxy names', async () => {
    const names = (clientIp: string) => gatewaySource('one', clientIp).map(({ name }) => name)
    expect(names('198.51.100.5:4711')).toEqual(names('198.51.100.5'))
    expect(names('[2001:db8:1:3::1]:443')).toEqual(names('2001:db8:1:3::2'))
    expect(names('198.51.100.5')).toHaveLength(2)
  })

  test('shares its limit with its /64 IPv6 network', async () => {
    const addressOf = (index: number) => from(`2001:db8:1:2::${index.toString(16)}`)
    await Promise.all(secrets(burst + 50).map((secret, index) => there.authorize(secret, addressOf(index))))
    statements.length = 0
    await Promise.all(secrets(50).map((secret) => there.authorize(secret, from('2001:db8:1:2:ffff::1'))))
    expect(lookUps().length).toBeLessThanOrEqual(30)
  })
})

test('a gateway that looks up many unknown hashes is delayed, but its known keys are found', async () => {
  const key = await createKey(owner, project, 'by hash')
  const query = 'query ($input: GatewayLookUpInput!) { gatewayLookUp(input: $input) { credentials { name } } }'
  const graph = (secretHashes: string[]) =>
    ask(here.token, '192.0.2.9', '/graphql', JSON.stringify({ query, variables: { input: { secretHashes } } }))
  for (let time = 0; time < 2; time += 1) await graph(secrets(500).map(sha256))
  statements.length = 0
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => graph([...secrets(5).map(sha256), sha256(key.secret)])),
  )
  for (const answer of answers)
    expect((await answer.json()).data.gatewayLookUp.credentials).toEqual([{ name: 'by hash' }])
  expect(lookUps().filter((sql) => sql.includes('unnest')).length).toBeLessThanOrEqual(30)
})
