import type { CostAnalytics } from '@keyward/sdk'
import { stringify } from 'csv-stringify/sync'
import { COLUMNS, type Dimension } from './dimensions.ts'

/** Costs as comma-separated values, one line per bucket and group. The columns are those of the server's export. */
export function csvOf({ buckets }: CostAnalytics, dimensions: readonly Dimension[]): string {
  const columns = dimensions.flatMap((dimension) => COLUMNS[dimension])
  const header = ['start', 'end', ...columns.map(({ name }) => name), 'requests', 'cost_usd']
  const lines = buckets.flatMap(({ start, end, groups }) =>
    groups.map((group) => [start, end, ...columns.map(({ cell }) => cell(group)), group.requests, group.cost]),
  )
  // A cell that a spreadsheet would run as a formula begins with an apostrophe.
  return stringify([header, ...lines], { escape_formulas: true, record_delimiter: 'windows' })
}
