import type { LineItem, ModelPrice } from '@keyward/prisma/generated/prisma/client'
import { LINE_ITEMS } from './line-items.ts'

/** How many units of a line item its price is for. */
export type PriceUnit = 'PER_MILLION' | 'PER_UNIT'

/** A line item with a price of its own. */
export type PricedItem = {
  [Item in LineItem]: (typeof LINE_ITEMS)[Item]['isPriced'] extends false ? never : Item
}[LineItem]

/** Tokens are priced per million, other line items per unit. */
export const unitOf = (lineItem: LineItem): PriceUnit => (LINE_ITEMS[lineItem].tokens ? 'PER_MILLION' : 'PER_UNIT')

/** The line items that have prices. */
export const PRICED_ITEMS = (Object.keys(LINE_ITEMS) as LineItem[]).filter(
  (item): item is PricedItem => LINE_ITEMS[item].isPriced,
)

/**
 * Of all the prices a model ever had, those that hold now and those that are announced for later, by line item and then
 * by time.
 */
export function presentPrices<Price extends Pick<ModelPrice, 'lineItem' | 'effectiveFrom'>>(
  prices: readonly Price[],
  now: Date,
): Price[] {
  const items: string[] = PRICED_ITEMS
  const sorted = [...prices].sort(
    (a, b) =>
      items.indexOf(a.lineItem) - items.indexOf(b.lineItem) || a.effectiveFrom.getTime() - b.effectiveFrom.getTime(),
  )
  return sorted.filter((price, index) => {
    const next = sorted[index + 1]
    const isReplaced = next?.lineItem === price.lineItem && next.effectiveFrom <= now
    return !isReplaced
  })
}
