import { expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { requireSettings } from '../../../prisma/server-check.ts'
import { READING, TIMEOUTS } from '../../../prisma/session.ts'
import { createTestDatabase, testDatabaseKind } from '../database.ts'
import { findProgram, whyNot } from '../network/debian.ts'
import { startPgbouncer } from '../network/pgbouncer.ts'

/*
 * PgBouncer gives each transaction any session. Failed while sessions were configured and statements were prepared: they
 * were those of other clients.
 */

const pgbouncer = testDatabaseKind === 'postgresql' ? findProgram('pgbouncer') : null

test.skipIf(pgbouncer === null)(
  `transactions, statements and notifications work through PgBouncer in transaction mode${whyNot('pgbouncer', pgbouncer)}`,
  async () => {
    const db = await createTestDatabase()
    const role = `pooled_${new URL(db.url).pathname.slice(-16)}`
    await db.database.sql(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'pooled'`)
    for (const [name, value] of Object.entries({ ...READING, ...TIMEOUTS })) {
      await db.database.sql(`ALTER ROLE ${role} SET ${name} = ${name === 'search_path' ? value : `'${value}'`}`)
    }
    const pooled = new URL(db.url)
    pooled.username = role
    pooled.password = 'pooled'
    const direct = pooled.href
    const pooler = await startPgbouncer(direct)
    try {
      const open = () => openDatabase(pooler.url, { directUrl: direct, poolSize: 8 })
      const first = await open()
      await requireSettings(first)
      const second = await open()
      const heard: string[] = []
      await second.listen((payload) => heard.push(payload))
      const ask = (database: typeof first, n: number) => database.sql<{ n: number }>('SELECT $1::int AS n', [n])
      const rounds = Array.from({ length: 40 }, async (_, n) => {
        const database = n % 2 === 0 ? first : second
        const [row] = await ask(database, n)
        return database.transaction(async (tx) => [row?.n, await tx.user.count()])
      })
      expect(await Promise.all(rounds)).toEqual(Array.from({ length: 40 }, (_, n) => [n, 0]))
      await first.sql("SELECT pg_notify('keyward_changes', '7')")
      await expect.poll(() => heard).toContain('7')
      await Promise.all([first.close(), second.close()])
    } finally {
      await pooler.stop()
      await db.database.sql(`DROP ROLE ${role}`)
      await db.drop()
    }
  },
)
