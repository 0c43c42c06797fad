import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../prisma/database.ts'
import { isOutcomeUnknown, isUnavailable } from '../../../prisma/errors.ts'
import { READING, TIMEOUTS } from '../../../prisma/session.ts'
import { EXIT_CODES } from '../../../server/operator/exit-codes.ts'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'
import { startUnansweredAddress, type UnansweredAddress } from '../network/unanswered-address.ts'
import { command } from '../operator/command-line.ts'
import { endOf, startServer } from '../server/server-process.ts'

/*
 * Nothing answers a new connection to PostgreSQL: the network drops its first packet, so it neither fails nor opens.
 */

const REASON = 'nothing answered a new connection in time. Check the host, the port and the firewalls'
const PATIENCE = { timeout: 120_000, interval: 200 }

describe.skipIf(testDatabaseKind !== 'postgresql')(
  'a database address that does not answer',
  { timeout: 300_000 },
  () => {
    let db: TestDatabase
    let address: UnansweredAddress
    beforeEach(async () => {
      db = await createTestDatabase()
      address = await startUnansweredAddress(db.url)
    })
    afterEach(async () => {
      await address?.close()
      await db?.drop()
    })

    const outcome = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: unknown) => (isUnavailable(error) && !isOutcomeUnknown(error) ? 'unavailable' : String(error)),
      )
    const password = () => `:${new URL(address.url).password}@`
    const errorOf = (variable: string) => {
      const { host, pathname } = new URL(address.url)
      return `The database of ${variable} does not answer (Cannot connect to PostgreSQL at ${host}${pathname}: ${REASON})`
    }

    test('statements and transactions fail in time, and work once the address answers', async () => {
      const database: Database = await openDatabase(address.url, { poolSize: 2 })
      try {
        const heard: string[] = []
        await database.listen((payload) => heard.push(payload))
        await address.ignore()
        expect(await address.opens(2_000)).toBe(false)
        const all = () => [
          outcome(database.sql('SELECT 1')),
          outcome(database.sql('SELECT 2')),
          outcome(database.sql('SELECT 3')),
          outcome(database.transaction((tx) => tx.$queryRaw`SELECT 4`)),
          outcome(database.prisma.organization.count()),
        ]
        // In the first round, open connections are silent. In the second, all connections are new.
        const failed = Array.from({ length: 5 }, () => 'unavailable')
        expect(await Promise.all(all())).toEqual(failed)
        expect(await Promise.all(all())).toEqual(failed)
        // Failed while this was reported as a commit whose outcome is unknown: nothing was sent.
        const write = () => outcome(database.sql("UPDATE organization SET name = 'Lost'"))
        expect(await Promise.all([write(), write(), write()])).toEqual(['unavailable', 'unavailable', 'unavailable'])

        address.answer()
        await expect.poll(() => outcome(database.sql('SELECT 1')), PATIENCE).toBe('done')
        expect(await outcome(database.transaction((tx) => tx.$queryRaw`SELECT 1`))).toBe('done')
        heard.length = 0
        const notify = async () => {
          await db.database.sql("SELECT pg_notify('keyward_changes', '7')")
          return heard
        }
        await expect.poll(notify, PATIENCE).toContain('7')
      } finally {
        await database.close()
      }
    })

    test('a running server responds to each request in time, and recovers once the address answers', async () => {
      const server = await startServer(address.url)
      try {
        const ready = async () => (await fetch(`${server.url}/health/ready`)).status
        const token = decodeURIComponent(await server.signUp('ada@example.com', 'correct horse battery'))
        const ask = async () => {
          const { data, errors } = await (
            await server.ask(token, '{ viewer { kind organizations { nodes { id } } } }')
          ).json()
          return data ? 'done' : errors[0].extensions.code
        }
        expect([await ready(), await ask()]).toEqual([200, 'done'])
        await address.ignore()
        await expect.poll(ready, PATIENCE).toBe(503)
        // More requests than the pool has connections: none waits until the address answers.
        expect(await Promise.all(Array.from({ length: 30 }, ask))).toEqual(
          Array.from({ length: 30 }, () => 'UNAVAILABLE'),
        )
        expect((await fetch(`${server.url}/health/live`)).status).toBe(200)
        address.answer()
        await expect.poll(ready, PATIENCE).toBe(200)
        await expect.poll(ask, PATIENCE).toBe('done')
      } finally {
        server.process.kill('SIGKILL')
        await server.ended
      }
    })

    // Failed while the error was pg's: "timeout expired".
    test('commands and a starting server exit with an error that names the address', async () => {
      await address.ignore()
      const environment = { DATABASE_URL: address.url }
      const ends = await Promise.all([
        command(environment, 'migrate'),
        command(environment, 'doctor'),
        command(environment, 'user', 'list'),
        endOf(address.url, {}),
      ])
      for (const { code, output } of ends) {
        expect(code).toBe(EXIT_CODES.databaseUnavailable)
        expect(output).toContain(errorOf('DATABASE_URL'))
        expect(output).not.toContain(password())
      }
      address.answer()
      expect(await command(environment, 'migrate')).toMatchObject({ code: 0 })
      const server = await startServer(address.url)
      server.process.kill('SIGKILL')
      await server.ended
    })

    test('a server starts even if its read replica does not answer', async () => {
      await address.ignore()
      const server = await startServer(db.url, { KEYWARD_REPLICA_URL: address.url, KEYWARD_LOG: 'json' })
      await expect.poll(() => server.output(), PATIENCE).toContain(`"state":"UNREACHABLE"`)
      expect(server.output()).toContain(REASON)
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
      server.process.kill('SIGKILL')
      await server.ended
    })

    // Failed while the error named DATABASE_URL, which answers.
    test('a server and a migration exit if the direct address does not answer', async () => {
      for (const [name, value] of Object.entries({ ...READING, ...TIMEOUTS })) {
        const written = name === 'search_path' ? value : `'${value}'`
        await db.database.sql(`ALTER DATABASE ${new URL(db.url).pathname.slice(1)} SET ${name} = ${written}`)
      }
      await address.ignore()
      const environment = { DATABASE_URL: db.url, KEYWARD_DIRECT_DATABASE_URL: address.url }
      // A migration needs the address only if one is pending.
      const started = await endOf(db.url, environment)
      await db.database.sql(
        'DELETE FROM _prisma_migrations WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)',
      )
      const ends = [
        started,
        ...(await Promise.all([command(environment, 'migrate'), command(environment, 'migrate', '--check')])),
      ]
      for (const { code, output } of ends) {
        expect(code).toBe(EXIT_CODES.databaseUnavailable)
        expect(output).toContain(errorOf('KEYWARD_DIRECT_DATABASE_URL'))
        expect(output).not.toContain(password())
      }
    })
  },
)
