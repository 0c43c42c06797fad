import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../../prisma/migrate.ts'
import { readMigrations } from '../../../prisma/migrations-folder.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

/*
 * The keys of a database get their last uses in several migrations, while replicas of the version before create, use and
 * delete keys. These replicas write only `api_key`, as the statements here do after each migration.
 */

let db: TestDatabase
let folder: string

const BEFORE = '20261130231004_usage_record'
const [ORGANIZATION, PROJECT] = ['0a000000-0000-7000-8000-000000000000', '0b000000-0000-7000-8000-000000000000']
const idOf = (n: number) => `0c000000-0000-7000-8000-${String(n).padStart(12, '0')}`

const sql = (text: string, values: unknown[] = []) => db.database.sql(text, values)
const create = (n: number, lastUsedAt: string | null = null) =>
  sql(
    `INSERT INTO api_key (id, organization_id, project_id, name, name_key, start, created_by_name, last_used_at)
     VALUES ($1, $2, $3, 'key ' || $4::text, 'key ' || $4::text, 'kw_proj_0000', 'Somebody', $5)`,
    [idOf(n), ORGANIZATION, PROJECT, n, lastUsedAt],
  )
const use = (n: number, at: string) => sql('UPDATE api_key SET last_used_at = $2 WHERE id = $1', [idOf(n), at])
const remove = (n: number) => sql('DELETE FROM api_key WHERE id = $1', [idOf(n)])

beforeAll(async () => {
  db = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'keyward-migrations-'))
  await sql('DROP SCHEMA public CASCADE')
  await sql('CREATE SCHEMA public')
})
afterAll(async () => {
  await db?.drop()
  await rm(folder, { recursive: true, force: true })
})

/** Applies the migrations up to one, of which those before it were applied. */
async function migrateTo(isIncluded: (name: string) => boolean): Promise<string[]> {
  for (const { name, script } of await readMigrations()) {
    if (!isIncluded(name)) continue
    await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, name, 'migration.sql'), script)
  }
  return (await migrate(db.database, folder)).applied
}

const orders = () =>
  sql(
    `SELECT k.name, u.api_key_id IS NOT NULL AS known,
            u.minute IS NOT DISTINCT FROM date_trunc('minute', k.last_used_at, 'UTC') AS right
       FROM api_key k FULL JOIN api_key_last_use u ON u.api_key_id = k.id ORDER BY k.id`,
  )

// Failed without the last migration: a key that was used before its row was there kept the minute of the row.
test('migrations preserve the last use of keys that older replicas write meanwhile', async () => {
  await migrateTo((name) => name <= BEFORE)
  await db.database.transaction(async (tx) => {
    // An organization without an Owner.
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await tx.$executeRawUnsafe(`INSERT INTO organization (id, name) VALUES ('${ORGANIZATION}', 'Acme')`)
    await tx.$executeRawUnsafe(
      `INSERT INTO project (id, organization_id, name) VALUES ('${PROJECT}', '${ORGANIZATION}', 'Project')`,
    )
  })
  for (const n of [1, 2, 3, 4]) await create(n)
  await create(5, '2026-11-30T12:34:56.789Z')
  await create(6, '2026-11-30T12:34:56.789Z')

  expect(await migrateTo((name) => name < '20261201030101')).toContain('20261201030100_last_uses_of_keys')
  // Used before its row is there.
  await use(1, '2026-12-01T01:02:03Z')
  await create(7, '2026-12-01T01:02:03Z')
  await remove(2)
  expect(await migrateTo((name) => name < '20261201030102')).toEqual(['20261201030101_known_last_uses'])
  // A use at the time of the script does not see its rows. The row is older than the key.
  await sql(`UPDATE api_key_last_use SET minute = NULL WHERE api_key_id = $1`, [idOf(5)])
  await use(3, '2026-12-01T01:03:04Z')
  await remove(6)
  await create(8)
  await use(8, '2026-12-01T01:04:05Z')
  expect(await migrateTo((name) => name < '20261201030103')).toEqual(['20261201030102_last_uses_go_with_keys'])
  await remove(4)
  await migrateTo(() => true)
  expect(await orders()).toEqual([1, 3, 5, 7, 8].map((n) => ({ name: `key ${n}`, known: true, right: true })))
})
