import type { ModelPrice } from '@keyward/prisma/generated/prisma/client'
import type { CataloguePrice } from './catalogue.ts'
import { seriesOf } from './prices.ts'

/** A price to write. */
export type NewPrice = Omit<ModelPrice, 'usd'> & { usd: string }

/** The reason why a price of the file is rejected. */
interface PriceIssue {
  /** Position of the price in the file's list for its model. */
  index: number
  field: string
  message: string
}

interface PriceChanges {
  added: NewPrice[]
  replaced: NewPrice[]
  issues: PriceIssue[]
}

type Dated = CataloguePrice & { index: number; effectiveFrom: Date; isDated: boolean }

const isSameTime = (a: Date | null, b: Date | null): boolean => a?.getTime() === b?.getTime()
const isBy = (at: Date | null, now: Date): boolean => at !== null && at <= now

/** The changes that turn a model's stored prices into those of the file, compared in chronological order. */
export function comparePrices(
  modelId: string,
  prices: readonly CataloguePrice[],
  present: readonly ModelPrice[],
  now: Date,
): PriceChanges {
  const known: NewPrice[] = present.map((price) => ({ ...price, usd: price.usd.toFixed() }))
  const changes: PriceChanges = { added: [], replaced: [], issues: [] }
  const given = inForce(prices, now)
  for (const price of given) compare(modelId, price, known, changes, now)
  for (const { index, ...price } of given) {
    if (leavesGap(price, known)) {
      const message = `No later price of ${price.lineItem} is given, so later usage would have no price. Add the next price.`
      changes.issues.push({ index, field: 'effectiveUntil', message })
    }
  }
  return changes
}

/**
 * The prices of the file in chronological order. A price without a time is replaced by a dated price that has already
 * begun.
 */
function inForce(prices: readonly CataloguePrice[], now: Date): Dated[] {
  const begun = new Set(prices.filter(({ effectiveFrom }) => isBy(effectiveFrom ?? null, now)).map(seriesOf))
  return prices
    .map((price, index) => ({
      ...price,
      index,
      isDated: price.effectiveFrom !== undefined,
      effectiveFrom: price.effectiveFrom ?? now,
    }))
    .filter((price) => price.isDated || !begun.has(seriesOf(price)))
    .sort((a, b) => a.effectiveFrom.getTime() - b.effectiveFrom.getTime())
}

function compare(modelId: string, given: Dated, known: NewPrice[], changes: PriceChanges, now: Date): void {
  const { index, isDated, ...price } = given
  const { lineItem, effectiveFrom, effectiveUntil, usd } = price
  const holding = known
    .filter((each) => seriesOf(each) === seriesOf(price) && each.effectiveFrom <= effectiveFrom)
    .reduce<NewPrice | null>(
      (latest, each) => (latest && latest.effectiveFrom > each.effectiveFrom ? latest : each),
      null,
    )
  const isSameEnd = holding !== null && (!isDated || isSameTime(holding.effectiveUntil, effectiveUntil))
  if (holding?.usd === usd && isSameEnd && !isBy(holding.effectiveUntil, effectiveFrom)) return
  if (!holding || !isSameTime(holding.effectiveFrom, effectiveFrom)) {
    const next = { ...price, modelId }
    known.push(next)
    changes.added.push(next)
    return
  }
  if (holding.usd !== usd && effectiveFrom <= now) {
    const message = `The price of ${lineItem} from then on is already ${holding.usd}, and past prices cannot change. Give a later \`effectiveFrom\`.`
    changes.issues.push({ index, field: 'effectiveFrom', message })
  } else if (!isSameEnd && (isBy(holding.effectiveUntil, now) || isBy(effectiveUntil, now))) {
    const message = `Usage until now is already priced. Set an end in the future; a price that has ended cannot be changed.`
    changes.issues.push({ index, field: 'effectiveUntil', message })
  } else {
    Object.assign(holding, { usd, effectiveUntil })
    changes.replaced.push({ ...holding })
  }
}

/** Whether a price for all requests ends before the next one begins. */
const leavesGap = (price: Omit<Dated, 'index'>, known: readonly NewPrice[]): boolean =>
  price.serviceTier === 'STANDARD' &&
  price.aboveInputTokens === 0n &&
  price.effectiveUntil !== null &&
  !known.some(
    (next) =>
      seriesOf(next) === seriesOf(price) &&
      next.effectiveFrom > price.effectiveFrom &&
      isBy(next.effectiveFrom, price.effectiveUntil ?? next.effectiveFrom),
  )
