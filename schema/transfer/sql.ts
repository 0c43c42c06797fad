import type { Database, Transaction } from '@keyward/prisma/database'
import { type Row, SUMS, TABLES, TRAVELLING, type TravellingTable } from './tables.ts'

/** Number of rows that are read or written at once. */
export const BATCH = 500

/** Runs a query of a snapshot. */
export type Query = <Result extends object>(text: string, values?: unknown[]) => Promise<Result[]>

/** Reads everything as of one moment, in a transaction that changes nothing and may take long. */
export async function readSnapshot<T>(database: Database, work: (query: Query) => Promise<T>): Promise<T> {
  const pool = database.openPool(1)
  try {
    const client = await pool.connect()
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
      const result = await work(async (text, values) => (await client.query(text, values)).rows)
      await client.query('COMMIT')
      return result
    } finally {
      // The connection is not used again, so that an open transaction ends with it.
      client.release(true)
    }
  } finally {
    await pool.end()
  }
}

const COLUMNS = `SELECT table_name::text, array_agg(column_name::text ORDER BY ordinal_position) AS columns
    FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1`

interface ColumnsRow {
  table_name: string
  columns: string[]
}

const columnsOf = (rows: ColumnsRow[]): Map<string, string[]> =>
  new Map(rows.map(({ table_name, columns }) => [table_name, columns]))

/** Finds the columns of every table. */
export const findColumns = async (query: Query) => columnsOf(await query<ColumnsRow>(COLUMNS))

/** Finds the columns of every table, in a transaction. */
export const findColumnsIn = async (tx: Transaction) => columnsOf(await tx.$queryRawUnsafe<ColumnsRow[]>(COLUMNS))

/** Counts the rows of a table that are exported with an organization. */
export async function countRows(tx: Transaction, table: TravellingTable, organizationId: string): Promise<number> {
  const [row] = await tx.$queryRawUnsafe<{ rows: number }[]>(
    `SELECT count(*)::int AS rows FROM "${table}" WHERE ${TRAVELLING[table]}`,
    organizationId,
  )
  return row?.rows ?? 0
}

/** Gateways may already have spent the amounts that they hold, so the new instance counts them as spent. */
const rowOf = (table: TravellingTable): string =>
  table === 'limit_counter'
    ? `to_jsonb(t) || jsonb_build_object('spent', (t.spent + t.held)::text, 'held', '0')`
    : 'to_jsonb(t)'

/** Reads the rows of a table in batches. Numbers are text, since JavaScript would round them. */
export async function* readRows(
  query: Query,
  table: TravellingTable,
  columns: readonly string[],
  organizationId: string,
): AsyncGenerator<Row[]> {
  const order = ['sequence', 'id'].find((column) => columns.includes(column))
  // DECLARE takes no parameters. The id is safe to embed, because it was decoded from the public form.
  const condition = TRAVELLING[table].replaceAll('$1', `'${organizationId}'`)
  await query(
    `DECLARE rows_of_table NO SCROLL CURSOR FOR
     SELECT (SELECT jsonb_object_agg(key, CASE jsonb_typeof(value) WHEN 'number' THEN to_jsonb(value #>> '{}') ELSE value END)
               FROM jsonb_each(${rowOf(table)})) AS row
       FROM "${table}" t WHERE ${condition} ${order ? `ORDER BY t."${order}"` : ''}`,
  )
  for (;;) {
    const rows = await query<{ row: Row }>(`FETCH ${BATCH} FROM rows_of_table`)
    if (rows.length > 0) yield rows.map(({ row }) => row)
    if (rows.length < BATCH) break
  }
  await query('CLOSE rows_of_table')
}

/**
 * Finds the people whom rows of an organization name. People who occur only in its audit log get no account on the new
 * instance.
 */
export function findPeople(query: Query, columns: ReadonlyMap<string, readonly string[]>, organizationId: string) {
  const ids = TABLES.filter((table) => table !== 'person_key').flatMap((table) => [
    ...(columns.get(table) ?? [])
      .filter((column) => column.endsWith('user_id'))
      .map((column) => `SELECT "${column}" FROM "${table}" WHERE ${TRAVELLING[table]}`),
    ...(SUMS.includes(table)
      ? [`SELECT credential_id FROM "${table}" WHERE credential_kind = 'PLAYGROUND' AND ${TRAVELLING[table]}`]
      : []),
  ])
  return query<{ id: string; email: string; name: string }>(
    `SELECT id, email, name FROM "user" WHERE id IN (${ids.join(' UNION ')}) ORDER BY id`,
    [organizationId],
  )
}

/** Finds an account whose id an imported audit log uses for somebody else. */
export async function findForeignSubject(tx: Transaction, organizationId: string): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT u.id FROM person_key k JOIN "user" u ON u.id = k.subject_id
     WHERE k.organization_id = ${organizationId}::uuid AND k.user_id IS DISTINCT FROM u.id ORDER BY u.id LIMIT 1`
  return row?.id ?? null
}

/** Finds the public models in the sums of an organization. Their ids differ between instances. */
export const findPublicModels = (query: Query, organizationId: string) =>
  query<{ id: string; slug: string }>(
    `SELECT id, slug FROM model WHERE organization_id IS NULL AND id IN (
       SELECT model_id FROM usage_hourly WHERE organization_id = $1
       UNION SELECT model_id FROM usage_consumer_hourly WHERE organization_id = $1) ORDER BY id`,
    [organizationId],
  )

/** Inserts rows of a table that all have these columns. */
export async function insertRows(
  tx: Transaction,
  table: TravellingTable,
  columns: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  const names = columns.map((column) => `"${column}"`).join(', ')
  await tx.$executeRawUnsafe(
    `INSERT INTO "${table}" (${names}) SELECT ${names} FROM jsonb_populate_recordset(NULL::"${table}", $1::jsonb)`,
    JSON.stringify(rows),
  )
}
