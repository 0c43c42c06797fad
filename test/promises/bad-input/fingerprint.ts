import { expect } from 'vitest'
import type { World } from '../../infra/world.ts'

/** Sessions change whenever people sign in; denials and the progress of jobs are written in the background. */
const APART = [
  'session',
  'account',
  'verification',
  'denial_hourly',
  'denial_batch',
  'notice_job',
  '_prisma_migrations',
]

/** Counts the rows of every table and hashes their values, except last-use times. Optionally of one organization. */
async function fingerprint({ database }: World, organizationId?: string): Promise<Map<string, string>> {
  const tables = await database.sql<{ name: string; tenant: boolean }>(
    `SELECT c.relname AS name, EXISTS (
         SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
       ) AS tenant
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
  )
  // One statement for all tables, because it runs before and after each of some thousand requests. A sum of hashes needs
  // no order of the rows, which takes twenty times as long.
  const prints = tables
    .filter(({ name, tenant }) => !APART.includes(name) && (organizationId === undefined || tenant))
    .map(
      ({ name }) => `SELECT '${name}' AS name,
          count(*) || ' rows ' || coalesce(sum(hashtextextended(row::text, 0)), 0) AS print
         FROM (SELECT to_jsonb(t) - 'first_used_at' - 'last_used_at' - 'minute' - 'last_seen_at' AS row FROM "${name}" t ${organizationId === undefined ? '' : 'WHERE organization_id = $1::uuid'}) t`,
    )
  const rows = await database.sql<{ name: string; print: string }>(
    `${prints.join(' UNION ALL ')} ORDER BY 1`,
    organizationId === undefined ? [] : [organizationId],
  )
  return new Map(rows.map(({ name, print }) => [name, print]))
}

interface OthersPrint {
  structure: object[]
  rows: Record<string, string>
}

/**
 * Everything that a tenant's request must not change: the database's structure and each row of another tenant. The first usage
 * of a month makes its partition.
 */
export async function fingerprintOfOthers(world: World, otherOrganizationId: string): Promise<OthersPrint> {
  const structure = await world.database.sql(
    `SELECT 'column' AS kind, table_name || '.' || column_name || ' ' || data_type AS name
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'usage\\_record\\_2%'
      UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || conname || ' ' || convalidated::text
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'usage\\_record\\_2%'
      UNION ALL SELECT 'trigger', tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text FROM pg_trigger
      ORDER BY 1, 2`,
  )
  return { structure, rows: Object.fromEntries(await fingerprint(world, otherOrganizationId)) }
}

/** Runs a function and expects no table to change, except the named ones. */
export async function changingNothing<T>(world: World, work: () => Promise<T>, but: string[] = []): Promise<T> {
  const before = await fingerprint(world)
  const result = await work()
  const after = await fingerprint(world)
  expect([...after.keys()]).toEqual([...before.keys()])
  const changed = [...after].flatMap(([name, print]) => (before.get(name) === print ? [] : [name]))
  expect(changed.filter((name) => !but.includes(name))).toEqual([])
  return result
}
