import { execFileSync } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Keyward } from '@keyward/sdk'
import { createGateway, type Gateway } from '@keyward/sdk/gateway'
import { afterEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { migrate } from '../../../prisma/migrate.ts'
import { decodeId } from '../../../schema/core/ids.ts'
import { createGateway as registerGateway } from '../../../schema/gateway/service.ts'
import { fetchOf } from '../../clients/sdk/world.ts'
import { newSecrets, ORIGIN, startAppOn, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { installedPostgresql } from '../../infra/failover/programs.ts'
import { startVirtualAddress, type VirtualAddress } from '../../infra/network/virtual-address.ts'
import { startPostgresql } from '../../infra/postgresql-server.ts'
import { copyStandby, type DirectoryServer, keepOwner, startInstalled } from '../../infra/postgresql-standby.ts'

/*
 * PostgreSQL is replaced under two replicas and three gateways: by a copy of its directory from before the last changes, by
 * a standby that lacks them, and by a dump. Prints how long it takes until nothing answers by the old history. Failed while
 * cursors were positions.
 */

const ROUNDS = process.env.KEYWARD_NIGHTLY ? 5 : 1

/** Two replicas with three gateways, which reach PostgreSQL by an address that can move. */
interface Fleet {
  address: VirtualAddress
  /** Whether each gateway and each replica allows a key. */
  decide(secret: string): Promise<boolean[]>
  create(name: string): Promise<{ apiKey: { id: string }; secret: string }>
  /** Revokes a key, and returns how many gateways have confirmed it. */
  revoke(id: string): Promise<number>
  /** Waits until replicas and gateways reach the database. */
  connected(): Promise<void>
}

const ALL = 5
/** Ends what a test has started, in reverse. */
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function startFleet(url: string): Promise<Fleet> {
  const address = await startVirtualAddress(url)
  closing.push(() => address.close())
  const secrets = newSecrets()
  const replicas: TestApp[] = []
  for (let index = 0; index < 2; index += 1) {
    const database = await openDatabase(address.url)
    if (index === 0) await migrate(database)
    const replica = await startAppOn(database, () => database.close(), secrets)
    closing.push(() => replica.close())
    replicas.push(replica)
  }
  const [first] = replicas
  if (!first) throw new Error('There is no replica')
  const { token } = await first.signUp('Owner')
  const owner = new Keyward({ baseUrl: ORIGIN, token, fetch: fetchOf(first.app) })
  const organization = await owner.organizations.create({ name: 'Acme' })
  const projectId = (await owner.projects.create({ organizationId: organization.id, name: 'Production' })).id
  const { token: gatewayToken } = await registerGateway(first.app.runtime, 'gateway')
  const gateways: Gateway[] = []
  closing.push(() => Promise.allSettled(gateways.map((gateway) => gateway.close({ timeout: 1_000 }))))
  for (let index = 0; index < 3; index += 1) {
    const app = replicas[index % 2]?.app
    if (app) gateways.push(createGateway({ baseUrl: ORIGIN, token: gatewayToken, fetch: fetchOf(app) }))
  }
  await Promise.all(gateways.map((gateway) => gateway.ready()))
  return {
    address,
    async decide(secret) {
      const answers = await Promise.all(gateways.map((gateway) => gateway.authorize(secret)))
      const verified = await Promise.all(replicas.map(({ app }) => app.runtime.verifier.verify({ secret })))
      return [
        ...answers.map(({ __typename }) => __typename === 'ApiKeyAllowed'),
        ...verified.map(({ allowed }) => allowed),
      ]
    },
    create: (name) => owner.apiKeys.create({ projectId, name }),
    async revoke(id) {
      const revoked = await owner.apiKeys.revoke({ id, awaitGatewaysSeconds: 10 })
      return (revoked.gateways ?? []).filter(({ acknowledged }) => acknowledged).length
    },
    async connected() {
      await expect.poll(() => gateways.every(({ status }) => status.connected && status.asOf !== null)).toBe(true)
      const reach = replicas.map(({ database }) =>
        database.sql('SELECT 1').then(
          () => true,
          () => false,
        ),
      )
      await expect.poll(async () => (await Promise.all(reach)).every(Boolean)).toBe(true)
    },
  }
}

/**
 * Revokes a key, replaces the database by one that lacks this change, and waits until every decision is that of the new
 * history.
 */
async function lose(fleet: Fleet, what: string, save: () => Promise<unknown>, replace: () => Promise<unknown>) {
  const delays: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const kept = await fleet.create(`${what} kept ${round}`)
    await save()
    const lost = await fleet.create(`${what} lost ${round}`)
    await expect.poll(() => fleet.decide(lost.secret)).toEqual(Array(ALL).fill(true))
    expect(await fleet.revoke(kept.apiKey.id)).toBe(3)
    await replace()
    const started = performance.now()
    // The lost key is unknown and the lost revocation is undone, everywhere.
    await expect.poll(() => fleet.decide(lost.secret), { interval: 20 }).toEqual(Array(ALL).fill(false))
    await expect.poll(() => fleet.decide(kept.secret), { interval: 20 }).toEqual(Array(ALL).fill(true))
    delays.push(performance.now() - started)
    await fleet.connected()
    // Repeated, since a busy machine may take longer than one wait.
    await expect.poll(() => fleet.revoke(kept.apiKey.id), { timeout: 120_000 }).toBe(3)
    expect(await fleet.decide(kept.secret)).toEqual(Array(ALL).fill(false))
  }
  console.log(`${what}: nothing answers by the old history after ${delays.map((ms) => Math.round(ms)).join(', ')} ms`)
}

const programs = testDatabaseKind === 'postgresql' ? installedPostgresql() : null
const whyNot = programs === null ? ' (skipped: no server with pg_dump is installed here)' : ''

describe.skipIf(testDatabaseKind !== 'postgresql')('two replicas and three gateways', () => {
  test('R4: recover when an older data directory replaces PostgreSQL’s', async () => {
    const postgresql = await startPostgresql({})
    closing.push(() => postgresql.stop())
    const fleet = await startFleet(postgresql.url)
    const copy = `${postgresql.directory}.copy`
    closing.push(() => rm(copy, { recursive: true, force: true }))
    const copyTo = async (from: string, to: string) => {
      await postgresql.halt()
      await rm(to, { recursive: true, force: true })
      await cp(from, to, { recursive: true, preserveTimestamps: true })
      keepOwner(from, to)
      await postgresql.resume()
    }
    await lose(
      fleet,
      'a copy of the directory',
      async () => {
        await copyTo(postgresql.directory, copy)
        await fleet.connected()
      },
      () => copyTo(copy, postgresql.directory),
    )
  })

  test('R4: recover when a standby that lacks the last changes is promoted', async () => {
    const postgresql = await startPostgresql({})
    closing.push(() => postgresql.stop())
    const fleet = await startFleet(postgresql.url)
    let primary = {
      url: postgresql.url,
      directory: postgresql.directory,
      stop: postgresql.halt,
      start: postgresql.resume,
    }
    let standby: DirectoryServer
    let replication: VirtualAddress
    let saves = 0
    await lose(
      fleet,
      'a promoted standby',
      async () => {
        // Where the standby finds the primary, so that the last changes can be kept from it.
        replication = await startVirtualAddress(primary.url)
        closing.push(() => replication.close())
        await primary.stop()
        standby = await copyStandby(primary.directory, replication.url)
        closing.push(() => standby.remove())
        await primary.start()
        await standby.start()
        await fleet.connected()
        saves += 1
        const marker = await fleet.create(`the last change that the standby has ${saves}`)
        await expect
          .poll(() => query(standby.url, `SELECT 1 FROM api_key WHERE id = '${uuidOf(marker)}'`))
          .toHaveLength(1)
        replication.moveTo(null)
      },
      async () => {
        await primary.stop()
        await query(standby.url, 'SELECT pg_promote()')
        fleet.address.moveTo(standby.url)
        primary = { url: standby.url, directory: standby.directory, stop: standby.kill, start: standby.start }
      },
    )
  })

  test.skipIf(programs === null)(
    `R4: recover when a dump from before the last changes is restored${whyNot}`,
    async () => {
      const server = await startInstalled(programs ?? '')
      closing.push(() => server.remove())
      const url = new URL(server.url)
      url.pathname = '/keyward'
      await query(server.url, 'CREATE DATABASE keyward')
      const fleet = await startFleet(url.href)
      const dump = `${server.directory}.dump`
      const run = (name: string, ...flags: string[]) =>
        execFileSync(join(programs ?? '', name), flags, { stdio: 'pipe' })
      await lose(
        fleet,
        'a restored dump',
        async () => run('pg_dump', '--format=custom', `--file=${dump}`, url.href),
        async () => {
          fleet.address.moveTo(null)
          await query(server.url, 'DROP DATABASE keyward WITH (FORCE)')
          await query(server.url, 'CREATE DATABASE keyward')
          run('pg_restore', '--no-owner', `--dbname=${url.href}`, dump)
          fleet.address.moveTo(url.href)
        },
      )
    },
  )
})

/** Sends a statement over a connection of its own. */
async function query(url: string, sql: string): Promise<unknown[]> {
  const database = await openDatabase(url)
  try {
    return await database.sql(sql)
  } finally {
    await database.close()
  }
}

function uuidOf({ apiKey }: { apiKey: { id: string } }): string {
  const uuid = decodeId('ApiKey', apiKey.id)
  if (uuid === null) throw new Error('Not an id of a key')
  return uuid
}
