import type { PlaygroundChoicesQuery } from '../generated/graphql.ts'
import type { ChatUsage } from './chat.ts'

export type Choice = NonNullable<PlaygroundChoicesQuery['viewer']['playground']>['models']['nodes'][number]['model']
type Price = Choice['prices'][number]

/** The current price of a million tokens, for a request with this many input tokens. */
function priceOf(prices: readonly Price[], lineItem: Price['lineItem'], input: number): number | null {
  const fitting = prices
    .filter((price) => price.lineItem === lineItem && price.serviceTier === 'STANDARD' && price.unit === 'PER_MILLION')
    .filter(({ effectiveFrom }) => Date.parse(effectiveFrom) <= Date.now())
    .filter(({ aboveInputTokens }) => aboveInputTokens === null || input > Number(aboveInputTokens))
    .sort(
      (a, b) =>
        Number(b.aboveInputTokens ?? 0) - Number(a.aboveInputTokens ?? 0) ||
        Date.parse(b.effectiveFrom) - Date.parse(a.effectiveFrom),
    )
  const [price] = fitting
  return price ? Number(price.usd) : null
}

/** The cost of an answer by the prices of the catalogue, in US dollars. Null if a price is missing. */
export function costOf({ prices }: Choice, { input, cached, output }: ChatUsage): number | null {
  const at = (lineItem: Price['lineItem']) => priceOf(prices, lineItem, input)
  const [read, written] = [at('INPUT_TOKENS'), at('OUTPUT_TOKENS')]
  if (read === null || written === null) return null
  const fromCache = at('CACHED_INPUT_TOKENS') ?? read
  return ((input - cached) * read + cached * fromCache + output * written) / 1_000_000
}

/** Whether a model can write text: it has a price for it, or the catalogue has no prices for it. */
export const writesText = ({ prices }: { prices: readonly Pick<Price, 'lineItem'>[] }): boolean =>
  prices.length === 0 || prices.some(({ lineItem }) => lineItem === 'OUTPUT_TOKENS')
