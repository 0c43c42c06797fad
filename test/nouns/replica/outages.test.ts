import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { type Json, newSecrets, type Person, startAppOn } from '../../infra/app.ts'
import { startSilentNetwork } from '../../infra/network/silent-network.ts'
import { startVirtualAddress } from '../../infra/network/virtual-address.ts'
import { command } from '../../infra/operator/command-line.ts'
import { startPostgresql } from '../../infra/postgresql-server.ts'
import { copyStandby } from '../../infra/postgresql-standby.ts'
import { type Asked, onServer, type Replicated, startReplicated } from '../../infra/replicated.ts'
import { createKey, createOrganization } from '../../infra/world.ts'

// A replica that stops, is promoted, is too old or belongs to another database costs no request, and is named once in the log.

const PATIENCE = { timeout: 60_000 }

/** Ends what a test has started, in reverse. */
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  vi.restoreAllMocks()
})

/** The lines of the log about the replica. */
function watchLog(): () => string[] {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(...String(chunk).split('\n'))
    return true
  })
  return () =>
    lines.flatMap((line) => {
      if (!line.startsWith('{')) return []
      const { message, state }: Json = JSON.parse(line)
      return String(message).startsWith('read replica') ? [state ?? 'USED'] : []
    })
}

let common: Promise<Replicated> | undefined
/** A world for tests that neither stop nor change its servers. */
function shared(): Promise<Replicated> {
  common ??= startReplicated()
  return common
}
afterAll(async () => (await common)?.close())

/** Starts a server of its own over the primary of a world. */
async function startServer(world: Replicated, KEYWARD_REPLICA_URL: string, more: Record<string, string> = {}) {
  const database = await openDatabase(more.DATABASE_URL ?? world.primary.url)
  const app = await startAppOn(database, () => database.close(), newSecrets(), {
    DATABASE_URL: world.primary.url,
    KEYWARD_REPLICA_URL,
    KEYWARD_REPLICA_MAX_LAG_SECONDS: '3600',
    ...more,
  })
  closing.push(() => app.close())
  return app
}

async function start(environment: Record<string, string> = {}): Promise<Replicated> {
  const world = await startReplicated(environment)
  closing.push(() => world.close())
  return world
}

const LISTS = `query ($id: ID!) { organization(id: $id) { name members(first: 5) { totalCount nodes { id } }
  projects(first: 5) { nodes { id apiKeys(first: 5) { totalCount nodes { id name } } } } auditLog(first: 5) { nodes { id } } } }`

/** Reads lists at both servers until the work is done, with a change now and then. Returns the errors. */
async function underLoad(
  world: Replicated,
  owner: Person,
  organization: { id: string; defaultProject: string },
  work: () => Promise<unknown>,
) {
  const errors: unknown[] = []
  let isDone = false
  const load = async (at: 0 | 1): Promise<void> => {
    for (let round = 0; !isDone; round += 1) {
      if (round % 10 === 0) await createKey(owner, organization.defaultProject, randomUUID())
      const asked = await world.ask(at, owner.token, LISTS, { id: organization.id })
      if (asked.errors) errors.push(asked.errors)
    }
  }
  const loads = [load(0), load(0), load(1), load(1)]
  await work()
  isDone = true
  await Promise.all(loads)
  return errors
}

const states = (world: Replicated) => world.apps.map(({ app }) => app.runtime.replica?.isUsed)

// Failed while each of them waited for the one connection.
test('requests read from the primary while all connections to the replica have requests waiting', async () => {
  const world = await start({ KEYWARD_REPLICA_POOL: '1' })
  const owner = await world.apps[0].signUp('Owner')
  const organization = await createOrganization(owner, 'Acme')
  await world.used()
  const { requests } = world.apps[0].app.runtime.replica ?? { requests: { busy: 0, replica: 0 } }
  const ask = () => world.apps[0].client(owner.token).ask(LISTS, { id: organization.id })
  await expect
    .poll(async () => {
      const answers = await Promise.all(Array.from({ length: 40 }, ask))
      expect(answers.map(({ errors }) => errors)).toEqual(answers.map(() => undefined))
      return requests.busy > 0 && requests.replica > 0
    }, PATIENCE)
    .toBe(true)
})

// Failed while a statement that the replica did not answer was not sent to the primary.
test('no request fails while a replica is killed, restarted and promoted under load', async () => {
  const logged = watchLog()
  const world = await start({ KEYWARD_LOG: 'json' })
  const owner = await world.apps[0].signUp('Owner')
  const organization = await createOrganization(owner, 'Acme')
  await world.used()
  const errors = await underLoad(world, owner, organization, async () => {
    await world.standby.kill()
    await expect.poll(() => states(world)).toEqual([false, false])
    await world.standby.start()
    await expect.poll(() => states(world)).toEqual([true, true])
    await onServer(world.standby.url, (database) => database.sql('SELECT pg_promote()'))
    await expect.poll(() => states(world)).toEqual([false, false])
  })
  expect(errors).toEqual([])
  // Two servers, one line each for each change.
  const count = (state: string) => logged().filter((each) => each === state).length
  expect([count('USED'), count('NOT_STANDBY')]).toEqual([4, 2])
  expect(await underLoad(world, owner, organization, () => delay(100))).toEqual([])
})

// Failed while only closed connections were noticed: lists waited for the network.
test('no request fails while the network to a replica drops packets', async () => {
  const world = await shared()
  await world.apps[0].signUp('Owner')
  const network = await startSilentNetwork(world.standby.url)
  // The deadline of a statement, still shorter than that of the replica's statements.
  const watcher = await openDatabase(network.url, { statementDeadlineMs: 20_000 })
  closing.push(
    () => watcher.close(),
    () => network.close(),
  )
  const app = await startServer(world, network.url)
  const client = await app.signUp('Another')
  const list = () => client.ask('query { models(first: 5) { nodes { id } } }')
  const { replica } = app.app.runtime
  const wasRead = async () => {
    await list()
    return (replica?.requests.replica ?? 0) > 0
  }
  await expect.poll(wasRead).toBe(true)
  network.silence()
  const waiting = watcher.sql('SELECT 1').then(
    () => 'deadline',
    () => 'deadline',
  )
  const answers = Promise.all(Array.from({ length: 20 }, list))
  expect(await Promise.race([answers.then(() => 'answers'), waiting])).toBe('answers')
  expect((await answers).filter(({ errors }) => errors)).toEqual([])
  expect(replica?.requests.lost).toBeGreaterThan(0)
})

// Failed while only broken connections were taken for a failure of the replica.
test('a statement that the replica cancels runs on the primary', async () => {
  const world = await shared()
  const owner = await world.apps[0].signUp('Owner')
  const { id } = await createOrganization(owner, 'Acme')
  await expect.poll(async () => (await world.ask(0, owner.token, LISTS, { id })).where).toEqual(['replica'])
  let pending: Promise<Asked> | undefined
  await onServer(world.standby.url, (standby) =>
    world.behind.transaction(async (tx) => {
      // The lock is replayed, so that the list waits on the standby for it.
      await tx.$executeRawUnsafe('LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE')
      await world.behind.detached(() => onServer(world.primary.url, (own) => own.sql('CREATE TABLE written ()')))
      const locks = () => standby.sql(`SELECT 1 FROM pg_locks WHERE relation = 'audit_event'::regclass AND granted`)
      await expect.poll(locks).toHaveLength(1)
      pending = world.ask(0, owner.token, LISTS, { id })
      const cancel = () =>
        standby.sql(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
                        AND backend_type = 'client backend'`)
      await expect.poll(cancel).not.toEqual([])
      await expect.poll(() => world.apps[0].app.runtime.replica?.requests.lost).toBe(1)
    }),
  )
  expect(await pending).toMatchObject({ errors: undefined, where: ['lost', 'replica'] })
  expect(states(world)).toEqual([true, true])
})

// Failed while timelines were not compared: positions of the old one are greater than those of the new one.
test('a standby that does not follow a failover of the primary is not read', async () => {
  const world = await start()
  const address = await startVirtualAddress(world.primary.url)
  closing.push(() => address.close())
  const app = await startServer(world, world.standby.url, { DATABASE_URL: address.url })
  const owner = await app.signUp('Owner')
  const { id } = await createOrganization(owner, 'Acme')
  const list = 'query ($id: ID!) { organization(id: $id) { webhooks(first: 50) { nodes { url } } } }'
  const { replica } = app.app.runtime
  const wasRead = async () => {
    await owner.ask(list, { id })
    return (replica?.requests.replica ?? 0) > 0
  }
  await expect.poll(wasRead).toBe(true)
  await world.primary.halt()
  const next = await copyStandby(world.primary.directory, world.primary.url)
  closing.push(() => next.remove())
  await world.primary.resume()
  await next.start()
  await onServer(next.url, (promoted) => promoted.sql('SELECT pg_promote()'))
  // The old primary and its standby write more than the new one, and another history.
  for (let written = 0; written < 5; written += 1)
    await world.behind.sql(`SELECT pg_logical_emit_message(false, 'test', repeat('x', 1000000))`)
  await world.pause()
  address.moveTo(next.url)
  const create = async (url: string) => {
    const made = await owner.mutate('webhookCreate', { organizationId: id, url, events: ['WEBHOOK_TEST'] })
    return made.__typename
  }
  await expect.poll(() => create('https://first.example/')).toBe('WebhookCreatePayload')
  for (let made = 0; made < 5; made += 1) {
    const url = `https://hook-${made}.example/`
    expect(await create(url)).toBe('WebhookCreatePayload')
    expect(JSON.stringify((await owner.ask(list, { id })).data)).toContain(url)
  }
})

/** A server that reads from an address in front of two standbys, of which one has replayed nothing since its start. */
async function startOverTwo() {
  const world = await start()
  await world.primary.halt()
  const older = await copyStandby(world.primary.directory, world.primary.url)
  closing.push(() => older.remove())
  await world.primary.resume()
  await older.start()
  await onServer(older.url, (standby) => standby.sql('SELECT pg_wal_replay_pause()'))
  const address = await startVirtualAddress(world.standby.url)
  closing.push(() => address.close())
  const app = await startServer(world, address.url)
  const owner = await app.signUp('Owner')
  const { id } = await createOrganization(owner, 'Acme')
  const name = async () =>
    (await owner.ask('query ($id: ID!) { organization(id: $id) { name } }', { id })).data.organization?.name
  const { replica } = app.app.runtime
  if (!replica) throw new Error('The server has no replica')
  const wasRead = async () => {
    await name()
    return replica.requests.replica > 0
  }
  await expect.poll(wasRead).toBe(true)
  return { address, older, name, replica }
}

test('another standby at the same address is not read before its position is known', async () => {
  const { address, older, name, replica } = await startOverTwo()
  address.moveTo(older.url)
  expect(await Promise.all([name(), name(), name(), name()])).toEqual(Array(4).fill('Acme'))
  await expect.poll(() => replica.isUsed).toBe(false)
  expect(await name()).toBe('Acme')
})

// Failed while connections were not checked: lists came from a server that had replayed less than the one before.
test('a new connection that leads to another standby is not read', async () => {
  const { address, older, name, replica } = await startOverTwo()
  address.leadTo(older.url)
  const before = replica.requests.lost
  await expect
    .poll(async () => {
      expect(await Promise.all(Array.from({ length: 20 }, name))).toEqual(Array(20).fill('Acme'))
      // On a busy machine, the connection that looks at the standby may be lost, and lead to the other one too.
      return replica.requests.lost > before || !replica.isUsed
    }, PATIENCE)
    .toBe(true)
})

// Failed while the lag was only reported.
test('a replica that is too old is not read until it has caught up', async () => {
  const logged = watchLog()
  const world = await start({ KEYWARD_REPLICA_MAX_LAG_SECONDS: '2', KEYWARD_LOG: 'json' })
  const owner = await world.apps[0].signUp('Owner')
  await world.used()
  await world.pause()
  await world.behind.sql('CREATE TABLE something AS SELECT 1 AS one')
  await expect.poll(() => states(world)).toEqual([false, false])
  const asked = await world.ask(0, owner.token, 'query { models(first: 5) { nodes { id } } }')
  expect([asked.errors, asked.where]).toEqual([undefined, ['behind']])
  await world.resume()
  await expect.poll(() => states(world)).toEqual([true, true])
  expect(logged()).toEqual(['USED', 'USED', 'BEHIND', 'BEHIND', 'USED', 'USED'])
})

// Failed while the age stayed 0 without samples, and while a server that gets none from its start said nothing.
test('a replica is not read while the primary does not report its write position', async () => {
  const logged = watchLog()
  const world = await start({ KEYWARD_REPLICA_MAX_LAG_SECONDS: '2', KEYWARD_LOG: 'json' })
  const owner = await world.apps[0].signUp('Owner')
  await world.used()
  await world.pause()
  // A managed database may hide this function.
  await world.behind.sql('ALTER FUNCTION pg_control_system() RENAME TO hidden')
  // Statements that are prepared know the function by its number.
  await world.behind.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  )
  await expect.poll(() => states(world), { timeout: 20_000 }).toEqual([false, false])
  const asked = await world.ask(0, owner.token, 'query { models(first: 5) { nodes { id } } }')
  expect(asked.errors).toBeUndefined()
  expect(asked.where).not.toContain('replica')
  expect(logged()).toEqual(['USED', 'USED', 'BEHIND', 'BEHIND'])
  const app = await startServer(world, world.standby.url, { KEYWARD_LOG: 'json' })
  await expect.poll(logged).toEqual(['USED', 'USED', 'BEHIND', 'BEHIND', 'UNREACHABLE'])
  const other = await app.signUp('Other')
  expect((await other.ask('query { models(first: 5) { nodes { id } } }')).errors).toBeUndefined()
})

// Failed while the identity of the database was not compared: the log named another reason.
test('another database’s standby is reported at the start and not read', async () => {
  const logged = watchLog()
  const other = await startPostgresql({})
  closing.push(() => other.stop())
  await onServer(other.url, async (database) => {
    await database.sql(
      'CREATE TABLE change_clock AS SELECT 1 AS id, 0::bigint AS position, gen_random_uuid() AS history',
    )
    await database.sql('CREATE TABLE change_event (position bigint, at timestamptz)')
  })
  await other.halt()
  const standby = await copyStandby(other.directory, other.url)
  closing.push(() => standby.remove())
  await other.resume()
  await standby.start()
  const world = await shared()
  const app = await startServer(world, standby.url, { KEYWARD_LOG: 'json' })
  await expect.poll(logged).toEqual(['OTHER_DATABASE'])
  const owner = await app.signUp('Owner')
  const organization = await createOrganization(owner, 'Acme')
  const { data, errors } = await owner.ask(LISTS, { id: organization.id })
  expect([errors, data.organization.name]).toEqual([undefined, 'Acme'])
  expect(app.app.runtime.replica?.requests).toMatchObject({ replica: 0, away: 1 })
  const checked = async (KEYWARD_REPLICA_URL: string) => {
    const environment = {
      DATABASE_URL: world.primary.url,
      KEYWARD_DATA_DIR: world.standby.directory,
      KEYWARD_REPLICA_URL,
    }
    const { output } = await command({ ...environment, KEYWARD_SESSION_SECRET: 'x'.repeat(32) }, 'doctor')
    return /^Read replica +(.*)$/m.exec(output)?.[1]
  }
  expect(await checked(standby.url)).toBe('not used: it is a standby of another database than DATABASE_URL')
  expect(await checked(world.standby.url)).toBe('a standby of the database')
})
