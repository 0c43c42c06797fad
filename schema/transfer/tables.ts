/**
 * The rows of every table that are exported with an organization, as the WHERE of a query on `$1`, its id. The order
 * follows the foreign keys. test/nouns/transfer/tables.test.ts fails if a table is neither here nor in `LEFT_OUT`.
 */
const OF_ORGANIZATION = 'organization_id = $1::uuid'
const keysOf = 'SELECT id FROM api_key WHERE organization_id = $1::uuid'
const scopesOf = `SELECT $1::uuid UNION ALL SELECT id FROM project WHERE organization_id = $1::uuid UNION ALL ${keysOf}`

export const TRAVELLING = {
  organization: 'id = $1::uuid',
  project: OF_ORGANIZATION,
  service_account: OF_ORGANIZATION,
  member: OF_ORGANIZATION,
  collaborator: OF_ORGANIZATION,
  invitation: OF_ORGANIZATION,
  invitation_grant: 'invitation_id IN (SELECT id FROM invitation WHERE organization_id = $1::uuid)',
  ownership_offer: OF_ORGANIZATION,
  api_key: OF_ORGANIZATION,
  // Inserted before the tags, because a trigger opens a period for a tag that has none.
  api_key_tag_period: OF_ORGANIZATION,
  api_key_tag: `api_key_id IN (${keysOf})`,
  api_key_secret: OF_ORGANIZATION,
  child_token: 'secret_id IN (SELECT id FROM api_key_secret WHERE organization_id = $1::uuid)',
  legacy_key: OF_ORGANIZATION,
  playground_token: OF_ORGANIZATION,
  resource: OF_ORGANIZATION,
  model: OF_ORGANIZATION,
  model_price: 'model_id IN (SELECT id FROM model WHERE organization_id = $1::uuid)',
  usage_limit: OF_ORGANIZATION,
  // A concurrency limit counts running requests of the old instance's gateways, so its counter is left out.
  limit_counter: `kind <> 'CONCURRENCY' AND (scope_id IN (${scopesOf}) OR owner_id IN (${scopesOf}))`,
  key_policy: OF_ORGANIZATION,
  key_policy_limit: 'scope_id IN (SELECT scope_id FROM key_policy WHERE organization_id = $1::uuid)',
  trust: OF_ORGANIZATION,
  trust_token: 'trust_id IN (SELECT id FROM trust WHERE organization_id = $1::uuid)',
  webhook: OF_ORGANIZATION,
  notice: OF_ORGANIZATION,
  usage_hourly: OF_ORGANIZATION,
  usage_consumer_hourly: OF_ORGANIZATION,
  usage_adjustment: OF_ORGANIZATION,
  denial_hourly: OF_ORGANIZATION,
  audit_event: OF_ORGANIZATION,
  audit_head: OF_ORGANIZATION,
  person_key: OF_ORGANIZATION,
} as const

export type TravellingTable = keyof typeof TRAVELLING

export const TABLES = Object.keys(TRAVELLING) as TravellingTable[]

export const isTravelling = (table: string): table is TravellingTable => Object.hasOwn(TRAVELLING, table)

/** Tables whose rows are not exported, and why. docs/operations/leave.md lists the same tables. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  user: 'people are exported as e-mail addresses',
  session: 'sessions belong to people of the instance',
  account: 'passwords and accounts of single sign-on belong to people of the instance',
  verification: 'links that were mailed belong to people of the instance',
  two_factor: 'second factors belong to people of the instance',
  passkey: 'passkeys belong to people of the instance',
  device_code: 'sign-ins of devices belong to people of the instance',
  api_key_last_use: 'triggers write it when the keys arrive',
  gateway: 'gateways belong to the instance',
  verifier: 'connections of gateways belong to the instance',
  limit_lease: 'the amounts that gateways hold count as spent in the file',
  limit_bucket: 'a bucket of a rate limit refills within a minute',
  limit_settlement: 'settlements belong to reservations at gateways of the instance',
  usage_turn: 'it has no rows',
  usage_record: 'the sums are exported; single events are only needed to detect duplicates on this instance',
  denial_batch: 'batches are only needed to detect duplicates on this instance',
  webhook_delivery: 'the old instance sends what is due',
  notice_job: 'jobs belong to the instance',
  idempotency_record: 'results are sealed under keys of clients and last 24 hours',
  audit_sink: 'the stream of audit events belongs to the instance',
  audit_sink_cursor: 'the stream of audit events belongs to the instance',
  change_event: 'positions belong to the history of the instance',
  write_position: 'positions belong to the write-ahead log of the instance',
  change_clock: 'positions belong to the history of the instance',
  _prisma_migrations: 'migrations belong to the instance',
}

/** The hashes of secrets, by table. No other row of the new instance may contain one of them. */
export const HASHES: Readonly<Partial<Record<TravellingTable, readonly string[]>>> = {
  service_account: ['token_hash', 'previous_token_hash'],
  invitation: ['token_hash'],
  api_key_secret: ['hash'],
  child_token: ['hash'],
  legacy_key: ['hash'],
  playground_token: ['hash'],
  trust_token: ['hash'],
}

/** Tables in which `credential_id` can be a person (in rows of the playground) and `model_id` can be a public model. */
export const SUMS: readonly string[] = ['usage_hourly', 'usage_consumer_hourly', 'denial_hourly']

/** A row of the file: the columns of its table, with numbers as text. */
export type Row = Record<string, unknown>

/** The columns of a row that name a person. */
export function personColumns(table: TravellingTable, row: Row): string[] {
  const columns = Object.keys(row).filter((column) => column === 'user_id' || column.endsWith('_user_id'))
  if (SUMS.includes(table) && row.credential_kind === 'PLAYGROUND') columns.push('credential_id')
  return columns
}
