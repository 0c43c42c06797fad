import type { LineItem } from '@keyward/prisma/generated/prisma/client'

/** How a line item is measured, priced and counted by token rates. */
interface LineItemRule {
  /** Unit of its quantities. Null: none. */
  measure: 'TOKENS' | 'IMAGES' | 'SECONDS' | 'SESSIONS' | null
  /**
   * The kind of token rate that the line item is charged to. Null if it is not a token. The engine derives the same
   * from the name.
   */
  tokens: 'input' | 'output' | null
  /** Whether the catalogue can contain a price for it. */
  isPriced: boolean
}

const INPUT: LineItemRule = { measure: 'TOKENS', tokens: 'input', isPriced: true }
const OUTPUT: LineItemRule = { measure: 'TOKENS', tokens: 'output', isPriced: true }

/**
 * All line items, in the order in which prices are listed. A unit of a request is counted in one line item only: line
 * items never overlap.
 */
export const LINE_ITEMS = {
  INPUT_TOKENS: INPUT,
  CACHED_INPUT_TOKENS: INPUT,
  CACHE_WRITE_TOKENS: INPUT,
  CACHE_WRITE_1H_TOKENS: INPUT,
  AUDIO_INPUT_TOKENS: INPUT,
  CACHED_AUDIO_INPUT_TOKENS: INPUT,
  OUTPUT_TOKENS: OUTPUT,
  REASONING_TOKENS: OUTPUT,
  AUDIO_OUTPUT_TOKENS: OUTPUT,
  IMAGES: { measure: 'IMAGES', tokens: null, isPriced: true },
  SECONDS: { measure: 'SECONDS', tokens: null, isPriced: true },
  SESSIONS: { measure: 'SESSIONS', tokens: null, isPriced: true },
  OTHER: { measure: null, tokens: null, isPriced: false },
  ADJUSTMENT: { measure: null, tokens: null, isPriced: false },
} satisfies Record<LineItem, LineItemRule>
