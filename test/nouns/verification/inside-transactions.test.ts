import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { createKey, createOrganization } from '../../infra/world.ts'

/*
 * Requests share look-ups and the reading of changes. Failed (UNAVAILABLE, and false) while those were part of a transaction
 * that happened to start them.
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

/**
 * Starts shared work inside a transaction, which stays open until the work is done. The embedded database has one session,
 * so that there the work waits for the end of the transaction.
 */
async function startedInside<T>(start: () => Promise<T>): Promise<T> {
  const started = await app.database.transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1`
    const work = start()
    await Promise.race([work, delay(testDatabaseKind === 'pglite' ? 500 : 10_000, null, { ref: false })])
    return { work }
  })
  return started.work
}

test('a look-up that starts inside a transaction does not run in the transaction', async () => {
  const { secret } = await createKey(owner, project, 'shared')
  expect(await startedInside(() => app.app.runtime.verifier.verify({ secret }))).toMatchObject({ allowed: true })
})

test('reading changes from inside a transaction does not run in the transaction', async () => {
  const { changes } = app.app.runtime
  expect(await startedInside(() => changes.readAll())).toBe(true)
})
