import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'

// Everything that Prisma's drift check does not see. A guard that a migration drops, changes or disables fails here.
// Add a new guard here, with a test that it works.

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

/** Rows of two columns as an object. */
async function read(query: string): Promise<Record<string, string>> {
  const rows = await db.database.sql<{ name: string; definition: string }>(query)
  return Object.fromEntries(rows.map(({ name, definition }) => [name, definition]))
}

test('the migrated database has exactly the expected CHECK constraints', async () => {
  const checks = await read(
    `SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
     WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND convalidated`,
  )
  expect(checks).toEqual({
    api_key_name_not_blank: "CHECK (((btrim(name) <> ''::text) AND (btrim(name_key) <> ''::text)))",
    api_key_one_creator: 'CHECK ((num_nonnulls(created_by_user_id, created_by_service_account_id) <= 1))',
    api_key_one_revoker: 'CHECK ((num_nonnulls(revoked_by_user_id, revoked_by_service_account_id) <= 1))',
    api_key_tag_period_not_empty: 'CHECK ((from_hour < until_hour))',
    api_key_secret_hash_size: 'CHECK ((octet_length(hash) = 32))',
    organization_announced_windows:
      "CHECK (((announced_windows IS NULL) OR COALESCE(((jsonb_typeof((announced_windows #> '{DAY,start}'::text[])) = 'number'::text) AND (jsonb_typeof((announced_windows #> '{DAY,end}'::text[])) = 'number'::text) AND (jsonb_typeof((announced_windows #> '{WEEK,start}'::text[])) = 'number'::text) AND (jsonb_typeof((announced_windows #> '{WEEK,end}'::text[])) = 'number'::text) AND (jsonb_typeof((announced_windows #> '{MONTH,start}'::text[])) = 'number'::text) AND (jsonb_typeof((announced_windows #> '{MONTH,end}'::text[])) = 'number'::text)), false)))",
    organization_deletion_pauses:
      'CHECK (((deletes_at IS NULL) OR ((paused_at IS NOT NULL) AND (paused_until IS NULL))))',
    organization_deletion_times: 'CHECK ((num_nonnulls(deletion_requested_at, deletes_at) <> 1))',
    project_deletion_archived: 'CHECK (((deletes_at IS NULL) OR (archived_at IS NOT NULL)))',
    change_clock_one_row: 'CHECK ((id = 1))',
    collaborator_one_adder: 'CHECK ((num_nonnulls(added_by_user_id, added_by_service_account_id) <= 1))',
    collaborator_one_subject: 'CHECK ((num_nonnulls(user_id, service_account_id) = 1))',
    key_policy_kind:
      'CHECK ((((project_id IS NULL) = (leaked_key_action IS NULL)) AND ((project_id IS NULL) = (when_creator_leaves IS NOT NULL))))',
    key_policy_lifetime_positive: 'CHECK ((max_lifetime_seconds > 0))',
    key_policy_limit_positive: 'CHECK ((amount > (0)::numeric))',
    key_policy_rotation_positive: 'CHECK ((rotate_every_days > 0))',
    key_policy_scope: 'CHECK ((scope_id = COALESCE(project_id, organization_id)))',
    limit_counter_not_negative:
      'CHECK (((spent >= (0)::numeric) AND (held >= (0)::numeric) AND (debt >= (0)::numeric)))',
    limit_lease_not_overdrawn:
      'CHECK (((used >= (0)::numeric) AND (returned >= (0)::numeric) AND (settled >= (0)::numeric) AND ((used + returned) <= taken) AND ((returned + settled) <= taken)))',
    model_price_of_known_item: "CHECK (((line_item)::text <> 'OTHER'::text))",
    child_token_at_most_ten_origins: 'CHECK ((cardinality(origins) <= 10))',
    child_token_at_most_an_hour: "CHECK ((expires_at <= (created_at + '01:00:00'::interval)))",
    trust_token_at_most_an_hour: "CHECK ((expires_at <= (created_at + '01:00:00'::interval)))",
    trust_token_hash_size: 'CHECK ((octet_length(hash) = 32))',
    child_token_hash_size: 'CHECK ((octet_length(hash) = 32))',
    organization_consumer_salt:
      'CHECK (\nCASE\n    WHEN (consumer_salt IS NULL) THEN (NOT hash_consumers)\n    ELSE (octet_length(consumer_salt) = 32)\nEND)',
    playground_token_hash_size: 'CHECK ((octet_length(hash) = 32))',
    usage_event_cost_not_negative: 'CHECK ((cost >= (0)::numeric))',
    usage_adjustment_hash_size: 'CHECK ((octet_length(content_hash) = 32))',
    usage_adjustment_not_zero: 'CHECK ((amount <> (0)::numeric))',
    usage_event_has_no_month: "CHECK ((month = '1970-01-01'::date))",
    usage_event_hash_size: 'CHECK ((octet_length(content_hash) = 32))',
    usage_limit_key_of_project: 'CHECK (((api_key_id IS NULL) OR (project_id IS NOT NULL)))',
    usage_limit_positive: 'CHECK ((amount > (0)::numeric))',
    usage_limit_model: `CHECK ((((model IS NULL) = (model_of IS NULL)) AND ((model IS NULL) OR ((kind)::text ~~ '%\\_PER\\_%'::text))))`,
    usage_limit_scope:
      'CHECK (((part IS NOT NULL) OR (COALESCE(model_of, scope_id) = COALESCE(api_key_id, project_id, organization_id))))',
    gateway_token_hash_size: 'CHECK ((octet_length(token_hash) = 32))',
    invitation_one_inviter: 'CHECK ((num_nonnulls(invited_by_user_id, invited_by_service_account_id) <= 1))',
    invitation_role_not_owner: `CHECK ((role <> 'OWNER'::"OrganizationRole"))`,
    legacy_key_hash_size: 'CHECK ((octet_length(hash) = 32))',
    member_one_subject: 'CHECK ((num_nonnulls(user_id, service_account_id) = 1))',
    member_service_account_not_owner: `CHECK (((service_account_id IS NULL) OR (role <> 'OWNER'::"OrganizationRole")))`,
    model_price_ends_later: 'CHECK ((effective_until > effective_from))',
    model_price_tokens_in_range:
      "CHECK (((above_input_tokens >= 0) AND (above_input_tokens <= '1000000000000'::bigint)))",
    model_price_not_negative: 'CHECK ((usd >= (0)::numeric))',
    model_public_or_of_project: 'CHECK ((num_nonnulls(organization_id, project_id) = ANY (ARRAY[0, 2])))',
    project_default_not_archived: 'CHECK ((NOT (is_default AND (archived_at IS NOT NULL))))',
    resource_name_not_blank: "CHECK ((btrim(name) <> ''::text))",
    service_account_one_creator: 'CHECK ((num_nonnulls(created_by_user_id, created_by_service_account_id) <= 1))',
    service_account_previous_token_hash_size: 'CHECK ((octet_length(previous_token_hash) = 32))',
    service_account_token_hash_size: 'CHECK ((octet_length(token_hash) = 32))',
  })
})

const keeps = (table: string, name: string, column: string) => [
  `${table}_keeps_${name}`,
  `BEFORE UPDATE ON ${table} FOR EACH ROW WHEN (old.${column} IS DISTINCT FROM new.${column}) ` +
    `EXECUTE FUNCTION keyward_refuse_change('${column}')`,
]

const TENANT_TABLES = [
  'api_key',
  'api_key_secret',
  'audit_head',
  'collaborator',
  'invitation',
  'legacy_key',
  'member',
  'ownership_offer',
  'project',
  'service_account',
]

test('the migrated database has exactly the expected triggers, all enabled', async () => {
  const triggers = await read(
    `SELECT tgname AS name, tgenabled::text || ' ' || pg_get_triggerdef(oid, true) AS definition FROM pg_trigger
     WHERE NOT tgisinternal`,
  )
  const row = 'FOR EACH ROW EXECUTE FUNCTION'
  const statement = 'FOR EACH STATEMENT EXECUTE FUNCTION'
  const deferred = 'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION'
  const expected = Object.fromEntries([
    ...TENANT_TABLES.map((table) => keeps(table, 'organization', 'organization_id')),
    keeps('api_key', 'id', 'id'),
    keeps('api_key', 'project', 'project_id'),
    keeps('api_key_secret', 'hash', 'hash'),
    keeps('api_key_secret', 'key', 'api_key_id'),
    keeps('organization', 'id', 'id'),
    keeps('project', 'id', 'id'),
  ])
  const withoutName = Object.entries(triggers).map(([name, definition]) => [
    name,
    definition.replace(/^(.) CREATE (CONSTRAINT )?TRIGGER \S+ /, (_all, on) => (on === 'O' ? '' : `${on} `)),
  ])
  expect(Object.fromEntries(withoutName)).toEqual({
    usage_event_recorded_once:
      'BEFORE INSERT ON usage_event FOR EACH ROW EXECUTE FUNCTION keyward_usage_recorded_once()',
    ...expected,
    api_key_keeps_revoked_at:
      'BEFORE UPDATE ON api_key FOR EACH ROW WHEN (old.revoked_at IS NOT NULL AND ' +
      "old.revoked_at IS DISTINCT FROM new.revoked_at) EXECUTE FUNCTION keyward_refuse_change('revoked_at')",
    api_key_inserted: `AFTER INSERT ON api_key REFERENCING NEW TABLE AS inserted ${statement} keyward_api_keys_inserted()`,
    api_key_used:
      'AFTER UPDATE OF last_used_at ON api_key FOR EACH ROW WHEN (' +
      "date_trunc('minute'::text, old.last_used_at, 'UTC'::text) IS DISTINCT FROM date_trunc('minute'::text, new.last_used_at, 'UTC'::text)" +
      ') EXECUTE FUNCTION keyward_api_key_used()',
    api_key_same_organization: `BEFORE INSERT ON api_key ${row} keyward_same_organization_as_project()`,
    api_key_secret_same_organization: `BEFORE INSERT ON api_key_secret ${row} keyward_same_organization_as_api_key()`,
    api_key_tag_deleted: `AFTER DELETE ON api_key_tag REFERENCING OLD TABLE AS old_tags ${statement} keyward_api_key_tags_changed()`,
    api_key_tag_inserted: `AFTER INSERT ON api_key_tag REFERENCING NEW TABLE AS new_tags ${statement} keyward_api_key_tags_changed()`,
    api_key_tag_updated: `AFTER UPDATE ON api_key_tag REFERENCING OLD TABLE AS old_tags NEW TABLE AS new_tags ${statement} keyward_api_key_tags_changed()`,
    audit_event_append_only:
      'A BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_event FOR EACH STATEMENT ' +
      'EXECUTE FUNCTION keyward_refuse_audit_change()',
    audit_event_append_only_rows: `A BEFORE DELETE OR UPDATE ON audit_event ${row} keyward_refuse_audit_change()`,
    audit_event_same_organization: `BEFORE INSERT ON audit_event ${row} keyward_same_organization_as_project()`,
    change_event_notify:
      'AFTER INSERT ON change_event REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT ' +
      'EXECUTE FUNCTION keyward_notify_changes()',
    collaborator_same_organization: `BEFORE INSERT OR UPDATE OF project_id ON collaborator ${row} keyward_same_organization_as_project()`,
    collaborator_service_account_same_organization: `BEFORE INSERT OR UPDATE OF service_account_id ON collaborator ${row} keyward_same_organization_as_service_account()`,
    invitation_grant_same_organization: `BEFORE INSERT OR UPDATE ON invitation_grant ${row} keyward_grant_same_organization()`,
    key_policy_same_organization: `BEFORE INSERT OR UPDATE ON key_policy ${row} keyward_same_organization_as_project()`,
    playground_token_same_organization: `BEFORE INSERT OR UPDATE ON playground_token ${row} keyward_same_organization_as_project()`,
    usage_limit_same_organization: `BEFORE INSERT OR UPDATE ON usage_limit FOR EACH ROW WHEN (new.project_id IS NOT NULL) EXECUTE FUNCTION keyward_same_organization_as_project()`,
    legacy_key_default_project: `BEFORE INSERT OR UPDATE OF project_id ON legacy_key ${row} keyward_legacy_key_in_default_project()`,
    legacy_key_same_organization: `BEFORE INSERT OR UPDATE OF project_id ON legacy_key ${row} keyward_same_organization_as_project()`,
    member_one_owner_left: `AFTER INSERT OR DELETE OR UPDATE ON member ${deferred} keyward_member_changed()`,
    member_service_account_same_organization: `BEFORE INSERT OR UPDATE OF service_account_id ON member ${row} keyward_same_organization_as_service_account()`,
    model_same_organization: `BEFORE INSERT OR UPDATE ON model FOR EACH ROW WHEN (new.project_id IS NOT NULL) EXECUTE FUNCTION keyward_same_organization_as_project()`,
    organization_complete: `AFTER INSERT ON organization ${deferred} keyward_organization_complete()`,
    ownership_offer_same_organization: `BEFORE INSERT OR UPDATE OF member_id ON ownership_offer ${row} keyward_same_organization_as_member()`,
    resource_same_organization: `BEFORE INSERT OR UPDATE ON resource ${row} keyward_same_organization_as_project()`,
    project_one_default_left: `AFTER INSERT OR DELETE OR UPDATE ON project ${deferred} keyward_project_changed()`,
  })
})

test('the migrated database has exactly the expected partial unique indexes', async () => {
  const indexes = await read(
    `SELECT c.relname AS name, pg_get_expr(i.indpred, i.indrelid, true) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indpred IS NOT NULL AND i.indisunique AND i.indisvalid AND c.relnamespace = 'public'::regnamespace`,
  )
  expect(indexes).toEqual({
    api_key_live_name: 'revoked_at IS NULL AND name_freed_at IS NULL',
    api_key_tag_period_current: "until_hour = 'infinity'::timestamp with time zone",
    member_one_owner: `role = 'OWNER'::"OrganizationRole"`,
    ownership_offer_one_open: 'accepted_at IS NULL AND cancelled_at IS NULL',
    project_one_default: 'is_default',
  })
})

test('database functions work with any search path', async () => {
  const rows = await db.database.sql(
    `SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     AND NOT coalesce(array_to_string(proconfig, ' ') LIKE '%search_path=%public%', false)`,
  )
  expect(rows).toEqual([])
})

test('every foreign-key column is the first column of an index', async () => {
  const rows = await db.database.sql(
    `SELECT conrelid::regclass::text || '.' || conname AS "foreignKey" FROM pg_constraint k
     WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
       SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1]
     ) ORDER BY 1`,
  )
  expect(rows).toEqual([])
})
