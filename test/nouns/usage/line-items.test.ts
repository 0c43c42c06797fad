import { countTokens, ONE } from '@keyward/engine/lease/kind'
import { LineItem } from '@keyward/prisma/generated/prisma/enums'
import { expect, test } from 'vitest'
import { LINE_ITEMS } from '../../../schema/model/line-items.ts'
import { PRICED_ITEMS, unitOf } from '../../../schema/model/prices.ts'

/** The kind of token rate of each token, written by hand. Every other item is not a token. */
const SIDES: Partial<Record<LineItem, 'input' | 'output'>> = {
  INPUT_TOKENS: 'input',
  CACHED_INPUT_TOKENS: 'input',
  CACHE_WRITE_TOKENS: 'input',
  CACHE_WRITE_1H_TOKENS: 'input',
  AUDIO_INPUT_TOKENS: 'input',
  CACHED_AUDIO_INPUT_TOKENS: 'input',
  OUTPUT_TOKENS: 'output',
  REASONING_TOKENS: 'output',
  AUDIO_OUTPUT_TOKENS: 'output',
}

// Failed while the engine counted three items by name.
test.each(Object.values(LineItem))('%s has the same token direction in the engine as in the table', (item) => {
  const side = SIDES[item] ?? null
  expect(LINE_ITEMS[item].tokens).toBe(side)
  expect(item.endsWith('_TOKENS')).toBe(side !== null)
  expect(countTokens([{ lineItem: item, quantity: '7' }])).toEqual({
    input: side === 'input' ? 7n * ONE : 0n,
    output: side === 'output' ? 7n * ONE : 0n,
  })
})

test('every line item except OTHER and ADJUSTMENT can have a price, either per million tokens or per unit', () => {
  const unpriced = Object.values(LineItem).filter((item) => !PRICED_ITEMS.some((priced) => priced === item))
  expect(unpriced).toEqual(['OTHER', 'ADJUSTMENT'])
  for (const item of Object.values(LineItem)) {
    expect(unitOf(item)).toBe(SIDES[item] ? 'PER_MILLION' : 'PER_UNIT')
  }
})

test('a gateway recognizes an unknown line item for tokens by its name', () => {
  expect(countTokens([{ lineItem: 'VIDEO_OUTPUT_TOKENS', quantity: 2n }])).toEqual({ input: 0n, output: 2n * ONE })
  expect(countTokens([{ lineItem: 'VIDEO_TOKENS', quantity: 2n }])).toEqual({ input: 2n * ONE, output: 0n })
  expect(countTokens([{ lineItem: 'VIDEOS', quantity: 2n }])).toEqual({ input: 0n, output: 0n })
})
