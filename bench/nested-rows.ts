import { generateSecret, hashSecret } from '@keyward/schema/api-key/secret'
import type { Client } from 'pg'

/*
 * Fills the migrated schema with rows for the nested query: one organization with projects, keys with their creators,
 * and collaborators. The rows are the same as those that the services write.
 */

/** Numbers of projects, of keys per project and of collaborators per project. */
const PROJECTS = 10
const KEYS = 10
const COLLABORATORS = 5

/** Number of people in the organization. The first is its Owner; the others are members. */
const PEOPLE = 20

/** The nth id of a table, ascending like a UUIDv7. Other benchmarks' data sets use other table numbers. */
const id = (table: number, n: string) =>
  `('${String(table).padStart(8, '0')}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`

const ORGANIZATION = id(1, '0')
const project = (n: string) => id(2, n)
const user = (n: string) => id(6, n)

/** The organization's UUID. */
export const ORGANIZATION_ID = '00000001-0000-7000-8000-000000000000'

/**
 * Fills an empty, migrated database. Returns the token of a service account that has the role ADMIN in the
 * organization.
 */
export async function fillWithNestedRows(client: Client): Promise<string> {
  const token = generateSecret('svc')
  await client.query(`SET session_replication_role = replica`)
  await client.query(`INSERT INTO organization (id, name) VALUES (${ORGANIZATION}, 'Organization')`)
  await client.query(
    `INSERT INTO "user" (id, name, email, email_verified)
     SELECT ${user('n')}, 'Person ' || n, 'person-' || n || '@example.com', true FROM generate_series(0, ${PEOPLE - 1}) AS n`,
  )
  await client.query(
    `INSERT INTO service_account (id, organization_id, name, name_key, token_hash, token_start)
     VALUES (${id(5, '1')}, ${ORGANIZATION}, 'Bench', 'bench', $1, $2)`,
    [hashSecret(token), token.slice(0, 14)],
  )
  await client.query(
    `INSERT INTO member (id, organization_id, user_id, service_account_id, role)
     SELECT ${id(7, 'n')}, ${ORGANIZATION}, ${user('n')}, NULL, (CASE n WHEN 0 THEN 'OWNER' ELSE 'MEMBER' END)::"OrganizationRole"
       FROM generate_series(0, ${PEOPLE - 1}) AS n
      UNION ALL SELECT ${id(7, `${PEOPLE}`)}, ${ORGANIZATION}, NULL, ${id(5, '1')}, 'ADMIN'`,
  )
  await client.query(
    `INSERT INTO project (id, organization_id, name, is_default)
     SELECT ${project('n')}, ${ORGANIZATION}, 'Project ' || n, n = 0 FROM generate_series(0, ${PROJECTS - 1}) AS n`,
  )
  await client.query(
    `INSERT INTO collaborator (id, organization_id, project_id, user_id, role)
     SELECT ${id(8, `p * ${COLLABORATORS} + n`)}, ${ORGANIZATION}, ${project('p')}, ${user(`(p + n) % ${PEOPLE}`)}, 'MEMBER'
       FROM generate_series(0, ${PROJECTS - 1}) AS p, generate_series(0, ${COLLABORATORS - 1}) AS n`,
  )
  await client.query(
    `INSERT INTO api_key (id, organization_id, project_id, name, name_key, start, workloads, allowed_ips, created_by_user_id, created_by_name)
     SELECT ${id(3, `p * ${KEYS} + n`)}, ${ORGANIZATION}, ${project('p')}, 'Key ' || n, 'key ' || n, 'kw_proj_' || lpad(n::text, 6, '0'),
            '{}', '{}', ${user(`(p * ${KEYS} + n) % ${PEOPLE}`)}, 'Person ' || (p * ${KEYS} + n) % ${PEOPLE}
       FROM generate_series(0, ${PROJECTS - 1}) AS p, generate_series(0, ${KEYS - 1}) AS n`,
  )
  await client.query(
    `INSERT INTO api_key_last_use (api_key_id, organization_id) SELECT id, organization_id FROM api_key`,
  )
  await client.query(
    `INSERT INTO api_key_secret (id, organization_id, api_key_id, version, hash, start)
     SELECT ${id(4, 'n')}, ${ORGANIZATION}, ${id(3, 'n')}, 1, sha256(n::text::bytea), 'kw_proj_' FROM generate_series(0, ${PROJECTS * KEYS - 1}) AS n`,
  )
  await client.query('VACUUM ANALYZE')
  return token
}
