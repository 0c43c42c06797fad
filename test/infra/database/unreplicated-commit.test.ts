import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Database, openDatabase } from '../../../prisma/database.ts'
import { isOutcomeUnknown } from '../../../prisma/errors.ts'
import { migrate } from '../../../prisma/migrate.ts'
import { testDatabaseKind } from '../database.ts'
import { type OwnPostgresql, startPostgresql } from '../postgresql-server.ts'

/*
 * With synchronous replication, a commit waits for a standby. A canceled wait, as by statement_timeout, commits on the
 * primary only, and PostgreSQL reports success with a warning. Failed while such a commit was acknowledged: it is lost if
 * the standby takes over.
 */

describe.skipIf(testDatabaseKind !== 'postgresql')('a commit that stops waiting for its standby', () => {
  let postgres: OwnPostgresql
  let database: Database
  let admin: Database
  beforeAll(async () => {
    postgres = await startPostgresql({})
    database = await openDatabase(postgres.url, { poolSize: 4 })
    admin = await openDatabase(postgres.url, { poolSize: 1 })
    await migrate(database)
    await admin.sql("ALTER SYSTEM SET synchronous_standby_names = 'absent'")
    await admin.sql('SELECT pg_reload_conf()')
    const names = () => admin.sql('SHOW synchronous_standby_names')
    await vi.waitFor(async () => expect(await names()).toEqual([{ synchronous_standby_names: 'absent' }]))
  })
  afterAll(async () => {
    await database?.close()
    await admin?.close()
    await postgres?.stop()
  })

  const cancelWait = async () => {
    const rows = await admin.sql(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND backend_type = 'client backend'",
    )
    return rows.length
  }
  const user = (id: string) => ({ id, name: 'Jo', email: `${id}@example.com` })
  const INSERT = `INSERT INTO "user" (id, name, email, updated_at) VALUES ($1, 'Jo', $2, now())`

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['a transaction', (id) => database.transaction((tx) => tx.user.create({ data: user(id) }))],
    ['a single statement', (id) => database.sql(INSERT, [id, user(id).email])],
  ])('of %s leaves an unknown outcome', async (_what, write) => {
    const id = randomUUID()
    const outcome = write(id).then(
      () => ({ error: 'acknowledged', count: 0 }),
      // It did take effect here, and the next statement gets another connection, however early it is sent. Failed while
      // the pool handed out the connection that was being closed.
      async (error: unknown) => ({ error, count: await database.prisma.user.count({ where: { id } }) }),
    )
    await expect.poll(cancelWait).toBe(1)
    const { error, count } = await outcome
    expect(isOutcomeUnknown(error), String(error)).toBe(true)
    expect(count).toBe(1)
  })
})
