import { createGateway, type Gateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { decodeId } from '../../../schema/core/ids.ts'
import { declareRestored } from '../../../schema/write/outbox/history-sql.ts'
import { type App, createApp } from '../../../server/app.ts'
import { readConfig } from '../../../server/config/config.ts'
import { fetchOf } from '../../clients/sdk/world.ts'
import { type Client, newSecrets, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { openStream } from '../../nouns/api-key/stream.ts'
import { gatewayWith, startGateway } from '../../nouns/verification/gateway.ts'

/*
 * The database loses its last changes under two replicas with a gateway each, as after a restore: the rows are put back by
 * one transaction. The same for a directory that is put back, and for a dump, is in restored-server.test.ts. Failed while
 * cursors were positions: a revocation at a position that a gateway knew was never applied.
 */

let first: TestApp
let owner: Client
let project: string
let token: string
const apps: App[] = []
const closing: (() => Promise<void>)[] = []
let gateways: Gateway[] = []

beforeAll(async () => {
  first = await startApp()
  owner = await first.signUp('Owner')
  project = (await createOrganization(owner, 'Restored')).defaultProject
  // The embedded database has one process, so the second replica is another app in it.
  const database = testDatabaseKind === 'postgresql' ? await openDatabase(first.database.url) : first.database
  const config = readConfig({ KEYWARD_PUBLIC_URL: ORIGIN, KEYWARD_LOG: 'silent' })
  const second = await createApp({ ...config, ...newSecrets() }, database)
  closing.push(() => second.close().then(() => (database === first.database ? undefined : database.close())))
  apps.push(first.app, second)
  token = (await startGateway(first)).token
})
beforeEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close({ timeout: 1_000 })))
  gateways = apps.map((app) => createGateway({ baseUrl: ORIGIN, token, fetch: fetchOf(app) }))
  await Promise.all(gateways.map((gateway) => gateway.ready()))
})
afterAll(async () => {
  await Promise.allSettled(gateways.map((gateway) => gateway.close({ timeout: 1_000 })))
  for (const close of closing) await close()
  await first?.close()
})

/** Lets both replicas and both gateways decide, and returns the distinct outcomes. */
async function outcomes(secret: string): Promise<string[]> {
  const byReplica = apps.map(async (app) => {
    const replica = gatewayWith(token, { app, client: first.client })
    const { status } = await replica.authorize(secret)
    return status === 200 ? 'ALLOWED' : 'DENIED'
  })
  const byGateway = gateways.map(async (gateway) => {
    const { __typename } = await gateway.authorize(secret)
    return __typename === 'ApiKeyAllowed' ? 'ALLOWED' : 'DENIED'
  })
  return [...new Set(await Promise.all([...byReplica, ...byGateway]))]
}

/** Revokes a key for both, and puts the database back to before. `work` commits with it: other changes at those positions. */
async function revokeAndRestore(id: string, work = ''): Promise<void> {
  const [before] = await first.database.sql<{ position: string }>('SELECT position FROM change_clock')
  const revoked = await owner.mutate('apiKeyRevoke', { id, awaitGatewaysSeconds: 10 }, 'gateways { acknowledged }')
  expect(revoked).toMatchObject({ gateways: [{ acknowledged: true }, { acknowledged: true }] })
  const uuid = decodeId('ApiKey', id)
  if (uuid === null) throw new Error('Not an id of a key')
  await first.database.transaction(async (tx) => {
    // A restore runs no triggers: they would keep the revocation.
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await tx.changeEvent.deleteMany({ where: { position: { gt: BigInt(before?.position ?? 0) } } })
    await tx.changeClock.update({ where: { id: 1 }, data: { position: BigInt(before?.position ?? 0) } })
    await tx.apiKey.update({
      where: { id: uuid },
      data: { revokedAt: null, revokedByUserId: null, revocationReason: null },
    })
    await tx.apiKeySecret.updateMany({ where: { apiKeyId: uuid }, data: { retiresAt: null } })
    if (work) await tx.$executeRawUnsafe(work)
  })
}

/** Fills the lost positions, and more, with other changes. */
const OVERTAKE = `
  WITH taken AS (UPDATE change_clock SET position = position + 3 RETURNING position)
  INSERT INTO change_event (position, at, kind, subject_id)
  SELECT position - n, now() + interval '1 second', 'MODEL_CHANGED', gen_random_uuid() FROM taken, generate_series(0, 2) AS n`

test.each([
  ['lost its last changes', ''],
  ['lost its last changes and gave their positions to others', OVERTAKE],
])('replicas, gateways and subscriptions resynchronize with a database that %s', async (_what, work) => {
  const { id, secret } = await createKey(owner, project, `restored ${work.length}`)
  await expect.poll(() => outcomes(secret)).toEqual(['ALLOWED'])
  const stream = await openStream(first.app, owner.token, { projectId: project })
  const answer = await owner.ask('query ($id: ID!) { project(id: $id) { changeCursor } }', { id: project })
  const old: string = answer.data.project.changeCursor
  await revokeAndRestore(id, work)

  // In the restored database, the key is not revoked.
  await expect.poll(() => outcomes(secret)).toEqual(['ALLOWED'])
  // The live stream ends, after the revocation that it saw, and its cursors are invalid.
  await stream.rest()
  const [refusal] = await (await openStream(first.app, owner.token, { projectId: project, after: old })).rest()
  expect(refusal.errors[0].extensions.code).toBe('BAD_REQUEST')
  expect(refusal.errors[0].message).toMatch(/restored or failed over.*changeCursor/)

  // A gateway that is reported as acknowledged has applied the change.
  const again = await owner.mutate('apiKeyRevoke', { id, awaitGatewaysSeconds: 10 }, 'gateways { acknowledged }')
  expect(again).toMatchObject({ gateways: [{ acknowledged: true }, { acknowledged: true }] })
  expect(await Promise.all(gateways.map((gateway) => gateway.authorize(secret)))).toMatchObject([
    { reason: 'REVOKED' },
    { reason: 'REVOKED' },
  ])
  await expect.poll(() => outcomes(secret)).toEqual(['DENIED'])
})

test('every replica clears its caches and logs a restore after the operator declares it', async () => {
  const lines: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0)
  const config = readConfig({ KEYWARD_PUBLIC_URL: ORIGIN, KEYWARD_LOG: 'json' })
  const logging = await createApp({ ...config, ...newSecrets() }, first.database)
  const { secret } = await createKey(owner, project, 'declared')
  await expect.poll(() => outcomes(secret)).toEqual(['ALLOWED'])
  // A lost change that no cursor has seen: only the operator's command reveals it.
  await first.database.sql("UPDATE api_key SET expires_at = now() - interval '1 day' WHERE name = 'declared'")
  expect(await outcomes(secret)).toContain('ALLOWED')
  await declareRestored(first.database)
  await expect.poll(() => outcomes(secret)).toEqual(['DENIED'])
  await expect.poll(() => lines.join('')).toContain('the database was restored or failed over')
  write.mockRestore()
  await logging.close()
})

test('a gateway’s position from before a restore is not saved and acknowledges nothing', async () => {
  const [row] = await first.database.sql<{ history: string }>('SELECT history FROM verifier LIMIT 1')
  const { history } = await first.app.runtime.changes.newest()
  await expect
    .poll(async () => {
      const rows = await first.database.sql<{ history: string }>(
        'SELECT DISTINCT history FROM verifier WHERE history = $1',
        [history],
      )
      return rows.length
    })
    .toBe(1)
  expect(row?.history).toMatch(/^[0-9a-f-]{36}$/)
  // A connection of its own: the live ones keep acknowledging.
  const [lost] = await first.database.sql<{ id: string }>(
    `INSERT INTO verifier (id, gateway_id, position, history, connected_at, seen_at)
     SELECT gen_random_uuid(), gateway_id, position + 1000, gen_random_uuid(), connected_at, now() + interval '1 hour'
       FROM verifier LIMIT 1 RETURNING id`,
  )
  const { id } = await createKey(owner, project, 'not acknowledged')
  const { gateways: receipts } = await owner.mutate(
    'apiKeyRevoke',
    { id, awaitGatewaysSeconds: 0 },
    'gateways { connectionId acknowledged }',
  )
  expect(receipts).toContainEqual({ connectionId: lost?.id, acknowledged: false })
})
