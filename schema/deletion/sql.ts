import type { Database, Transaction } from '@keyward/prisma/database'

/** Runs queries, in a transaction or outside. */
export type Reader = Pick<Transaction, '$queryRaw'>

/** The rows of an organization or of a project: those with its id in a column. */
export interface Scope {
  column: 'organization_id' | 'project_id'
  id: string
}

/** Maximum number of rows that one statement deletes. */
export const BATCH = 500

type Column = Scope['column']

/** Deletes one batch of the rows of a table that meet a condition on `$1`. */
const batch = (table: string, condition: string): string =>
  `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${BATCH})) RETURNING 1 AS gone`

const ofScope = (table: string) => (column: Column) => batch(table, `${column} = $1::uuid`)

/**
 * Rows about limits name only their scope: the organization, the project, or a part of it. Limits of keys are deleted
 * together with the keys.
 */
const ofLimits = (table: string) => () => batch(table, 'scope_id = $1::uuid OR owner_id = $1::uuid')
const ofScopeItself = (table: string) => () => batch(table, 'scope_id = $1::uuid')

/** Invitations that would grant nothing afterwards. */
const emptiedInvitations = (column: Column): string =>
  column === 'organization_id'
    ? batch('invitation', 'organization_id = $1::uuid')
    : batch(
        'invitation',
        `role IS NULL AND id IN (SELECT invitation_id FROM invitation_grant WHERE project_id = $1::uuid)
           AND NOT EXISTS (SELECT FROM invitation_grant g WHERE g.invitation_id = invitation.id AND g.project_id <> $1::uuid)`,
      )

const ofProject = (table: string) => (column: Column) =>
  column === 'project_id' ? batch(table, 'project_id = $1::uuid') : null

const ofOrganization = (table: string, condition: string) => (column: Column) =>
  column === 'organization_id' ? batch(table, condition) : null

/**
 * The tables that are emptied before keys, people and the row itself, in the order of their foreign keys.
 * test/nouns/deletion/tables.test.ts fails if a table with rows of tenants is neither here nor in `KEPT`.
 */
const TABLES: Record<string, (column: Column) => string | null> = {
  playground_token: ofScope('playground_token'),
  usage_limit: ofScope('usage_limit'),
  key_policy: ofScope('key_policy'),
  resource: ofScope('resource'),
  model: ofScope('model'),
  legacy_key: ofScope('legacy_key'),
  collaborator: ofScope('collaborator'),
  invitation: emptiedInvitations,
  invitation_grant: ofProject('invitation_grant'),
  ownership_offer: ofOrganization('ownership_offer', 'organization_id = $1::uuid'),
  webhook_delivery: ofOrganization(
    'webhook_delivery',
    'webhook_id IN (SELECT id FROM webhook WHERE organization_id = $1::uuid)',
  ),
  trust: ofScope('trust'),
  webhook: ofOrganization('webhook', 'organization_id = $1::uuid'),
  notice: ofScope('notice'),
  denial_hourly: ofScope('denial_hourly'),
  usage_consumer_hourly: ofScope('usage_consumer_hourly'),
  // The costs of a deleted project stay included in the costs of its organization, also by tag.
  api_key_tag_period: ofOrganization('api_key_tag_period', 'organization_id = $1::uuid'),
  usage_adjustment: ofScope('usage_adjustment'),
  limit_lease: ofLimits('limit_lease'),
  limit_counter: ofLimits('limit_counter'),
  limit_bucket: ofScopeItself('limit_bucket'),
}

/** Tables that the job empties in transactions of their own. */
export const DELETED_WITH_KEYS = ['api_key', 'api_key_last_use', 'api_key_secret', 'api_key_tag'] as const
export const DELETED_LAST = ['service_account', 'member', 'project', 'person_key', 'organization'] as const

/** Tables whose rows stay: docs/operations/delete.md says why and for how long. */
export const KEPT = [
  'audit_event',
  'audit_head',
  'audit_sink_cursor',
  'usage_hourly',
  'usage_record',
  'change_event',
] as const

export const EMPTIED = Object.keys(TABLES)

/** Statements that delete one batch each and return a row per deleted row. */
export const statementsFor = (column: Column): string[] =>
  Object.values(TABLES).flatMap((statement) => statement(column) ?? [])

/** Deletes one batch by a statement of `statementsFor`. Returns how many rows. */
export async function deleteBatch(database: Database, statement: string, id: string): Promise<number> {
  return (await database.sql(statement, [id])).length
}

/** Number of rows of each kind that belong to a scope. */
export interface CountsRow {
  scope_id: string
  projects: number
  api_keys: number
  members: number
  collaborators: number
  service_accounts: number
  resources: number
  models: number
  webhooks: number
}

/** Counts the contents of organizations. */
export const countOfOrganizations = (tx: Reader, ids: readonly string[]) =>
  tx.$queryRaw<CountsRow[]>`
    SELECT s.id AS scope_id,
           (SELECT count(*)::int FROM project WHERE organization_id = s.id AND deletes_at IS NULL) AS projects,
           (SELECT count(*)::int FROM api_key WHERE organization_id = s.id AND revoked_at IS NULL) AS api_keys,
           (SELECT count(*)::int FROM member WHERE organization_id = s.id AND user_id IS NOT NULL) AS members,
           (SELECT count(*)::int FROM collaborator WHERE organization_id = s.id) AS collaborators,
           (SELECT count(*)::int FROM service_account WHERE organization_id = s.id) AS service_accounts,
           (SELECT count(*)::int FROM resource WHERE organization_id = s.id) AS resources,
           (SELECT count(*)::int FROM model WHERE organization_id = s.id) AS models,
           (SELECT count(*)::int FROM webhook WHERE organization_id = s.id) AS webhooks
      FROM unnest(${ids}::uuid[]) AS s (id)`

/** Counts the contents of projects. */
export const countOfProjects = (tx: Reader, ids: readonly string[]) =>
  tx.$queryRaw<CountsRow[]>`
    SELECT s.id AS scope_id, 0 AS projects,
           (SELECT count(*)::int FROM api_key WHERE project_id = s.id AND revoked_at IS NULL) AS api_keys,
           0 AS members,
           (SELECT count(*)::int FROM collaborator WHERE project_id = s.id) AS collaborators,
           0 AS service_accounts,
           (SELECT count(*)::int FROM resource WHERE project_id = s.id) AS resources,
           (SELECT count(*)::int FROM model WHERE project_id = s.id) AS models,
           0 AS webhooks
      FROM unnest(${ids}::uuid[]) AS s (id)`
