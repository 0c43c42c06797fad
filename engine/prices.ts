import { ONE } from './lease/kind.ts'

/** A price of a model, as the catalogue lists it. Times are as `Date` reads them. */
export interface Price {
  readonly lineItem: string
  readonly serviceTier: string
  /** Requests with more input tokens have this price. 0: any request. */
  readonly aboveInputTokens: bigint | string
  readonly effectiveFrom: Date | string
  /** The end, which is also set by the start of a following price. Null if none is known. */
  readonly effectiveUntil: Date | string | null
}

/**
 * The price of a line item at a time, for a request with some input tokens, in billionths. The tier's own price goes before
 * that of STANDARD, and then the one above the most input tokens: the list is in this order, the strongest last.
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
        // A request without input has the prices of any request.
        BigInt(aboveInputTokens) * ONE < (input || 1n),
    )
    .at(-1)
