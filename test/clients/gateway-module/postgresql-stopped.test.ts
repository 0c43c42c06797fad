import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Keyward } from '@keyward/sdk'
import { createGateway, type Gateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { migrate } from '../../../prisma/migrate.ts'
import { createGateway as registerGateway } from '../../../schema/gateway/service.ts'
import { newSecrets, ORIGIN, startAppOn, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { type OwnPostgresql, startPostgresql } from '../../infra/postgresql-server.ts'
import { fetchOf } from '../sdk/world.ts'

/*
 * R5 with three replicas and a gateway connected to each: PostgreSQL is stopped and started again. The embedded
 * database lives in the server's process; freshness.test.ts covers its outage. Each decision is compared with the
 * cache's age before and after it, and not with the duration of the test. Failed with a gateway that used its cache
 * without end, and with one that did not use it although it may.
 */

const GRACE_SECONDS = 12
/** Up to this age the cache is fresh, and decisions have no warning. */
const FRESH_SECONDS = 5
const POLL_MS = 100

const ageOf = ({ status }: Gateway): number => status.stalenessSeconds ?? Number.POSITIVE_INFINITY

describe.skipIf(testDatabaseKind !== 'postgresql')(
  'PostgreSQL is stopped under three replicas and their gateways',
  () => {
    let postgresql: OwnPostgresql
    const replicas: TestApp[] = []
    const gateways: Gateway[] = []
    let owner: Keyward
    let known: { id: string; secret: string; projectId: string }
    let unknown: string

    beforeAll(async () => {
      postgresql = await startPostgresql({})
      const secrets = newSecrets()
      for (let index = 0; index < 3; index += 1) {
        const database = await openDatabase(postgresql.url)
        if (index === 0) await migrate(database)
        const environment = { KEYWARD_OUTAGE_GRACE_SECONDS: String(GRACE_SECONDS) }
        replicas.push(await startAppOn(database, () => database.close(), secrets, environment))
      }
      const [first] = replicas
      if (!first) throw new Error('There is no replica')
      const { token } = await first.signUp('Owner')
      owner = new Keyward({ baseUrl: ORIGIN, token, fetch: fetchOf(first.app) })
      const organization = await owner.organizations.create({ name: 'Acme' })
      const project = await owner.projects.create({ organizationId: organization.id, name: 'Production' })
      const create = (name: string) => owner.apiKeys.create({ projectId: project.id, name })
      const { apiKey, secret } = await create('known')
      known = { id: apiKey.id, secret, projectId: project.id }
      unknown = (await create('not asked for before')).secret
      const { token: gatewayToken } = await registerGateway(first.app.runtime, `gateway ${randomUUID()}`)
      for (const { app } of replicas) {
        gateways.push(createGateway({ baseUrl: ORIGIN, token: gatewayToken, fetch: fetchOf(app) }))
      }
      await Promise.all(gateways.map((gateway) => gateway.ready()))
    })
    afterAll(async () => {
      await Promise.allSettled(gateways.map((gateway) => gateway.close({ timeout: 1_000 })))
      for (const replica of replicas) await replica.close()
      await postgresql?.stop()
    })

    test('R5: known keys are allowed only for the configured time, and no usage is lost', async () => {
      for (const gateway of gateways) {
        expect((await gateway.authorize(known.secret)).__typename).toBe('ApiKeyAllowed')
        expect(gateway.status.graceSeconds).toBe(GRACE_SECONDS)
      }
      await postgresql.halt()
      let recorded = 0
      const seen = { accepted: 0, warned: 0, refused: 0 }
      const poll = async (gateway: Gateway): Promise<void> => {
        // For the allowed time, and then for as long again.
        for (let after = 0; after < 20; await delay(POLL_MS)) {
          const before = ageOf(gateway)
          const [answer, never] = await Promise.all([gateway.authorize(known.secret), gateway.authorize(unknown)])
          const age = ageOf(gateway)
          expect(never).toMatchObject({ reason: 'UNAVAILABLE', httpStatus: 503 })
          if (answer.__typename === 'ApiKeyAllowed') {
            expect(before).toBeLessThanOrEqual(GRACE_SECONDS)
            expect(after).toBe(0)
            seen.accepted += 1
            if (before > FRESH_SECONDS) expect(answer.warnings).toEqual(['SERVED_DURING_OUTAGE'])
            if (answer.warnings.length > 0) seen.warned += 1
            await gateway.record({ answer, workload: 'INFERENCE', cost: '0.001' })
            recorded += 1
          } else {
            expect(age).toBeGreaterThan(GRACE_SECONDS)
            expect(answer).toMatchObject({ reason: 'UNAVAILABLE', httpStatus: 503 })
            seen.refused += 1
            after += 1
          }
        }
      }
      await Promise.all(gateways.map(poll))
      expect(seen).toMatchObject({ refused: 60 })
      expect(seen.warned).toBeGreaterThan(0)
      expect(gateways.reduce((sum, { status }) => sum + status.servedDuringOutage, 0)).toBe(seen.warned)
      console.log(`R5: ${seen.accepted} accepted, ${seen.warned} of them flagged, then ${seen.refused} denied`)

      await postgresql.resume()
      for (const gateway of gateways) {
        const typename = async (secret: string) => (await gateway.authorize(secret)).__typename
        await expect.poll(() => typename(known.secret)).toBe('ApiKeyAllowed')
        await expect.poll(() => typename(unknown)).toBe('ApiKeyAllowed')
      }
      const input = {
        from: new Date(Date.now() - 86_400_000).toISOString(),
        to: new Date(Date.now() + 3_600_000).toISOString(),
      }
      const requests = async () =>
        Number((await owner.costAnalytics.getOfProject(known.projectId, input))?.totalRequests)
      await expect.poll(requests).toBe(recorded)
      // Changes arrive again.
      await expect.poll(() => gateways.every(({ status }) => status.connected)).toBe(true)
      const { gateways: receipts } = await owner.apiKeys.revoke({ id: known.id, awaitGatewaysSeconds: 10 })
      expect(receipts).toHaveLength(3)
      for (const gateway of gateways) expect(await gateway.authorize(known.secret)).toMatchObject({ reason: 'REVOKED' })
    })
  },
)
