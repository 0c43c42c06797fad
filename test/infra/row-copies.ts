import type { Database } from '../../prisma/database.ts'
import { newId } from '../../schema/core/ids.ts'

/**
 * Inserts copies of a row by one statement, where a mutation each would be slow. Returns their UUIDs.
 * @param columns Arguments of `jsonb_build_object` for the columns that differ, such as `'name', 'Copy ' || n`: `n` counts from 1.
 * @param values Parameters of `columns`, from `$3` on.
 */
export async function copyRow(
  database: Database,
  { table, id, count }: { table: string; id: string; count: number },
  columns: string,
  values: unknown[] = [],
): Promise<string[]> {
  const ids = Array.from({ length: count }, newId)
  await database.sql(
    `INSERT INTO "${table}" SELECT (jsonb_populate_record(k, jsonb_build_object('id', c.id, ${columns}))).*
       FROM "${table}" k, unnest($2::uuid[]) WITH ORDINALITY AS c (id, n) WHERE k.id = $1`,
    [id, ids, ...values],
  )
  return ids
}

/** The columns of a hash that is unique. */
export const uniqueHash = (column: string): string => `'${column}', '\\x' || encode(sha256((c.id::text)::bytea), 'hex')`
