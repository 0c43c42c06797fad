import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabaseKind } from '../../infra/database.ts'
import { type Issuer, startIssuer } from '../../nouns/trust/issuer.ts'
import { type Attempt, type Restricted, startRestricted } from './restricted.ts'

/*
 * A stored value that cannot be read denies. Every column of every table gets values of its type that no code expects, in every
 * row, unless PostgreSQL rejects them. A replica with nothing in memory must then permit nothing that is forbidden.
 */

let set: Restricted
let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
  set = await startRestricted(issuer)
})
afterAll(async () => {
  await set?.close()
  await issuer?.close()
})

interface Column {
  table: string
  column: string
  type: string
  isKey: boolean
}

/** Values of types, as SQL. A missing type fails the test. */
const VALUES: Record<string, string[]> = {
  numeric: ["'NaN'"],
  float8: ["'NaN'", "'Infinity'"],
  date: ["'infinity'"],
  timestamptz: ["'infinity'", "'290000-01-01'", "'-infinity'"],
  text: ["'no such thing'", "''", "E'\\u0001'"],
  jsonb: ["'null'", "'[]'", "'{}'", "'5'", "'[null]'", "'[{}]'"],
  _text: ['NULL', "'{NULL}'", "'{{a}}'", "'{nonsense}'"],
  _Workload: ['NULL', "'{NULL}'"],
  _int4: ['NULL', "'{NULL}'"],
}

/** Types of which PostgreSQL stores only values that this code reads, next to enums. */
const READABLE = ['varchar', 'uuid', 'bool', 'bytea', 'int4', 'int8']

/** Types of most columns. Each column gets one of the values, in turn. */
const FREQUENT = ['timestamptz', 'text']

/** Columns that get all values: each of them has another effect. */
const EVERY_VALUE = ['time_zone', 'paused_until', 'expires_at', 'retires_at']

/** Texts that name something. Any other text names something else, so that the row can be read. */
const NAMES = ['api_key_tag.key', 'api_key_tag.value', 'usage_limit.part']

/** Tables that no decision reads. They may have no rows in this test. */
const UNREAD = [
  'api_key_last_use',
  'audit_sink',
  'audit_sink_cursor',
  'denial_batch',
  'denial_hourly',
  'device_code',
  'idempotency_record',
  'invitation_grant',
  'limit_settlement',
  'notice',
  'ownership_offer',
  'passkey',
  'two_factor',
  'usage_turn',
  'write_position',
  'usage_adjustment',
  'usage_consumer_hourly',
  'verification',
  'verifier',
  'webhook',
  'webhook_delivery',
]

const columnsOf = ({ database }: Restricted): Promise<Column[]> =>
  database.sql<Column>(
    `SELECT c.relname AS "table", a.attname AS "column", CASE t.typtype WHEN 'e' THEN 'enum' ELSE t.typname END AS type,
            EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY(i.indkey)) AS "isKey"
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_type t ON t.oid = a.atttypid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1, a.attnum`,
  )

async function outcomes(attempts: readonly Attempt[]): Promise<Record<string, string>> {
  const replica = await set.replica()
  const found: Record<string, string> = {}
  for (const { name, outcome } of attempts) found[name] = await outcome(replica.app)
  await replica.close()
  return found
}

const namesOf = (found: Record<string, string>, isIt: (outcome: string) => boolean): string[] =>
  Object.entries(found).flatMap(([name, outcome]) => (isIt(outcome) ? [name] : []))

test('forbidden requests are denied and permitted requests are allowed while every value is readable', async () => {
  expect(namesOf(await outcomes(set.forbidden), (outcome) => /^(ALLOWED|INTERNAL|no reason)$/.test(outcome))).toEqual(
    [],
  )
  // A busy machine can take too long for a look-up.
  await expect
    .poll(async () => namesOf(await outcomes(set.permitted), (outcome) => outcome !== 'ALLOWED'), { timeout: 60_000 })
    .toEqual([])
})

test('the test has unreadable values of every type and rows in every table that a decision reads', async () => {
  const columns = await columnsOf(set)
  const types = new Set(columns.map(({ type }) => type))
  expect([...types].filter((type) => type !== 'enum' && !VALUES[type] && !READABLE.includes(type))).toEqual([])
  const unknown: string[] = []
  for (const table of new Set(columns.map((each) => each.table))) {
    const rows = await set.database.sql(`SELECT FROM "${table}" LIMIT 1`)
    if (rows.length === 0 && !UNREAD.includes(table)) unknown.push(table)
  }
  expect(unknown).toEqual([])
})

/*
 * Failed in 25 places: a list that was null permitted everything, as an empty one does; a list with a null entry, and a time at
 * infinity, were INTERNAL. Failed in 3 places while a pause until -infinity was over.
 */
test.runIf(testDatabaseKind === 'postgresql')(
  'an unreadable value in any column allows no request and causes no internal error',
  async () => {
    const { database, forbidden, permitted } = set
    const columns = await columnsOf(set)
    await database.sql('CREATE SCHEMA kept')
    for (const table of new Set(columns.map((each) => each.table)))
      await database.sql(`CREATE TABLE kept."${table}" AS TABLE public."${table}"`)
    const faults: string[] = []
    const [tried, read] = [new Set<string>(), new Set<string>()]
    for (const [index, { table, column, type, isKey }] of columns.entries()) {
      if (isKey || UNREAD.includes(table) || NAMES.includes(`${table}.${column}`)) continue
      const values = VALUES[type] ?? []
      const turn = index % values.length
      const isShort = FREQUENT.includes(type) && !EVERY_VALUE.includes(column)
      for (const value of isShort ? values.slice(turn, turn + 1) : values) {
        const place = `${table}.${column}`
        const isStored = await database.sql(`UPDATE public."${table}" SET "${column}" = ${value}`).then(
          () => true,
          () => false,
        )
        if (!isStored) continue
        tried.add(place)
        const found = await outcomes([...forbidden, ...permitted])
        const isAllowed = ({ name }: Attempt) => found[name] === 'ALLOWED'
        const wrong = [
          ...forbidden.filter(isAllowed).map(({ name }) => `${name} is allowed`),
          ...namesOf(found, (outcome) => /^(INTERNAL|no reason)$/.test(outcome)).map((name) => `${name} is INTERNAL`),
        ]
        if (wrong.length > 0) faults.push(`${place} = ${value}: ${wrong.join(', ')}`)
        if (!permitted.every(isAllowed)) read.add(place)
        const keys = columns.filter((each) => each.table === table && each.isKey)
        const same = keys.map((key) => `t."${key.column}" = k."${key.column}"`).join(' AND ')
        await database.sql(
          `UPDATE public."${table}" t SET "${column}" = k."${column}" FROM kept."${table}" k WHERE ${same}`,
        )
      }
    }
    expect(faults).toEqual([])
    console.log(
      `${tried.size} columns took values that cannot be read, and ${read.size} of them denied what is permitted`,
    )
    expect(tried.size).toBeGreaterThan(100)
    expect(read.size).toBeGreaterThan(10)
  },
  // About 50 seconds on two quiet cores.
  900_000,
)
