import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { BACKGROUND } from '../../infra/background-statements.ts'
import { createOrganization, createProject, sha256 } from '../../infra/world.ts'

// Every page is read from an index in the list's order, however deep it is. The database reads no earlier rows, sorts
// nothing and runs as many statements as for the first page.

let app: TestApp
/** An ADMIN without a project role, who sees everything in the organization. */
let admin: Client
let organizationId: string
let projectId: string
const statements: string[] = []

const ROWS = 250

beforeAll(async () => {
  app = await startApp({ onStatement: (sql) => statements.push(sql) })
  const owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Large')).id
  const account = { organizationId, name: 'reader', role: 'ADMIN' }
  admin = app.client((await owner.mutate('serviceAccountCreate', account, 'token')).token)
  projectId = await createProject(owner, organizationId, 'Large')
  const rows = Array.from({ length: ROWS }, (_, row) => ({
    name: `key ${row}`,
    projectId,
    sha256: sha256(String(row)),
  }))
  await owner.mutate('apiKeysImport', { organizationId, rows })
  // Keys of two hundred other projects, as irrelevant rows for the planner.
  await app.database.transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await tx.$executeRawUnsafe(`
      INSERT INTO api_key (id, organization_id, project_id, name, name_key, start, created_by_name)
      SELECT gen_random_uuid(), lpad('0', 32, '0')::uuid, lpad(to_hex(n % 200), 32, '0')::uuid, 'key ' || n, 'key ' || n,
             'kw_proj_0000', 'Somebody'
        FROM generate_series(1, 50000) n`)
  })
  // The generic plan of a statement. EXPLAIN shows it for statements without parameters of their own.
  await app.database.sql(`CREATE FUNCTION planned(statement text) RETURNS SETOF text LANGUAGE plpgsql AS
    $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (GENERIC_PLAN) ' || statement; END $$`)
  for (const table of ['api_key', 'audit_event']) await app.database.sql(`VACUUM ANALYZE ${table}`)
})
afterAll(() => app?.close())

const KEYS = (args: string) =>
  `project(id: $project) { list: apiKeys(${args}) { nodes { id } pageInfo { endCursor } } }`
const KEYS_OF_ORGANIZATION = (field: string) => (args: string) =>
  `organization(id: $organization) { list: apiKeys(${args}, orderBy: { field: ${field}, direction: ASC }) { nodes { id } pageInfo { endCursor } } }`
const LISTS = {
  'keys, newest first': {
    list: KEYS,
    table: 'api_key',
    plan: /Index (Only )?Scan Backward using api_key_project_id_organization_id_id_idx .*\n +Index Cond: .*project_id = .*organization_id = .*id < \$/,
  },
  'keys by name': {
    list: (args: string) => KEYS(`${args}, orderBy: { field: NAME, direction: ASC }`),
    table: 'api_key',
    plan: /Index Scan using api_key_project_id_name_key_id_idx .*\n +Index Cond: .*project_id = .*name_key >= \$/,
  },
  'keys of an organization by name': {
    list: KEYS_OF_ORGANIZATION('NAME'),
    table: 'api_key',
    plan: /Index (Only )?Scan using api_key_organization_id_name_key_id_idx .*\n +Index Cond: .*organization_id = .*name_key >= \$/,
  },
  'keys of an organization by expiration': {
    list: KEYS_OF_ORGANIZATION('EXPIRES_AT'),
    table: 'api_key',
    plan: /Index (Only )?Scan using api_key_organization_id_expires_at_id_idx .*\n +Index Cond: .*organization_id = /,
  },
  'keys of an organization by creator': {
    list: KEYS_OF_ORGANIZATION('CREATED_BY'),
    table: 'api_key',
    plan: /Index (Only )?Scan using api_key_organization_id_created_by_name_id_idx .*\n +Index Cond: .*organization_id = .*created_by_name >= \$/,
  },
  'audit log': {
    list: (args: string) =>
      `organization(id: $organization) { list: auditLog(${args}) { nodes { id } pageInfo { endCursor } } }`,
    table: 'audit_event',
    plan: /Index Scan Backward using audit_event_organization_id_sequence_key .*\n +Index Cond: .*organization_id = .*sequence < \$/,
  },
}

test.each(Object.entries(LISTS))(
  'the query for the page after a cursor reads only that page from an index: %s',
  async (_title, { list, table, plan }) => {
    const sent: number[] = []
    let cursor: string | null = null
    for (let page = 0; page < 3; page += 1) {
      await app.app.runtime.lastUsed.flush()
      statements.length = 0
      const { data, errors }: Json = await admin.ask(
        `query ($project: ID!, $organization: ID!) { found: ${list(`first: 2${cursor === null ? '' : `, after: "${cursor}"`}`)} own: project(id: $project) { id } other: organization(id: $organization) { id } }`,
        { project: projectId, organization: organizationId },
      )
      expect(errors).toBeUndefined()
      cursor = data.found.list.pageInfo.endCursor
      sent.push(statements.filter((sql) => !BACKGROUND.test(sql)).length)
    }
    expect(sent).toEqual([sent[0], sent[0], sent[0]])
    const [statement] = statements.filter((sql) => sql.includes(`FROM "${table}"`))
    const lines = await app.database.sql<{ line: string }>('SELECT line FROM planned($1) AS line', [statement])
    const text = lines.map(({ line }) => line).join('\n')
    expect(text).toMatch(plan)
    expect(text).not.toMatch(/Sort/)
  },
)
