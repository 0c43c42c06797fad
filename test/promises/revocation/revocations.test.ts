import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { type App, createApp } from '../../../server/app.ts'
import { readConfig } from '../../../server/config/config.ts'
import { fetchOf } from '../../clients/sdk/world.ts'
import { type Client, newSecrets, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { gatewayWith, startGateway } from '../../nouns/verification/gateway.ts'
import { withNotificationsCut } from './cut.ts'
import { connectGateways } from './gateways.ts'
import { type Observer, type Seen, tellFigures, watchRevocation } from './observe.ts'

/*
 * R4 at a small size; test/promises/nightly/revocations.test.ts has it at full size with server processes. Every
 * replica and every gateway applies a revocation, and none allows the key again. Failed when RowCache ignored changes.
 * Without notifications, either of two mechanisms is enough: the feed's poll, and the renewed look-up of entries older
 * than 5 seconds, which stale-feed.test.ts tests separately.
 */

const REVOCATIONS = 20

let first: TestApp
let owner: Client
let project: string
let observers: Observer[]
let gateways: Awaited<ReturnType<typeof connectGateways>>
const others: { app: App; close(): Promise<void> }[] = []

beforeAll(async () => {
  first = await startApp()
  owner = await first.signUp('Owner')
  project = (await createOrganization(owner, 'Revoking')).defaultProject
  for (let index = 0; index < 2; index += 1) {
    // The embedded database has one process, so the other replicas are apps in it.
    const database = testDatabaseKind === 'postgresql' ? await openDatabase(first.database.url) : first.database
    const config = readConfig({ KEYWARD_PUBLIC_URL: ORIGIN, KEYWARD_LOG: 'silent' })
    const app = await createApp({ ...config, ...newSecrets() }, database)
    others.push({
      app,
      close: () => app.close().then(() => (database === first.database ? undefined : database.close())),
    })
  }
  const { token } = await startGateway(first)
  const apps = [first.app, ...others.map(({ app }) => app)]
  gateways = await connectGateways(
    apps.map((app) => ({ url: ORIGIN, fetch: fetchOf(app) })),
    token,
  )
  const replicas = apps.map((app, index): Observer => {
    const gateway = gatewayWith(token, { app, client: first.client })
    return { name: `replica ${index + 1}`, accepts: async (secret) => (await gateway.authorize(secret)).status === 200 }
  })
  observers = [...replicas, ...gateways.observers]
})
afterAll(async () => {
  await gateways?.close()
  for (const { close } of others) await close()
  await first?.close()
})

const revoke = async (id: string): Promise<void> => {
  expect(await owner.mutate('apiKeyRevoke', { id }, 'apiKey { status }')).toMatchObject({
    apiKey: { status: 'REVOKED' },
  })
}

async function revokeSome(count: number, name: string): Promise<void> {
  const seen: Seen[] = []
  for (let index = 0; index < count; index += 1) {
    const key = await createKey(owner, project, `${name} ${index}`)
    seen.push(...(await watchRevocation(observers, key, revoke)))
  }
  expect(seen).toHaveLength(count * observers.length)
  console.log(`R4, small: ${name}\n${tellFigures(seen)}`)
}

test('R4: three replicas and three gateways reject a cached key soon after its revocation', () =>
  revokeSome(REVOCATIONS, 'notified'))

test('R4: three replicas and three gateways reject a revoked key even without notifications', () =>
  withNotificationsCut(first.database, () => revokeSome(3, 'notifications cut')))
