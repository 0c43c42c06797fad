import type { CostAnalytics, CostGroup } from '@keyward/sdk'
import { Big } from 'big.js'
import { showBucket } from '../times.ts'
import type { Dimension } from './dimensions.ts'

const DECIMALS = 4

/** Formats a cost for people: to a hundredth of a cent. */
export const showCost = (cost: string | Big): string => new Big(cost).toFixed(DECIMALS)

/** A group's cell in a dimension's column. */
function cellOf(dimension: Dimension, group: CostGroup): string {
  switch (dimension) {
    case 'project':
      return group.project?.name ?? '-'
    case 'key':
      return group.credential ? `${group.credential.name} (${group.credential.id})` : '-'
    case 'user':
      return group.user?.name ?? group.userId ?? '-'
    case 'workload':
      return group.workload ?? '-'
    case 'model':
      return group.model?.slug ?? '-'
    case 'line-item':
      return group.lineItem ?? '-'
    case 'consumer':
      return group.isOtherConsumers ? '(others)' : (group.consumer ?? '-')
    case 'tag':
      return group.tagValue ?? '-'
  }
}

const hasItems = (dimensions: readonly Dimension[]): boolean => dimensions.includes('line-item')

/** Bucket length. Null if the report totals the whole period. */
export type BucketLength = 'HOUR' | 'DAY' | 'MONTH' | null

/** The table header. */
export const headerOf = (dimensions: readonly Dimension[], bucket: BucketLength): string[] => [
  ...(bucket === null ? [] : [bucket]),
  ...dimensions.map((dimension) => dimension.toUpperCase().replace('-', ' ')),
  'REQUESTS',
  ...(hasItems(dimensions) ? ['QUANTITY', 'UNIT'] : []),
  'COST (USD)',
]

interface Sum {
  cells: string[]
  requests: Big
  quantity: Big
  unit: string
  cost: Big
}

/** The table rows: one per group and bucket, or one per group. The most expensive groups come first. */
export function rowsOf(
  { buckets }: CostAnalytics,
  dimensions: readonly Dimension[],
  bucket: BucketLength,
  zone: string,
): string[][] {
  const sums = new Map<string, Sum>()
  for (const { start, groups } of buckets) {
    for (const group of groups) {
      const when = bucket === null ? [] : [showBucket(start, bucket, zone)]
      const cells = [...when, ...dimensions.map((dimension) => cellOf(dimension, group))]
      const key = JSON.stringify([
        cells,
        group.project?.id,
        group.userId,
        group.unit,
        group.isOtherConsumers,
        group.tagValue,
      ])
      const zero = new Big(0)
      const sum = sums.get(key) ?? { cells, requests: zero, quantity: zero, unit: group.unit ?? '-', cost: zero }
      sum.requests = sum.requests.plus(group.requests)
      sum.quantity = sum.quantity.plus(group.quantity ?? '0')
      sum.cost = sum.cost.plus(group.cost)
      sums.set(key, sum)
    }
  }
  // Sorted by time if there is a bucket column, then by descending cost.
  const time = ({ cells }: Sum): string => (bucket === null ? '' : (cells[0] ?? ''))
  const sorted = [...sums.values()].sort((a, b) => time(a).localeCompare(time(b)) || b.cost.cmp(a.cost))
  return sorted.map(({ cells, requests, quantity, unit, cost }) => [
    ...cells,
    requests.toFixed(),
    ...(hasItems(dimensions) ? [quantity.toFixed(), unit] : []),
    showCost(cost),
  ])
}
