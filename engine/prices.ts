import { ONE } from './lease/kind.ts'

/** A price of a model, as the catalogue lists it. Times are as `Date` reads them. */
export interface Price {
  readonly lineItem: string
  readonly serviceTier: string
  /** The price applies to requests with more input tokens than this. 0: any request. */
  readonly aboveInputTokens: bigint | string
  readonly effectiveFrom: Date | string
  /** The end, which can also be the start of a following price. Null if none is known. */
  readonly effectiveUntil: Date | string | null
}

/**
 * The price of a line item at a time, in billionths, for a request with a number of input tokens. A price of the
 * request's tier takes precedence over STANDARD, and then the price above the most input tokens. The list is in this
 * order, with the applicable price last.
 */
export const priceFor = <Listed extends Price>(
  prices: readonly Listed[],
  item: string,
  tier: string | null | undefined,
  input: bigint,
  at: number,
): Listed | undefined =>
  prices
    .filter(
      ({ lineItem, serviceTier, aboveInputTokens, effectiveFrom, effectiveUntil }) =>
        lineItem === item &&
        (serviceTier === 'STANDARD' || serviceTier === tier) &&
        +new Date(effectiveFrom) <= at &&
        !(effectiveUntil && +new Date(effectiveUntil) <= at) &&
        // Without a number of input tokens, the prices of any request apply.
        BigInt(aboveInputTokens) * ONE < (input || 1n),
    )
    .at(-1)
