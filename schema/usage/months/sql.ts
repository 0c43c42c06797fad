import type { Database, Transaction } from '@keyward/prisma/database'

/** A month in UTC by its first day, such as `2026-11-01`. */
export type Month = string

/**
 * Locks recording in a month against the months before and after it, because no index spans the months: an event that
 * is sent twice could otherwise be recorded in two months at the same time. Transactions of the same month do not wait
 * for each other.
 */
export const lockMonth = (tx: Transaction, month: Month) =>
  Number(month.slice(5, 7)) % 2 === 0
    ? tx.$executeRaw`LOCK TABLE usage_turn IN ROW EXCLUSIVE MODE`
    : tx.$executeRaw`LOCK TABLE usage_turn IN SHARE MODE`

/** Creates the partition of a month, unless it exists. */
export const addMonth = (database: Database, month: Month) =>
  database.sql('SELECT keyward_add_usage_month($1::date)::text', [month])

/** Finds the months that have partitions, in order. The first partition belongs to none. */
export async function findMonths(database: Database): Promise<Month[]> {
  const rows = await database.sql<{ month: Month }>(
    `SELECT replace(right(part.relname, 7), '_', '-') || '-01' AS month
       FROM pg_inherits i JOIN pg_class part ON part.oid = i.inhrelid
      WHERE i.inhparent = 'usage_record'::regclass AND part.relname ~ '^usage_record_[0-9]{4}_[0-9]{2}$' ORDER BY 1`,
  )
  return rows.map(({ month }) => month)
}

/** Drops the partition of a month. Fails after a second if somebody reads it for longer. */
export const dropMonth = (database: Database, month: Month) =>
  database.sql('SELECT keyward_drop_usage_month($1::date)::text', [month])
