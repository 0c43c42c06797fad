import { startOf } from '@keyward/engine/secret'
import { generateSecret, hashSecret } from '@keyward/schema/api-key/secret'
import type { Client } from 'pg'
import { SECRETS } from './secrets.ts'

/*
 * Fills the migrated schema with millions of rows in SQL. The rows are the same as those that the services write.
 * Meanwhile, indexes are dropped, and triggers and foreign keys are disabled.
 */

/** Keys per project and projects per organization, by default. */
export const KEYS_OF_PROJECT = 1_000
const PROJECTS_OF_ORGANIZATION = 10

/** Number of rows per statement. */
const STEP = 500_000

/** The nth id of a table, ascending like a UUIDv7. */
const id = (table: number, n: string) =>
  `('${String(table).padStart(8, '0')}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`

const ORGANIZATION = 1
const PROJECT = 2
const KEY = 3
const SECRET = 4
const MEMBER = 5

/** When the nth key was last used. Neighbouring keys have unrelated times. */
const lastUse = (n: string) =>
  `CASE WHEN ${n} % 5 > 1 THEN now() - (${n}::bigint * 7919 % 7776000) * interval '1 second' END`

/** The nth id of a table, in its public form. */
export const idOf = (table: 'project' | 'organization' | 'key', n: number): string =>
  `${String({ organization: ORGANIZATION, project: PROJECT, key: KEY }[table]).padStart(8, '0')}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

/** Tokens of callers that may read a data set. */
export interface Tokens {
  gateway: string
  /** An ADMIN of the first organization. */
  serviceAccount: string
}

export interface KeySet {
  count: number
  /** Whether every second key has a rate limit and a budget, which are never used up. */
  limited: boolean
  /** Whether three of five keys were used, within the last 90 days. */
  used?: boolean
  keysOfProject?: number
  projectsOfOrganization?: number
}

/** Fills an empty, migrated database. */
export async function fillWithKeys(client: Client, set: KeySet): Promise<Tokens> {
  const {
    count,
    limited,
    used = false,
    keysOfProject = KEYS_OF_PROJECT,
    projectsOfOrganization = PROJECTS_OF_ORGANIZATION,
  } = set
  await client.query(`SET session_replication_role = replica; SET synchronous_commit = off; SET statement_timeout = 0`)
  const projects = Math.max(1, Math.ceil(count / keysOfProject))
  const organizations = Math.ceil(projects / projectsOfOrganization)
  await client.query(`INSERT INTO organization (id, name) SELECT ${id(ORGANIZATION, 'n')}, 'Organization ' || n
                        FROM generate_series(0, ${organizations - 1}) AS n`)
  await client.query(
    `INSERT INTO project (id, organization_id, name, is_default)
     SELECT ${id(PROJECT, 'n')}, ${id(ORGANIZATION, `n / ${projectsOfOrganization}`)}, 'Project ' || n,
            n % ${projectsOfOrganization} = 0 FROM generate_series(0, ${projects - 1}) AS n`,
  )
  const tokens = await addCallers(client)
  await withoutIndexes(client, ['api_key', 'api_key_last_use', 'api_key_secret', 'usage_limit'], async () => {
    for (let first = 0; first < count; first += STEP) {
      const range = [first, Math.min(count, first + STEP) - 1]
      // Generated once for both tables, because generating secrets takes most of the time.
      await client.query(
        `WITH s AS MATERIALIZED (${SECRETS}), k AS (
           INSERT INTO api_key (id, organization_id, project_id, name, name_key, start, workloads, allowed_ips, created_by_name, last_used_at)
           SELECT ${id(KEY, 'n')}, ${id(ORGANIZATION, `n / ${keysOfProject * projectsOfOrganization}`)},
                  ${id(PROJECT, `n / ${keysOfProject}`)}, 'Key ' || n, 'key ' || n, substr(secret, 1, 14), '{}', '{}', 'Someone', ${used ? lastUse('n') : 'NULL'}
             FROM s)
         INSERT INTO api_key_secret (id, organization_id, api_key_id, version, hash, start)
         SELECT ${id(SECRET, 'n')}, ${id(ORGANIZATION, `n / ${keysOfProject * projectsOfOrganization}`)}, ${id(KEY, 'n')}, 1,
                sha256(secret::bytea), substr(secret, 1, 14) FROM s`,
        range,
      )
      if (!limited) continue
      await client.query(
        `INSERT INTO usage_limit (scope_id, kind, organization_id, project_id, api_key_id, amount, action, thresholds, set_at)
         SELECT ${id(KEY, 'n')}, kind::"LimitKind", ${id(ORGANIZATION, `n / ${keysOfProject * projectsOfOrganization}`)},
                ${id(PROJECT, `n / ${keysOfProject}`)}, ${id(KEY, 'n')}, amount, 'REJECT', '{}', now()
           FROM generate_series($1::bigint, $2::bigint) AS n, (VALUES ('REQUESTS_PER_MINUTE', 10000000), ('TOTAL', 1000000)) AS l(kind, amount)
          WHERE n % 2 = 1`,
        range,
      )
    }
    await client.query(
      `INSERT INTO api_key_last_use (api_key_id, organization_id, minute)
       SELECT id, organization_id, date_trunc('minute', last_used_at, 'UTC') FROM api_key`,
    )
  })
  await client.query('VACUUM ANALYZE')
  return tokens
}

async function addCallers(client: Client): Promise<Tokens> {
  const tokens = { gateway: generateSecret('gate'), serviceAccount: generateSecret('svc') }
  await client.query(
    `INSERT INTO gateway (id, name, name_key, token_hash, token_start) VALUES (gen_random_uuid(), 'Bench', 'bench', $1, $2)`,
    [hashSecret(tokens.gateway), startOf(tokens.gateway)],
  )
  await client.query(
    `INSERT INTO service_account (id, organization_id, name, name_key, token_hash, token_start)
     VALUES (${id(MEMBER, '1')}, ${id(ORGANIZATION, '0')}, 'Bench', 'bench', $1, $2)`,
    [hashSecret(tokens.serviceAccount), startOf(tokens.serviceAccount)],
  )
  await client.query(
    `INSERT INTO member (id, organization_id, service_account_id, role)
     VALUES (${id(MEMBER, '2')}, ${id(ORGANIZATION, '0')}, ${id(MEMBER, '1')}, 'ADMIN')`,
  )
  return tokens
}

/** Calls a function while tables have only their primary keys. */
export async function withoutIndexes(client: Client, tables: string[], work: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
      WHERE indrelid = ANY($1::text[]::regclass[]) AND NOT indisprimary`,
    [tables],
  )
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`)
  await work()
  await client.query(`SET maintenance_work_mem = '1GB'`)
  for (const { definition } of rows) await client.query(definition)
}
