import { OPENED, PROTECTED } from '@keyward/schema/transfer/passphrase'
import { HASHES, LEFT_OUT, personColumns, TABLES, TRAVELLING } from '@keyward/schema/transfer/tables'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../../infra/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.close())

// Failed without `notice_job` in LEFT_OUT.
test('every table of the database is exported with an organization or left out for a stated reason', async () => {
  const rows = await app.database.sql<{ name: string }>(
    `SELECT table_name::text AS name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
        AND NOT (SELECT relispartition FROM pg_class WHERE oid = table_name::regclass) ORDER BY 1`,
  )
  const names = rows.map(({ name }) => name)
  expect([...TABLES, ...Object.keys(LEFT_OUT)].sort()).toEqual(names)
  expect(Object.keys(LEFT_OUT).filter((name) => Object.hasOwn(TRAVELLING, name))).toEqual([])
})

test('every exported column of bytes is a hash, a secret encrypted with the passphrase, a key for names, or part of the audit chain', async () => {
  const rows = await app.database.sql<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND data_type = 'bytea' AND table_name = ANY($1::text[]) ORDER BY 1`,
    [TABLES],
  )
  const known = [
    ...Object.entries(HASHES).flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`)),
    ...Object.entries(PROTECTED).map(([table, { column }]) => `${table}.${column}`),
    ...Object.entries(OPENED).map(([table, { column }]) => `${table}.${column}`),
    ...['audit_event.hash', 'audit_event.previous_hash', 'audit_head.hash'],
    // Of the content of an adjustment, so that one with the same id is the same.
    'usage_adjustment.content_hash',
  ]
  expect(known.sort()).toEqual(rows.map(({ name }) => name))
})

test('every column that refers to a person is translated to the person of the new instance', async () => {
  const rows = await app.database.sql<{ table: (typeof TABLES)[number]; column: string }>(
    `SELECT r.relname::text AS table, a.attname::text AS column FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
      WHERE c.contype = 'f' AND c.confrelid = '"user"'::regclass AND r.relname = ANY($1::text[])`,
    [TABLES],
  )
  expect(rows.length).toBeGreaterThanOrEqual(10)
  expect(rows.filter(({ table, column }) => !personColumns(table, { [column]: 'id' }).includes(column))).toEqual([])
})
