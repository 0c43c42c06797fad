// This code stores no pause that ends at -infinity. A row with such a pause is denied until somebody resumes it.
const endOf = (row: string): string => `nullif(${row}.paused_until, '-infinity')`

/** SQL: whether a row is paused at a time. Both parameters are expressions, such as `k` and `$2`. */
export const isPausedSql = (row: string, now: string): string =>
  `(${row}.paused_at IS NOT NULL AND coalesce(${endOf(row)} > ${now}, true))`

const endOfPause = (row: string): string =>
  `CASE WHEN ${row}.paused_at IS NOT NULL THEN coalesce(${endOf(row)}, 'infinity') END`

/**
 * SQL: the latest end of several pauses, in milliseconds. `Infinity` for a pause without an end. Null without a pause.
 */
export const pausedUntilSql = (...rows: string[]): string =>
  `(extract(epoch FROM greatest(${rows.map(endOfPause).join(', ')})) * 1000)::float8`
