import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { type Database, openDatabase } from '../../../prisma/database.ts'
import { type Client, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway, type TestGateway } from './gateway.ts'

/*
 * The database is cut off as by a network failure: connections end and new ones are rejected. The embedded database
 * lives in the server's process, so it has no such outage.
 */

const GRACE_SECONDS = 60

let app: TestApp
let gateway: TestGateway
let owner: Client
let admin: Database
/** The server's log. */
const lines: string[] = []
let known: { id: string; secret: string }
let unknown: { id: string; secret: string }

beforeAll(async () => {
  if (testDatabaseKind !== 'postgresql') return
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0)
  app = await startApp({ environment: { KEYWARD_LOG: 'json', KEYWARD_OUTAGE_GRACE_SECONDS: String(GRACE_SECONDS) } })
  gateway = await startGateway(app)
  owner = await app.signUp('Owner')
  const { defaultProject } = await createOrganization(owner, 'Cut off')
  known = await createKey(owner, defaultProject, 'known')
  unknown = await createKey(owner, defaultProject, 'not asked for yet')
  expect((await gateway.authorize(known.secret)).status).toBe(200)
  expect(await gateway.verify({ secret: known.secret })).toMatchObject({ __typename: 'ApiKeyAllowed', warnings: [] })
  admin = await openDatabase(inject('postgresql').url, { poolSize: 1 })
})
afterAll(async () => {
  vi.restoreAllMocks()
  await admin?.close()
  await app?.close()
})

const databaseName = () => new URL(app.database.url).pathname.slice(1)

async function allowConnections(allowed: boolean): Promise<void> {
  await admin.sql(`ALTER DATABASE ${databaseName()} WITH ALLOW_CONNECTIONS ${allowed}`)
  if (allowed) return
  await admin.sql('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [databaseName()])
}

test.skipIf(testDatabaseKind !== 'postgresql')(
  'without the database, only known keys are allowed, for the configured time',
  async () => {
    const health = async (path: string) => {
      const response = await app.app.fetch(new Request(`${ORIGIN}/health/${path}`))
      return [response.status, (await response.json()).status]
    }
    expect(await health('authorize')).toEqual([200, 'ready'])
    await allowConnections(false)
    // A balancer that asks for readiness would remove the replica, and nothing would be left to decide.
    expect(await health('ready')).toEqual([503, 'database unavailable'])
    expect(await health('authorize')).toEqual([200, 'deciding from memory'])
    // Cached data is fresh for five seconds. Moving the clock replaces the wait.
    app.database.clock.advance(6_000)
    const during = await gateway.authorize(known.secret)
    expect(during.status).toBe(200)
    expect(during.headers.get('keyward-warnings')).toBe('SERVED_DURING_OUTAGE')
    expect(app.app.runtime.verifier.servedDuringOutage).toBe(1)
    expect(await gateway.verify({ secret: known.secret })).toMatchObject({
      __typename: 'ApiKeyAllowed',
      credentialId: known.id,
      warnings: ['SERVED_DURING_OUTAGE'],
    })
    expect(app.app.runtime.verifier.servedDuringOutage).toBe(2)
    expect(await gateway.verify({ secret: unknown.secret })).toMatchObject({ reason: 'UNAVAILABLE', httpStatus: 503 })
    const never = await gateway.authorize(unknown.secret)
    expect([never.status, never.headers.get('keyward-reason')]).toEqual([503, 'UNAVAILABLE'])
    expect(await health('authorize')).toEqual([200, 'deciding from memory'])
    app.database.clock.advance(GRACE_SECONDS * 1000)
    expect(await health('authorize')).toEqual([503, 'database unavailable'])
    const closed = await gateway.authorize(known.secret)
    expect([closed.status, closed.headers.get('keyward-reason'), closed.headers.get('retry-after')]).toEqual([
      503,
      'UNAVAILABLE',
      '1',
    ])
    const person = await owner.ask('{ viewer { organizations { totalCount } } }')
    expect(person.errors?.[0]?.extensions.code).toBe('UNAVAILABLE')
    const question = 'query ($inputs: [ApiKeyVerifyInput!]!) { apiKeysVerify(inputs: $inputs) { __typename } }'
    const graph = await gateway.client.ask(question, { inputs: [{ secret: known.secret }] })
    expect([graph.status, graph.errors?.[0]?.extensions.code]).toEqual([503, 'UNAVAILABLE'])
    await allowConnections(true)
    const typename = async () => (await gateway.client.ask(question, { inputs: [{ secret: known.secret }] })).data
    await expect.poll(typename, { timeout: 20_000 }).toEqual({ apiKeysVerify: [{ __typename: 'ApiKeyAllowed' }] })
    const status = async (secret: string) => (await gateway.authorize(secret)).status
    await expect.poll(() => status(known.secret), { timeout: 20_000 }).toBe(200)
    await expect.poll(() => status(unknown.secret), { timeout: 20_000 }).toBe(200)
    await expect.poll(() => health('authorize'), { timeout: 20_000 }).toEqual([200, 'ready'])
    // The operator learns the number of affected decisions during the outage and at its end.
    const told = () => lines.filter((line) => line.includes('from memory')).map((line) => JSON.parse(line))
    await expect
      .poll(() => told().at(-1)?.message, { timeout: 20_000 })
      .toBe('database available again: no key is served from memory')
    expect(told()[0]).toMatchObject({ level: 'warn' })
    // Failed before: the answer said UNAVAILABLE, and nothing said why.
    const failed = lines.filter((line) => line.includes('a request failed')).map((line) => JSON.parse(line))
    expect(failed[0]).toMatchObject({ level: 'warn', reason: expect.stringMatching(/accepting connections|terminat/) })
    expect(failed[0].requestId).toBe(person.errors?.[0]?.extensions.requestId)
    expect(told().at(-1)).toMatchObject({ level: 'info', decisions: 2 })
  },
)
