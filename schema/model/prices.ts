import type { LineItem, ModelPrice } from '@keyward/prisma/generated/prisma/client'
import { ServiceTier } from '@keyward/prisma/generated/prisma/enums'
import { LINE_ITEMS } from './line-items.ts'

/** The number of units that the price of a line item covers. */
export type PriceUnit = 'PER_MILLION' | 'PER_UNIT'

/** A line item that can have a price. */
export type PricedItem = {
  [Item in LineItem]: (typeof LINE_ITEMS)[Item]['isPriced'] extends false ? never : Item
}[LineItem]

/** Tokens are priced per million, other line items per unit. */
export const unitOf = (lineItem: LineItem): PriceUnit => (LINE_ITEMS[lineItem].tokens ? 'PER_MILLION' : 'PER_UNIT')

/** The line items that have prices. */
export const PRICED_ITEMS = (Object.keys(LINE_ITEMS) as LineItem[]).filter(
  (item): item is PricedItem => LINE_ITEMS[item].isPriced,
)

/** The prices that replace one another have the same line item, tier and number of input tokens. */
export const seriesOf = ({ lineItem, serviceTier, aboveInputTokens }: Series): string =>
  `${lineItem} ${serviceTier} ${aboveInputTokens}`

type Series = Pick<ModelPrice, 'lineItem' | 'serviceTier' | 'aboveInputTokens'>

const ITEMS: string[] = PRICED_ITEMS
const TIERS: string[] = Object.keys(ServiceTier)

const inOrder = (a: Series & { effectiveFrom: Date }, b: Series & { effectiveFrom: Date }): number =>
  ITEMS.indexOf(a.lineItem) - ITEMS.indexOf(b.lineItem) ||
  TIERS.indexOf(a.serviceTier) - TIERS.indexOf(b.serviceTier) ||
  Number(a.aboveInputTokens - b.aboveInputTokens) ||
  a.effectiveFrom.getTime() - b.effectiveFrom.getTime()

/**
 * Selects the current and the announced prices among all prices that a model ever had. Sorted by line item, tier, input
 * tokens and then time. A price ends where the next one begins.
 */
export function presentPrices<Price extends Series & Pick<ModelPrice, 'effectiveFrom' | 'effectiveUntil'>>(
  prices: readonly Price[],
  now: Date,
): Price[] {
  const sorted = [...prices].sort(inOrder)
  return sorted
    .map((price, index) => {
      const next = sorted[index + 1]
      const { effectiveUntil: end } = price
      if (!next || seriesOf(next) !== seriesOf(price)) return price
      return end !== null && end < next.effectiveFrom ? price : { ...price, effectiveUntil: next.effectiveFrom }
    })
    .filter(({ effectiveUntil }) => effectiveUntil === null || effectiveUntil > now)
}
