/** A value of each parameter that would change how values are read or written. */
export const HOSTILE_SETTINGS: Readonly<Record<string, string>> = {
  TimeZone: 'Asia/Kolkata',
  DateStyle: 'SQL, DMY',
  IntervalStyle: 'sql_standard',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  xmloption: 'document',
  search_path: 'pg_catalog',
  default_transaction_isolation: 'serializable',
}
