import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { requireSettings } from '../../../prisma/server-check.ts'
import { READING, TIMEOUTS } from '../../../prisma/session.ts'
import { createTestDatabase, testDatabaseKind } from '../database.ts'
import { findProgram, whyNot } from '../network/debian.ts'
import { freePort } from '../network/nginx.ts'

/*
 * PgBouncer gives each transaction any session. Failed while sessions were configured and statements were prepared: they
 * were those of other clients.
 */

const pgbouncer = testDatabaseKind === 'postgresql' ? findProgram('pgbouncer') : null

test.skipIf(pgbouncer === null)(
  `transactions, statements and notifications work through PgBouncer in transaction mode${whyNot('pgbouncer', pgbouncer)}`,
  async () => {
    const db = await createTestDatabase()
    const target = new URL(db.url)
    const role = `pooled_${target.pathname.slice(-16)}`
    await db.database.sql(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'pooled'`)
    for (const [name, value] of Object.entries({ ...READING, ...TIMEOUTS })) {
      await db.database.sql(`ALTER ROLE ${role} SET ${name} = ${name === 'search_path' ? value : `'${value}'`}`)
    }
    const directory = await mkdtemp(join(tmpdir(), 'keyward-pgbouncer-'))
    await chmod(directory, 0o755)
    const port = await freePort()
    await writeFile(join(directory, 'users.txt'), `"${role}" "pooled"\n`)
    await writeFile(
      join(directory, 'pgbouncer.ini'),
      `[databases]
* = host=${target.hostname} port=${target.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${directory}/users.txt
pool_mode = transaction
default_pool_size = 2
`,
    )
    // PgBouncer does not run as root.
    const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const child = spawn(pgbouncer ?? '', [join(directory, 'pgbouncer.ini')], { stdio: 'ignore', ...other })
    const ended = once(child, 'exit')
    const pooled = new URL(db.url)
    pooled.username = role
    pooled.password = 'pooled'
    const direct = pooled.href
    pooled.host = `127.0.0.1:${port}`
    try {
      const open = () => openDatabase(pooled.href, { directUrl: direct, poolSize: 8 })
      const until = performance.now() + 20_000
      const first = await (async () => {
        for (;;) {
          const opened = await open().catch((error: unknown) => error)
          if (!(opened instanceof Error)) return opened as Awaited<ReturnType<typeof open>>
          if (performance.now() > until) throw opened
        }
      })()
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
      child.kill('SIGINT')
      await ended
      await rm(directory, { recursive: true, force: true })
      await db.database.sql(`DROP ROLE ${role}`)
      await db.drop()
    }
  },
)
