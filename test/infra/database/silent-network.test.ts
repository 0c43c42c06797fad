import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../prisma/database.ts'
import { isUnavailable } from '../../../prisma/errors.ts'
import { WatchedClient } from '../../../prisma/watched-client.ts'
import { start } from '../../../server/start.ts'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'
import { type SilentNetwork, startSilentNetwork } from '../network/silent-network.ts'

/*
 * The network drops the packets of every connection and resets none. Failed while only the operating system watched the
 * connections: queries waited for 15 minutes, and the listener and `close()` forever.
 */

describe.skipIf(testDatabaseKind !== 'postgresql')('connections that die silently', () => {
  let db: TestDatabase
  let network: SilentNetwork
  let database: Database
  beforeEach(async () => {
    db = await createTestDatabase()
    network = await startSilentNetwork(db.url)
    database = await openDatabase(network.url, { poolSize: 2 })
  })
  afterEach(async () => {
    await network.close()
    await database.close()
    await db.drop()
  })

  // Failed while a connection waited for the confirmation of its end.
  test('a connection closes even if the database does not confirm it', async () => {
    const client = new WatchedClient({ connectionString: network.url })
    client.on('error', () => undefined)
    await client.connect()
    network.silence()
    let hasEnded = false
    void client.end().then(() => {
      hasEnded = true
    })
    await expect.poll(() => hasEnded, { timeout: 60_000 }).toBe(true)
  }, 120_000)

  const notify = () => db.database.sql("SELECT pg_notify('keyward_changes', '7')")

  test('waiting queries and transactions fail as unavailable, and later ones work', async () => {
    const heard: string[] = []
    await database.listen((payload) => heard.push(payload))
    await notify()
    await expect.poll(() => heard).toContain('7')

    let begin: () => void = () => {}
    let silence: () => void = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const silenced = new Promise<void>((resolve) => {
      silence = resolve
    })
    const failed = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: unknown) => (isUnavailable(error) ? 'unavailable' : String(error)),
      )
    const transaction = failed(
      database.transaction(async (tx) => {
        await tx.$queryRaw`SELECT 1`
        begin()
        await silenced
        await tx.$queryRaw`SELECT 1`
      }),
    )
    await begun
    const query = failed(database.sql('SELECT pg_sleep(30)'))
    await expect
      .poll(() =>
        db.database.sql("SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(30)%'"),
      )
      .toHaveLength(2)
    network.silence()
    silence()
    expect(await Promise.all([transaction, query])).toEqual(['unavailable', 'unavailable'])

    expect(await failed(database.sql('SELECT 1'))).toBe('done')
    expect(await failed(database.transaction((tx) => tx.$queryRaw`SELECT 1`))).toBe('done')
    heard.length = 0
    await expect
      .poll(async () => {
        await notify()
        return heard
      })
      .toContain('7')
  })

  // Failed while a connection of which only the statements had a deadline stayed in the pool: the transaction after it failed, too.
  test('a transaction on a silent connection fails as unavailable, and the next one succeeds', async () => {
    const own = await openDatabase(network.url, { poolSize: 1, statementDeadlineMs: 1_000 })
    const select = () => own.transaction((tx) => tx.$queryRaw`SELECT 1`)
    await select()
    const failed = await own
      .transaction(async (tx) => {
        await tx.$queryRaw`SELECT 1`
        network.silence()
        await tx.$queryRaw`SELECT 1`
      })
      .catch(isUnavailable)
    expect(failed).toBe(true)
    expect(await select()).toHaveLength(1)
    await own.close()
  })

  test('a server stops at its shutdown deadline', async () => {
    const started = await start({
      DATABASE_URL: network.url,
      PORT: '0',
      KEYWARD_LOG: 'silent',
      KEYWARD_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
      KEYWARD_SESSION_SECRET: 'a secret of the tests, long enough for anybody',
      KEYWARD_AUDIT_HEADS_FILE: '/dev/null',
      KEYWARD_DRAIN_SECONDS: '0',
      KEYWARD_SHUTDOWN_SECONDS: '1',
    })
    network.silence()
    expect(await started.stop()).toBe(false)
  })

  test('closing the database client does not wait for dead connections', async () => {
    await database.listen(() => undefined)
    await database.sql('SELECT 1')
    network.silence()
    await database.close()
    expect(await database.sql('SELECT 1').catch(isUnavailable)).toBe(true)
  })
})
