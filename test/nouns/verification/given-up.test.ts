import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway } from './gateway.ts'

/*
 * Requests share look-ups and exchanges of limits. Failed (UNAVAILABLE) while those ended with the request that had started
 * them.
 */

let app: TestApp
let owner: Client
let project: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  project = (await createOrganization(owner, 'Shared')).defaultProject
})
afterAll(() => app?.close())

test('a request that is given up takes no other with it that waits for the same rows', async () => {
  const { id, secret } = await createKey(owner, project, 'shared')
  await owner.mutate('apiKeyLimitsSet', { id, budgets: [{ period: 'TOTAL', usd: '1' }] })
  const gateway = await startGateway(app)
  const authorize = () => gateway.authorize(secret, { 'keyward-estimated-cost': '0.1' })
  const givenUp = app.database.whileWanted(AbortSignal.abort(), authorize)
  const wanted = authorize()
  expect(await (await wanted).json()).toMatchObject({ allowed: true })
  await Promise.allSettled([givenUp])
})

test('a request that is given up does not end the reading of changes for others', async () => {
  const { changes } = app.app.runtime
  const givenUp = app.database.whileWanted(AbortSignal.abort(), () => changes.readAll())
  expect(await changes.readAll()).toBe(true)
  await Promise.allSettled([givenUp])
})
