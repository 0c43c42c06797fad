import type { CostAnalytics } from '@keyward/sdk'
import { stringify } from 'csv-stringify/sync'
import { COLUMNS, type Dimension } from './dimensions.ts'

/** Formats costs as CSV, one line per bucket and group, with the same columns as the server's export. */
export function csvOf({ buckets }: CostAnalytics, dimensions: readonly Dimension[]): string {
  const columns = dimensions.flatMap((dimension) => COLUMNS[dimension])
  const header = ['start', 'end', ...columns.map(({ name }) => name), 'requests', 'cost_usd']
  const lines = buckets.flatMap(({ start, end, groups }) =>
    groups.map((group) => [start, end, ...columns.map(({ cell }) => cell(group)), group.requests, group.cost]),
  )
  // Cells that a spreadsheet would run as a formula are prefixed with an apostrophe.
  return stringify([header, ...lines], { escape_formulas: true, record_delimiter: 'windows' })
}
