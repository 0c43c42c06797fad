// This code stores no pause that ends at -infinity. One that does lasts until somebody resumes, so that it denies.
const endOf = (row: string): string => `nullif(${row}.paused_until, '-infinity')`

/** SQL: whether a row is paused at a time. Both are expressions, such as `k` and `$2`. */
export const isPausedSql = (row: string, now: string): string =>
  `(${row}.paused_at IS NOT NULL AND coalesce(${endOf(row)} > ${now}, true))`

const endOfPause = (row: string): string =>
  `CASE WHEN ${row}.paused_at IS NOT NULL THEN coalesce(${endOf(row)}, 'infinity') END`

/** SQL: the end of the pause that ends last, in milliseconds; `Infinity` for one without an end, null without a pause. */
export const pausedUntilSql = (...rows: string[]): string =>
  `(extract(epoch FROM greatest(${rows.map(endOfPause).join(', ')})) * 1000)::float8`
