import { setTimeout as delay } from 'node:timers/promises'
import { type Database, openDatabase } from '../../prisma/database.ts'
import { migrate } from '../../prisma/migrate.ts'
import { CAUSES, type Cause } from '../../schema/replica/replica.ts'
import { type Answer, clientOf, newSecrets, startAppOn, type TestApp } from './app.ts'
import { BACKGROUND } from './background-statements.ts'
import { type OwnPostgresql, startPostgresql } from './postgresql-server.ts'
import { copyStandby, type DirectoryServer } from './postgresql-standby.ts'

/** An answer, and where its data was read. */
export interface Asked extends Answer {
  /** The choices that the request led to: usually one, none if it may not read from the replica. */
  where: ('replica' | Cause)[]
  sent: string[]
}

/** Two servers of one instance over a primary with a standby, which they read from. */
export interface Replicated {
  primary: OwnPostgresql
  standby: DirectoryServer
  /** A connection to the primary that makes changes behind the servers' back: no event, no position. */
  behind: Database
  apps: [TestApp, TestApp]
  /** Asks one of the servers with a token. Tells where it read, and what it sent to the primary that reads tables. */
  ask(at: 0 | 1, token: string | null, query: string, variables?: object): Promise<Asked>
  /** Stops replay on the standby once it has everything. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Waits until both servers read from the standby. */
  used(): Promise<void>
  close(): Promise<void>
}

/** The part of the statement for roles that reads the outbox's position. */
const STANDING = /^SELECT c\.history, c\.position::text AS changes[\s\S]*FROM change_clock c/

/** Polls until a condition holds. The test's own timeout bounds it. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await delay(20)
}

/** Runs statements over a connection of their own. */
export async function onServer<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(url, { poolSize: 2 })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

/** Waits until a standby has replayed all of the primary's log. */
async function caughtUp(primary: Database, standby: string): Promise<void> {
  const [row] = await primary.sql<{ position: string }>('SELECT pg_current_wal_flush_lsn()::text AS position')
  await onServer(standby, async (database) => {
    const isThere = async () => {
      const [found] = await database.sql<{ is: boolean }>('SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS is', [
        row?.position,
      ])
      return found?.is ?? false
    }
    await until(isThere)
  })
}

/** Starts a primary, its standby and two servers. `fill` makes what the primary has before the standby is copied from it. */
export async function startReplicated(environment: Record<string, string> = {}): Promise<Replicated> {
  const primary = await startPostgresql({})
  const closing: (() => Promise<unknown>)[] = [() => primary.stop()]
  try {
    await onServer(primary.url, migrate)
    await primary.halt()
    const standby = await copyStandby(primary.directory, primary.url)
    closing.unshift(() => standby.remove())
    await primary.resume()
    await standby.start()
    const secrets = newSecrets()
    const statements: [string[], string[]] = [[], []]
    const start = async (sent: string[]): Promise<TestApp> => {
      const database = await openDatabase(primary.url, { onStatement: (sql) => sent.push(sql) })
      const app = await startAppOn(database, () => database.close(), secrets, {
        DATABASE_URL: primary.url,
        KEYWARD_REPLICA_URL: standby.url,
        KEYWARD_REPLICA_MAX_LAG_SECONDS: '3600',
        KEYWARD_METRICS_PORT: '0',
        ...environment,
      })
      closing.unshift(() => app.close())
      return app
    }
    const apps: [TestApp, TestApp] = [await start(statements[0]), await start(statements[1])]
    const behind = await openDatabase(primary.url, { poolSize: 2 })
    closing.unshift(() => behind.close())
    return {
      primary,
      standby,
      behind,
      apps,
      async ask(at, token, query, variables) {
        const { app } = apps[at]
        const { replica } = app.runtime
        if (!replica) throw new Error('There is no replica')
        const before = { ...replica.requests }
        statements[at].length = 0
        const answer = await clientOf(app, token).ask(query, variables)
        const where = ([...CAUSES, 'replica'] as const).filter((name) => replica.requests[name] > before[name])
        const sent = statements[at].filter((sql) => /\bFROM\b/.test(sql) && !BACKGROUND.test(sql.replace(STANDING, '')))
        return { ...answer, where, sent }
      },
      async pause() {
        await caughtUp(behind, standby.url)
        await onServer(standby.url, (database) => database.sql('SELECT pg_wal_replay_pause()'))
      },
      async resume() {
        await onServer(standby.url, (database) => database.sql('SELECT pg_wal_replay_resume()'))
      },
      used: () => until(() => apps.every(({ app }) => app.runtime.replica?.isUsed)),
      async close() {
        for (const close of closing) await close()
      },
    }
  } catch (error) {
    for (const close of closing) await close()
    throw error
  }
}
