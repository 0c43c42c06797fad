import { execFileSync } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { Keyward } from '@keyward/sdk'
import { createGateway, type Gateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { migrate } from '../../../prisma/migrate.ts'
import { createGateway as registerGateway } from '../../../schema/gateway/service.ts'
import { fetchOf } from '../../clients/sdk/world.ts'
import { newSecrets, ORIGIN, startAppOn, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { type OwnPostgresql, startPostgresql } from '../../infra/postgresql-server.ts'

/*
 * PostgreSQL is replaced under two replicas and three gateways: by a copy of its directory from before the last changes,
 * as when a standby without them takes over. Prints how long it takes until
 * nothing answers by the old history. Failed while cursors were positions.
 */

const ROUNDS = process.env.KEYWARD_NIGHTLY ? 5 : 1

describe.skipIf(testDatabaseKind !== 'postgresql')(
  'PostgreSQL is replaced under two replicas and three gateways',
  () => {
    let postgresql: OwnPostgresql
    const replicas: TestApp[] = []
    const gateways: Gateway[] = []
    let owner: Keyward
    let projectId: string

    beforeAll(async () => {
      postgresql = await startPostgresql({})
      const secrets = newSecrets()
      for (let index = 0; index < 2; index += 1) {
        const database = await openDatabase(postgresql.url)
        if (index === 0) await migrate(database)
        replicas.push(await startAppOn(database, () => database.close(), secrets))
      }
      const [first] = replicas
      if (!first) throw new Error('There is no replica')
      const { token } = await first.signUp('Owner')
      owner = new Keyward({ baseUrl: ORIGIN, token, fetch: fetchOf(first.app) })
      const organization = await owner.organizations.create({ name: 'Acme' })
      projectId = (await owner.projects.create({ organizationId: organization.id, name: 'Production' })).id
      const { token: gatewayToken } = await registerGateway(first.app.runtime, 'gateway')
      for (let index = 0; index < 3; index += 1) {
        const app = replicas[index % 2]?.app
        if (app) gateways.push(createGateway({ baseUrl: ORIGIN, token: gatewayToken, fetch: fetchOf(app) }))
      }
      await Promise.all(gateways.map((gateway) => gateway.ready()))
    })
    afterAll(async () => {
      await Promise.allSettled(gateways.map((gateway) => gateway.close({ timeout: 1_000 })))
      for (const replica of replicas) await replica.close()
      await postgresql?.stop()
    })

    const decide = async (secret: string) => {
      const answers = await Promise.all(gateways.map((gateway) => gateway.authorize(secret)))
      const verified = await Promise.all(
        replicas
          .map(({ app }) => app.runtime.verifier.verify({ secret }))
          .map((each) => each.then(({ allowed }) => allowed)),
      )
      return [...answers.map(({ __typename }) => __typename === 'ApiKeyAllowed'), ...verified]
    }
    const create = (name: string) => owner.apiKeys.create({ projectId, name })

    /** Revokes a key, replaces the database by one from before, and waits until every decision is that of the new history. */
    async function lose(what: string, save: () => Promise<void>, replace: () => Promise<void>): Promise<void> {
      const delays: number[] = []
      for (let round = 0; round < ROUNDS; round += 1) {
        const kept = await create(`${what} kept ${round}`)
        await save()
        const lost = await create(`${what} lost ${round}`)
        await expect.poll(() => decide(lost.secret)).toEqual(Array(5).fill(true))
        const { gateways: receipts } = await owner.apiKeys.revoke({ id: kept.apiKey.id, awaitGatewaysSeconds: 10 })
        expect(receipts?.filter(({ acknowledged }) => acknowledged)).toHaveLength(3)
        await replace()
        const started = performance.now()
        // The lost key is unknown and the lost revocation is undone, everywhere.
        await expect.poll(() => decide(lost.secret), { interval: 20 }).toEqual(Array(5).fill(false))
        await expect.poll(() => decide(kept.secret), { interval: 20 }).toEqual(Array(5).fill(true))
        delays.push(performance.now() - started)
        await expect.poll(() => gateways.every(({ status }) => status.connected && status.asOf !== null)).toBe(true)
        // Repeated, since a busy machine may take longer than one wait.
        const revoke = () => owner.apiKeys.revoke({ id: kept.apiKey.id, awaitGatewaysSeconds: 10 })
        const isEverywhere = async () => (await revoke()).gateways?.every(({ acknowledged }) => acknowledged)
        await expect.poll(isEverywhere, { timeout: 120_000 }).toBe(true)
        expect(await decide(kept.secret)).toEqual(Array(5).fill(false))
      }
      console.log(
        `${what}: nothing answers by the old history after ${delays.map((ms) => Math.round(ms)).join(', ')} ms`,
      )
    }

    test('R4: a directory from before the last changes takes over', async () => {
      const copy = `${postgresql.directory}.copy`
      await lose(
        'a copy of the directory',
        async () => {
          await postgresql.halt()
          await rm(copy, { recursive: true, force: true })
          await cp(postgresql.directory, copy, { recursive: true, preserveTimestamps: true })
          keepOwner(postgresql.directory, copy)
          await postgresql.resume()
          await expect.poll(() => gateways.every(({ status }) => status.connected)).toBe(true)
        },
        async () => {
          await postgresql.halt()
          await rm(postgresql.directory, { recursive: true, force: true })
          await cp(copy, postgresql.directory, { recursive: true, preserveTimestamps: true })
          keepOwner(copy, postgresql.directory)
          await postgresql.resume()
        },
      )
      await rm(copy, { recursive: true, force: true })
    })
  },
)

/** PostgreSQL runs as another user if this process is root. */
function keepOwner(from: string, to: string): void {
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', `--reference=${from}`, to])
}
