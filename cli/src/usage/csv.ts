import type { CostAnalytics } from '@keyward/sdk'
import { stringify } from 'csv-stringify/sync'
import { COLUMNS, type Dimension } from './dimensions.ts'

/**
 * Costs as comma-separated values, one line per bucket and group. The columns are the same as in the server's export.
 */
export function csvOf({ buckets }: CostAnalytics, dimensions: readonly Dimension[]): string {
  const columns = dimensions.flatMap((dimension) => COLUMNS[dimension])
  const header = ['start', 'end', ...columns.map(({ name }) => name), 'requests', 'cost_usd']
  const lines = buckets.flatMap(({ start, end, groups }) =>
    groups.map((group) => [start, end, ...columns.map(({ cell }) => cell(group)), group.requests, group.cost]),
  )
  // If a spreadsheet would run a cell as a formula, an apostrophe is put in front of it.
  return stringify([header, ...lines], { escape_formulas: true, record_delimiter: 'windows' })
}
