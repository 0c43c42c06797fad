import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { READING } from '../../../prisma/session.ts'
import { createTestDatabase, type TestDatabase, testDatabaseKind } from '../database.ts'
import { HOSTILE_SETTINGS } from './hostile-settings.ts'
import { insertOrganization } from './rows.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

const at = new Date('2026-07-01T12:34:56.789Z')

test('Prisma and SQL return a stored time unchanged', async () => {
  const { organizationId } = await insertOrganization(db.database)
  await db.database.prisma.organization.update({ where: { id: organizationId }, data: { createdAt: at } })
  const found = await db.database.prisma.organization.findUniqueOrThrow({ where: { id: organizationId } })
  const rows = await db.database.sql('SELECT created_at FROM organization WHERE created_at = $1', [at])
  expect([found.createdAt, rows]).toEqual([at, [{ created_at: at }]])
})

// Failed while sessions set only the time zone: times were unreadable, and the clock was off by years.
test.runIf(testDatabaseKind === 'postgresql')(
  'sessions override every database parameter that affects how values are read',
  async () => {
    const [row] = await db.database.sql<{ name: string }>('SELECT current_database() AS name')
    expect(Object.keys(HOSTILE_SETTINGS)).toEqual(Object.keys(READING))
    for (const [name, value] of Object.entries(HOSTILE_SETTINGS)) {
      await db.database.sql(`ALTER DATABASE ${row?.name} SET ${name} = '${value}'`)
    }
    const other = await openDatabase(db.url)
    const settings = await other.sql<{ name: string; setting: string }>(
      'SELECT name, setting FROM pg_settings WHERE name = ANY($1::text[])',
      [Object.keys(READING)],
    )
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual(READING)
    const { organizationId } = await insertOrganization(other)
    const found = await other.prisma.organization.findUniqueOrThrow({ where: { id: organizationId } })
    expect(Math.abs(found.createdAt.getTime() - other.clock.now().getTime())).toBeLessThan(5000)
    expect(Math.abs(other.clock.now().getTime() - db.database.clock.now().getTime())).toBeLessThan(1000)
    const heard: string[] = []
    const stop = await other.listen((payload) => heard.push(payload))
    await other.sql("SELECT pg_notify('keyward_changes', '7')")
    await expect.poll(() => heard).toEqual(['7'])
    stop()
    await other.close()
  },
)

// Groups of parameters that concern formats or the meaning of statements. A new one of PostgreSQL fails this test.
test.runIf(testDatabaseKind === 'postgresql')(
  'each format and compatibility parameter is set by sessions or known to be harmless',
  async () => {
    const harmless = [
      'backslash_quote',
      'client_encoding',
      'default_text_search_config',
      'escape_string_warning',
      'icu_validation_level',
      'lc_messages',
      'lc_monetary',
      'lc_numeric',
      'lc_time',
      'lo_compat_privileges',
      'quote_all_identifiers',
      'server_encoding',
      'synchronize_seqscans',
      'timezone_abbreviations',
    ]
    const rows = await db.database.sql<{ name: string }>(
      `SELECT name FROM pg_settings
        WHERE context IN ('user', 'superuser')
          AND (category LIKE '%Locale and Formatting%' OR category LIKE 'Version and Platform Compatibility%')`,
    )
    const known = [...Object.keys(READING), ...harmless]
    expect(rows.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([])
  },
)

test.runIf(testDatabaseKind === 'postgresql')('a time in an unknown format is an error, not null', async () => {
  const other = await openDatabase(db.url, { poolSize: 1 })
  await other.sql("SET DateStyle = 'German'")
  await expect(other.sql('SELECT clock_timestamp() AS at')).rejects.toThrow('DateStyle')
  await other.close()
})
