import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/*
 * CREATE INDEX blocks every write to its table until it is complete, and everybody waits for it. Migrations build indexes of
 * tables that exist with CONCURRENTLY, one statement a file. docs/operations/upgrade.md says how.
 */

/** Migrations that landed before this rule. Do not add to them. */
const LANDED: readonly string[] = [
  '20261123084010_audit_indexes: audit_event',
  '20261123084010_audit_indexes: invitation',
  '20261126200138_keys_of_a_project_in_order: api_key',
  '20261128123428_names_of_expired_keys: api_key',
  '20261128123543_seen_tokens: service_account',
  '20261128173034_organization_key_policy: key_policy',
  '20261128221000_deletion: organization',
  '20261128221000_deletion: project',
  '20261129045712_limits_of_parts: limit_counter',
  '20261129045712_limits_of_parts: limit_lease',
  '20261129045712_limits_of_parts: usage_limit',
  '20261129124200_price_tiers: model_price',
  '20261129154341_rates_by_model: usage_limit',
]

const NAME = String.raw`(?:ONLY\s+)?(?:"?public"?\.)?"?(\w+)"?`
const TABLE = new RegExp(String.raw`\bCREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?${NAME}`, 'gi')
const INDEX = new RegExp(
  String.raw`\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY\b)(?:IF\s+NOT\s+EXISTS\s+)?(?:"?\w+"?\s+)?ON\s+${NAME}`,
  'gi',
)
const CONSTRAINT = new RegExp(
  String.raw`\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?${NAME}[^;]*?\bADD\s+(?:CONSTRAINT\s+"?\w+"?\s+)?(?:UNIQUE|PRIMARY\s+KEY|EXCLUDE)\b(?!\s+USING\s+INDEX)`,
  'gi',
)

/** The tables on which a script builds an index while it blocks their writes, unless it also creates them. */
function lockedTables(script: string): string[] {
  const sql = script.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
  const tablesOf = (pattern: RegExp) => [...sql.matchAll(pattern)].map(([, table = '']) => table)
  const created = new Set(tablesOf(TABLE))
  return [...new Set([...tablesOf(INDEX), ...tablesOf(CONSTRAINT)])].filter((table) => !created.has(table)).sort()
}

test('migrations build indexes on existing tables with CONCURRENTLY', () => {
  const folders = readdirSync('prisma/migrations', { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(folders.length).toBeGreaterThan(40)
  const found = folders.flatMap(({ name }) =>
    lockedTables(readFileSync(`prisma/migrations/${name}/migration.sql`, 'utf8')).map((table) => `${name}: ${table}`),
  )
  expect(found).toEqual(LANDED)
})

test.each([
  ['CREATE INDEX "a_b_idx" ON "a"("b");', ['a']],
  ['CREATE UNIQUE INDEX IF NOT EXISTS a_b ON public.a USING btree (b)', ['a']],
  ['create index on only "public"."a" (b)', ['a']],
  ['CREATE TABLE "a" ("b" INT); CREATE INDEX "a_b_idx" ON "a"("b"); CREATE INDEX ON c (d)', ['c']],
  ['ALTER TABLE "a" ADD COLUMN "c" INT, ADD CONSTRAINT "a_key" UNIQUE ("b")', ['a']],
  ['ALTER TABLE a ADD PRIMARY KEY (b)', ['a']],
  ['CREATE UNIQUE INDEX CONCURRENTLY "a_b_idx" ON "a"("b")', []],
  ['ALTER TABLE a ADD CONSTRAINT a_pkey PRIMARY KEY USING INDEX a_b_idx', []],
  ['-- CREATE INDEX a_b ON a (b)\nSELECT 1', []],
])('an index that blocks writes is found: %s', (script, tables) => {
  expect(lockedTables(script)).toEqual(tables)
})
