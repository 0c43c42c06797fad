/** SQL: whether a row is paused at a time. Both are expressions, such as `k` and `$2`. */
export const isPausedSql = (row: string, now: string): string =>
  `(${row}.paused_at IS NOT NULL AND coalesce(${row}.paused_until > ${now}, true))`

const endOf = (row: string): string =>
  `CASE WHEN ${row}.paused_at IS NOT NULL THEN coalesce(${row}.paused_until, 'infinity') END`

/** SQL: the end of the pause that ends last, in milliseconds; `Infinity` for one without an end, null without a pause. */
export const pausedUntilSql = (...rows: string[]): string =>
  `(extract(epoch FROM greatest(${rows.map(endOf).join(', ')})) * 1000)::float8`
