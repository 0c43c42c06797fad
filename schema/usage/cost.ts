import { costOf } from '@keyward/engine/money'
import type { LineItem } from '@keyward/prisma/generated/prisma/enums'
import { unitOf } from '../model/prices.ts'
import type { Unit } from './event.ts'

/** The part of an event that belongs to the sums of one line item. Costs are in nano-dollars. */
export interface Line {
  lineItem: LineItem
  quantity: bigint
  nanos: bigint
}

/** The cost of a quantity of a line item. */
export const costOfItem = (lineItem: LineItem, quantity: bigint, priceNanos: bigint): bigint =>
  costOf(quantity, priceNanos, unitOf(lineItem) === 'PER_MILLION')

/**
 * Assigns a cost that the gateway gave to the event's line items: to the only line item, or else to OTHER, because its
 * division is unknown.
 */
export function linesOfGiven(units: readonly Unit[], nanos: bigint): Line[] {
  const [only, ...others] = units
  if (!only) return [{ lineItem: 'OTHER', quantity: 0n, nanos }]
  if (others.length === 0) return [{ lineItem: only.lineItem, quantity: only.quantity, nanos }]
  const bears = (lineItem: LineItem) => (lineItem === 'OTHER' ? nanos : 0n)
  const lines = units.map(({ lineItem, quantity }) => ({ lineItem, quantity, nanos: bears(lineItem) }))
  const isBorne = nanos === 0n || lines.some(({ lineItem }) => lineItem === 'OTHER')
  return isBorne ? lines : [...lines, { lineItem: 'OTHER', quantity: 0n, nanos }]
}

/** Computes an event's lines from prices in nano-dollars. Also returns the used line items without a price. */
export function linesByPrice(
  units: readonly Unit[],
  priceOf: (lineItem: LineItem) => bigint | null,
): { lines: Line[]; unpriced: LineItem[] } {
  const lines: Line[] = units.length === 0 ? [{ lineItem: 'OTHER', quantity: 0n, nanos: 0n }] : []
  const unpriced: LineItem[] = []
  for (const { lineItem, quantity } of units) {
    const price = quantity === 0n ? 0n : priceOf(lineItem)
    if (price === null) unpriced.push(lineItem)
    else lines.push({ lineItem, quantity, nanos: costOfItem(lineItem, quantity, price) })
  }
  return { lines, unpriced }
}
