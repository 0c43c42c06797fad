import type { CostDimension, CostsFragment } from '../generated/graphql.ts'
import { humanize } from '../keys/words.ts'
import { isoDayIn } from '../ui/time.tsx'

type Group = CostsFragment['buckets'][number]['groups'][number]

/** One color of the chart, and one row of the table. */
export interface Series {
  id: string
  name: string
  cost: number
  requests: bigint
  /** Its cost in each bucket. */
  values: number[]
}

function identify(group: Group, by: CostDimension): { id: string; name: string } {
  switch (by) {
    case 'CREDENTIAL':
      return { id: group.credential?.id ?? '', name: group.credential?.name ?? 'Other credentials' }
    case 'PROJECT':
      return { id: group.project?.id ?? '', name: group.project?.name ?? 'Other projects' }
    case 'MODEL':
      return { id: group.model?.id ?? '', name: group.model?.displayName ?? 'No model' }
    case 'USER':
      return { id: group.userId ?? '', name: group.user?.name ?? (group.userId ? 'Former member' : 'Keys') }
    case 'LINE_ITEM':
      return { id: group.lineItem ?? '', name: group.lineItem ? humanize(group.lineItem) : 'Other' }
    case 'CONSUMER':
      return {
        id: group.consumer ?? (group.isOtherConsumers ? ' others' : ''),
        name: group.consumer ?? (group.isOtherConsumers ? 'Other consumers' : 'No consumer'),
      }
    case 'TAG':
      // An empty value is a group of its own. It gets a name that cannot be a value.
      return group.tagValue === null
        ? { id: '', name: 'Without this tag' }
        : { id: `=${group.tagValue}`, name: group.tagValue || '(empty value)' }
    default:
      return { id: group.workload ?? '', name: group.workload ? humanize(group.workload) : 'Other' }
  }
}

/** The series of an analysis, the most expensive first. */
export function seriesOf({ buckets }: CostsFragment, by: CostDimension): Series[] {
  const found = new Map<string, Series>()
  for (const [index, { groups }] of buckets.entries()) {
    for (const group of groups) {
      const { id, name } = identify(group, by)
      const series = found.get(id) ?? { id, name, cost: 0, requests: 0n, values: buckets.map(() => 0) }
      series.cost += Number(group.cost)
      series.requests += BigInt(group.requests)
      series.values[index] = (series.values[index] ?? 0) + Number(group.cost)
      found.set(id, series)
    }
  }
  return [...found.values()].sort((a, b) => b.cost - a.cost)
}

/** Colors of the chart. All further series are combined into one. */
export const COLORS = 8

/** The series that are drawn: the most expensive ones, and the rest as one. */
export function drawnOf(series: Series[]): Series[] {
  if (series.length <= COLORS) return series
  const rest = series.slice(COLORS - 1)
  const [first] = rest
  if (!first) return series
  return [
    ...series.slice(0, COLORS - 1),
    {
      id: 'rest',
      name: `${rest.length} others`,
      cost: rest.reduce((sum, { cost }) => sum + cost, 0),
      requests: rest.reduce((sum, { requests }) => sum + requests, 0n),
      values: first.values.map((_, index) => rest.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)),
    },
  ]
}

const cell = (text: string): string => {
  // A spreadsheet would evaluate a name that begins like a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

/** The costs as rows for spreadsheets, one for each series and day. */
export function csvOf(series: Series[], starts: string[], zone: string): string {
  const days = starts.map((start) => isoDayIn(start, zone))
  const rows = series.flatMap(({ id, name, values }) =>
    values.map((value, index) => [days[index] ?? '', cell(name), cell(id), String(value)].join(',')),
  )
  return `${['day,name,id,cost_usd', ...rows].join('\r\n')}\r\n`
}
