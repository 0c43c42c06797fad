import type { CostAnalytics } from '@keyward/sdk'
import { stringify } from 'csv-stringify/sync'
import { COLUMNS, type Dimension } from './dimensions.ts'

/** Costs as comma-separated values, with the columns of the server's own export: a line for each bucket and group. */
export function csvOf({ buckets }: CostAnalytics, dimensions: readonly Dimension[]): string {
  const columns = dimensions.flatMap((dimension) => COLUMNS[dimension])
  const header = ['start', 'end', ...columns.map(({ name }) => name), 'requests', 'cost_usd']
  const lines = buckets.flatMap(({ start, end, groups }) =>
    groups.map((group) => [start, end, ...columns.map(({ cell }) => cell(group)), group.requests, group.cost]),
  )
  // A cell that a spreadsheet would take for a formula begins with an apostrophe.
  return stringify([header, ...lines], { escape_formulas: true, record_delimiter: 'windows' })
}
