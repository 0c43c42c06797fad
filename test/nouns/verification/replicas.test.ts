import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { type App, createApp } from '../../../server/app.ts'
import { readConfig } from '../../../server/config/config.ts'
import { ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { gatewayWith, startGateway, type TestGateway } from './gateway.ts'

/* A revocation reaches another replica that has cached the key. Failed when RowCache ignored changes. */

let first: TestApp
let second: App
let closeSecond: () => Promise<void>
let here: TestGateway
let there: TestGateway
let project: string

beforeAll(async () => {
  first = await startApp()
  // The embedded database has one process, so the second replica is a second app in it.
  const database = testDatabaseKind === 'postgresql' ? await openDatabase(first.database.url) : first.database
  const config = readConfig({ KEYWARD_PUBLIC_URL: ORIGIN, KEYWARD_LOG: 'silent' })
  const encryptionKeys = [{ id: 'test', key: randomBytes(32) }]
  second = await createApp({ ...config, encryptionKeys, sessionSecret: randomBytes(32).toString('hex') }, database)
  closeSecond = async () => {
    await second.close()
    if (database !== first.database) await database.close()
  }
  here = await startGateway(first)
  there = gatewayWith(here.token, { app: second, client: first.client })
})
afterAll(async () => {
  await closeSecond?.()
  await first?.close()
})

test('a replica applies each change to a cached key', async () => {
  const owner = await first.signUp('Owner')
  const organization = await createOrganization(owner, 'Replicated')
  project = organization.defaultProject
  const key = await createKey(owner, project, 'seen twice')
  const status = async () => (await there.authorize(key.secret)).status
  expect(await status()).toBe(200)
  expect(await status()).toBe(200)
  await owner.mutate('apiKeyScopesSet', { id: key.id, allowedIps: ['192.0.2.0/24'] })
  await expect.poll(status).toBe(403)
  await owner.mutate('apiKeyScopesSet', { id: key.id, allowedIps: [] })
  await expect.poll(status).toBe(200)
  await owner.mutate('apiKeyRevoke', { id: key.id })
  await expect.poll(status).toBe(401)
})

test('a key is allowed as soon as it is created, even if it was denied before', async () => {
  const owner = await first.signUp('Importer')
  const organization = await createOrganization(owner, 'Importing')
  const secret = `moved-in-${randomBytes(24).toString('hex')}`
  expect((await there.authorize(secret)).status).toBe(401)
  const { createHash } = await import('node:crypto')
  const sha256 = createHash('sha256').update(secret).digest('hex')
  await owner.mutate('apiKeysImport', { organizationId: organization.id, rows: [{ name: 'moved in', sha256 }] })
  expect((await there.authorize(secret)).status).toBe(200)
})
