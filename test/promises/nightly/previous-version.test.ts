import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Database, openDatabase } from '../../../prisma/database.ts'
import { readMigrations } from '../../../prisma/migrations-folder.ts'
import { WatchedClient } from '../../../prisma/watched-client.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { type Fleet, startFleet } from '../../infra/failover/fleet.ts'
import { expectNothingLost } from '../../infra/failover/journal.ts'
import { makeTenant, startLoad, type Tenant } from '../../infra/failover/load.ts'
import { type Build, buildPrevious, whyNoPrevious } from '../../infra/failover/previous-version.ts'
import { lacking } from '../../infra/failover/programs.ts'
import { command } from '../../infra/operator/command-line.ts'
import { type OwnPostgresql, startPostgresql } from '../../infra/postgresql-server.ts'

/*
 * R11: the version before the newest migration serves and restarts while this one migrates and after that, and then both
 * serve together. Failed while the compatible versions of a migration were not recorded.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1' && testDatabaseKind === 'postgresql'
const { isMissing, whyNot } = lacking('haproxy')
const why = whyNoPrevious || whyNot

describe.skipIf(!isNightly || isMissing || why !== '')(`the version before the newest migration${why}`, () => {
  let directory: string
  let postgres: OwnPostgresql
  let admin: Database
  let previous: Build
  let fleet: Fleet
  let tenant: Tenant

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyward-previous-'))
    previous = await buildPrevious()
    postgres = await startPostgresql({})
    admin = await openDatabase(postgres.url, { poolSize: 2 })
    const environment = { KEYWARD_AUDIT_HEADS_FILE: join(directory, 'heads.jsonl') }
    fleet = await startFleet(postgres.url, directory, environment, previous.server)
    tenant = await makeTenant(fleet)
  }, 900_000)
  afterAll(async () => {
    await fleet?.close()
    await admin?.close()
    await postgres?.stop()
    await previous?.remove()
    await rm(directory, { recursive: true, force: true })
  })

  const applied = async (): Promise<string[]> => {
    const rows = await admin.sql<{ name: string }>(
      'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1',
    )
    return rows.map(({ name }) => name)
  }

  /** Holds the locks and the snapshot of a `pg_dump`, which a migration waits for, while something else is done. */
  const duringDump = async (work: () => Promise<void>): Promise<void> => {
    const dump = new WatchedClient({ connectionString: postgres.url })
    await dump.connect()
    try {
      await dump.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
      const { rows } = await dump.query(
        "SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
      )
      await dump.query(`LOCK TABLE ${rows.map(({ name }) => name).join(', ')} IN ACCESS SHARE MODE`)
      await work()
    } finally {
      await dump.end()
    }
  }

  test('serves and restarts without failed requests while the new version migrates the database', async () => {
    expect(await applied()).not.toContain((await readMigrations()).at(-1)?.name)
    const load = await startLoad(fleet, tenant, 'upgrade')
    try {
      await expect.poll(() => load.journal.events.length, { timeout: 60_000 }).toBeGreaterThan(50)
      let migrating: ReturnType<Fleet['operate']> | undefined
      let isMigrating = true
      await duringDump(async () => {
        migrating = command(fleet.environment(), 'migrate')
        void migrating.then(() => {
          isMigrating = false
        })
        await fleet.restartOne(0)
        // A migration that only adds a table has nothing to wait for.
        console.log(isMigrating ? 'The migration waited for a dump meanwhile.' : 'The migration waited for nothing.')
      })
      const migrated = await migrating
      expect(migrated?.code, migrated?.output).toBe(0)
      expect(await applied()).toContain((await readMigrations()).at(-1)?.name)
      // An older replica starts on the newer database, next to a newer one.
      await fleet.restartOne(1, { script: previous.server })
      const script = join(inject('build'), 'server.js')
      await fleet.restartOne(0, { script })
      const before = load.journal.events.length
      await expect.poll(() => load.journal.events.length - before, { timeout: 60_000 }).toBeGreaterThan(50)
      await fleet.restartOne(1, { script: previous.server })
      await fleet.restartOne(1, { script })
      console.log(`${load.requests.total} requests while ${previous.newest} and newer served together`)
    } finally {
      await load.stop()
    }
    expect(load.requests.failures).toEqual([])
    await expectNothingLost(fleet, tenant, load)
  })
})
