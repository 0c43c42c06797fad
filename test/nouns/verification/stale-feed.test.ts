import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../../prisma/database.ts'
import { KeyVerifier } from '../../../schema/verification/verifier.ts'
import { ChangeFeed } from '../../../schema/write/outbox/feed.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'

/*
 * A replica without change events whose database still responds: its verifier uses a closed feed. The opposite, a
 * database that does not respond, is simulated by look-ups that never end.
 */

let app: TestApp
let owner: Client
let project: string

beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  project = (await createOrganization(owner, 'Stale')).defaultProject
})
afterAll(() => app?.close())

/** A verifier without change events, whose look-ups can be delayed and are counted. */
async function deafVerifier(outageGraceSeconds = 60) {
  const lookups = { held: false, count: 0 }
  const { database, app: server } = app
  const holdable: Database = {
    ...database,
    sql: (text, values) => {
      lookups.count += 1
      return lookups.held ? new Promise(() => {}) : database.sql(text, values)
    },
  }
  const changes = await ChangeFeed.open(database)
  const verifier = new KeyVerifier({
    database: holdable,
    changes,
    lastUsed: server.runtime.lastUsed,
    denials: server.runtime.denials,
    leases: server.runtime.leases,
    unknownSecrets: server.runtime.unknownSecrets,
    outageGraceSeconds,
  })
  await changes.close()
  return { verifier, lookups }
}

test('a replica that received no changes for more than 5 seconds denies a revoked key that it has cached', async () => {
  const { verifier } = await deafVerifier()
  const revoked = await createKey(owner, project, 'revoked unheard')
  const live = await createKey(owner, project, 'live unheard')
  for (const { secret } of [revoked, live]) expect(await verifier.verify({ secret })).toMatchObject({ allowed: true })
  await owner.mutate('apiKeyRevoke', { id: revoked.id })
  app.database.clock.advance(6_000)
  expect(await verifier.verify({ secret: revoked.secret })).toMatchObject({ allowed: false, reason: 'REVOKED' })
  const answer = await verifier.verify({ secret: live.secret })
  expect(answer).toMatchObject({ allowed: true, warnings: [] })
  expect(app.database.clock.now().getTime() - answer.asOf).toBeLessThan(5_000)
  expect(verifier.servedDuringOutage).toBe(0)
  verifier.close()
})

test('while the database does not respond, only one look-up per second waits for the database', async () => {
  const { verifier, lookups } = await deafVerifier()
  const { secret } = await createKey(owner, project, 'known')
  expect(await verifier.verify({ secret })).toMatchObject({ allowed: true, warnings: [] })
  app.database.clock.advance(6_000)
  lookups.held = true
  lookups.count = 0
  const flagged = { allowed: true, warnings: ['SERVED_DURING_OUTAGE'] }
  expect(await verifier.verify({ secret })).toMatchObject(flagged)
  const started = performance.now()
  for (let index = 0; index < 100; index += 1) expect(await verifier.verify({ secret })).toMatchObject(flagged)
  expect(performance.now() - started).toBeLessThan(900)
  expect(lookups.count).toBe(1)
  // The database is back. The verifier notices within the second for which it remembers the failure.
  lookups.held = false
  await expect.poll(() => verifier.verify({ secret }), { timeout: 5_000 }).toMatchObject({ warnings: [] })
  verifier.close()
})

test('with a grace of 0 seconds, stale cached data that cannot be refreshed allows no request', async () => {
  const { verifier, lookups } = await deafVerifier(0)
  const { secret } = await createKey(owner, project, 'known, for nothing')
  expect(await verifier.verify({ secret })).toMatchObject({ allowed: true, warnings: [] })
  app.database.clock.advance(6_000)
  expect(await verifier.verify({ secret })).toMatchObject({ allowed: true, warnings: [] })
  lookups.held = true
  expect(await verifier.verify({ secret })).toMatchObject({ allowed: false, reason: 'UNAVAILABLE', httpStatus: 503 })
  expect(verifier.servedDuringOutage).toBe(0)
  verifier.close()
})
