import { formatUsd, parseUsd } from '@keyward/engine/money'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import { costOfItem, linesByPrice, linesOfGiven } from '../../../schema/usage/cost.ts'
import type { Json } from '../../infra/app.ts'
import { createKey } from '../../infra/world.ts'
import { DAY_MS, HOUR_MS, startUsageWorld, type UsageWorld } from './setting.ts'

let world: UsageWorld
beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

/** Records one event of a new key and returns the key's usage, one line per line item. */
async function lines(more: object): Promise<string[]> {
  const { as, ids } = world
  const { id } = await createKey(as.owner, ids.project, `key ${Math.random()}`)
  expect(await world.record([world.event({ credentialId: id, ...more })])).toMatchObject({ recorded: 1, rejected: [] })
  const { data } = await as.owner.ask(
    `query ($id: ID!, $input: UsageInput!) { node(id: $id) { ... on ApiKey { usage(input: $input) {
      total totalRequests buckets { lineItems { lineItem requests quantity cost } } } } } }`,
    { id, input: { from: world.ago(29 * DAY_MS), to: world.ago(-HOUR_MS) } },
  )
  const { total, totalRequests, buckets } = data.node.usage
  expect(totalRequests).toBe('1')
  const told = buckets.flatMap(({ lineItems }: Json) => lineItems)
  expect(total).toBe(formatUsd(told.reduce((sum: bigint, { cost }: Json) => sum + parseUsd(cost), 0n)))
  return told
    .map(({ lineItem, requests, quantity, cost }: Json) => `${requests}: ${quantity} ${lineItem} $${cost}`)
    .sort()
}

const units = (given: Record<string, number>) =>
  Object.entries(given).map(([lineItem, quantity]) => ({ lineItem, quantity: String(quantity) }))

test('each line item’s tokens are priced per million', async () => {
  const used = units({ INPUT_TOKENS: 1_234, CACHED_INPUT_TOKENS: 5, OUTPUT_TOKENS: 77 })
  expect(await lines({ units: used })).toEqual([
    '1: 1234 INPUT_TOKENS $0.001234',
    '1: 5 CACHED_INPUT_TOKENS $0.0000005',
    '1: 77 OUTPUT_TOKENS $0.0002695',
  ])
  expect(await lines({ model: 'public/images', units: units({ IMAGES: 3 }) })).toEqual(['1: 3 IMAGES $0.12'])
})

test('cache writes, audio and reasoning tokens have separate prices', async () => {
  const slug = 'public/voice'
  const usd: Record<string, string> = {
    INPUT_TOKENS: '3',
    CACHED_INPUT_TOKENS: '0.3',
    CACHE_WRITE_TOKENS: '3.75',
    CACHE_WRITE_1H_TOKENS: '6',
    AUDIO_INPUT_TOKENS: '32',
    CACHED_AUDIO_INPUT_TOKENS: '0.4',
    OUTPUT_TOKENS: '15',
    REASONING_TOKENS: '20',
    AUDIO_OUTPUT_TOKENS: '64',
  }
  const effectiveFrom = world.ago(20 * DAY_MS)
  const prices = Object.entries(usd).map(([lineItem, price]) => ({ lineItem, usd: price, effectiveFrom }))
  await loadModels(world.app.runtime, { models: [{ slug, displayName: slug, workload: 'INFERENCE', prices }] })
  const used = Object.fromEntries(Object.keys(usd).map((item, index) => [item, (index + 1) * 1_000]))
  expect(await lines({ model: slug, units: units(used) })).toEqual(
    [
      '1: 1000 INPUT_TOKENS $0.003',
      '1: 2000 CACHED_INPUT_TOKENS $0.0006',
      '1: 3000 CACHE_WRITE_TOKENS $0.01125',
      '1: 4000 CACHE_WRITE_1H_TOKENS $0.024',
      '1: 5000 AUDIO_INPUT_TOKENS $0.16',
      '1: 6000 CACHED_AUDIO_INPUT_TOKENS $0.0024',
      '1: 7000 OUTPUT_TOKENS $0.105',
      '1: 8000 REASONING_TOKENS $0.16',
      '1: 9000 AUDIO_OUTPUT_TOKENS $0.576',
    ].sort(),
  )
  // An item without a price is not charged as another one.
  const unpriced = world.event({ units: units({ INPUT_TOKENS: 1, REASONING_TOKENS: 1 }) })
  expect((await world.record([unpriced])).rejected).toMatchObject([{ code: 'NO_PRICE', field: 'units' }])
})

test('half a nano-dollar is rounded up', () => {
  const price = parseUsd('0.5')
  expect(costOfItem('INPUT_TOKENS', 1n, price)).toBe(500n)
  expect(costOfItem('INPUT_TOKENS', 1n, 499_999n)).toBe(0n)
  expect(costOfItem('INPUT_TOKENS', 1n, 500_000n)).toBe(1n)
  expect(costOfItem('INPUT_TOKENS', 3n, 500_000n)).toBe(2n)
  expect(costOfItem('INPUT_TOKENS', 999_999_999_999n, parseUsd('999999.999999999'))).toBe(999_999_999_998_999_000_000n)
  expect(costOfItem('IMAGES', 3n, parseUsd('0.000000001'))).toBe(3n)
})

test('an event is charged at the price that was in effect when it happened', async () => {
  const slug = 'public/dearer'
  const price = (usd: string, past: number) => ({ lineItem: 'INPUT_TOKENS', usd, effectiveFrom: world.ago(past) })
  const model = { slug, displayName: slug, workload: 'INFERENCE' }
  await loadModels(world.app.runtime, {
    models: [{ ...model, prices: [price('1', 20 * DAY_MS), price('2', 10 * DAY_MS), price('4', -DAY_MS)] }],
  })
  const at = (past: number) =>
    lines({ model: slug, units: units({ INPUT_TOKENS: 1_000_000 }), occurredAt: world.ago(past) })
  expect(await at(10 * DAY_MS + HOUR_MS)).toEqual(['1: 1000000 INPUT_TOKENS $1'])
  expect(await at(10 * DAY_MS - HOUR_MS)).toEqual(['1: 1000000 INPUT_TOKENS $2'])
  expect(await at(0)).toEqual(['1: 1000000 INPUT_TOKENS $2'])
  const early = world.event({ model: slug, occurredAt: world.ago(20 * DAY_MS + HOUR_MS) })
  expect((await world.record([early])).rejected).toMatchObject([{ code: 'NO_PRICE' }])
})

test('a given cost is assigned to the event’s line item if there is only one', async () => {
  expect(await lines({ cost: '0.123456789' })).toEqual(['1: 1000000 INPUT_TOKENS $0.123456789'])
  expect(await lines({ units: units({ INPUT_TOKENS: 5, OUTPUT_TOKENS: 6 }), cost: '0.25' })).toEqual([
    '1: 0 OTHER $0.25',
    '1: 5 INPUT_TOKENS $0',
    '1: 6 OUTPUT_TOKENS $0',
  ])
  expect(await lines({ units: units({ OTHER: 2, IMAGES: 1 }), cost: '0.25' })).toEqual([
    '1: 1 IMAGES $0',
    '1: 2 OTHER $0.25',
  ])
  expect(await lines({ units: null, model: null, cost: '3' })).toEqual(['1: 0 OTHER $3'])
  expect(await lines({ units: [], model: null })).toEqual(['1: 0 OTHER $0'])
  expect(await lines({ units: units({ INPUT_TOKENS: 5, OUTPUT_TOKENS: 6 }), cost: '0' })).toEqual([
    '1: 5 INPUT_TOKENS $0',
    '1: 6 OUTPUT_TOKENS $0',
  ])
})

test('the costs of an event’s line items add up to its cost', () => {
  const given = [
    { lineItem: 'INPUT_TOKENS' as const, quantity: 7n },
    { lineItem: 'IMAGES' as const, quantity: 1n },
  ]
  expect(linesOfGiven(given, 5n).reduce((sum, { nanos }) => sum + nanos, 0n)).toBe(5n)
  expect(linesByPrice(given, (lineItem) => (lineItem === 'IMAGES' ? 9n : 1_000_000n))).toEqual({
    lines: [
      { lineItem: 'INPUT_TOKENS', quantity: 7n, nanos: 7n },
      { lineItem: 'IMAGES', quantity: 1n, nanos: 9n },
    ],
    unpriced: [],
  })
  expect(linesByPrice(given, () => null)).toEqual({ lines: [], unpriced: ['INPUT_TOKENS', 'IMAGES'] })
})
