import { formatUsd, parseUsd } from '@keyward/engine/money'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import { DAY_MS, HOUR_MS, startUsageWorld, type UsageWorld } from './setting.ts'

let world: UsageWorld
beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

/** Reproducible random numbers. */
function dice(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * below)
  }
}

const TIERS = ['STANDARD', 'BATCH', 'FLEX', 'PRIORITY']
const READ = ['INPUT_TOKENS', 'CACHED_INPUT_TOKENS', 'CACHE_WRITE_1H_TOKENS']
const ITEMS = [...READ, 'OUTPUT_TOKENS', 'REASONING_TOKENS', 'IMAGES']

interface Price {
  lineItem: string
  serviceTier: string
  above: number | null
  usd: string
  from: number
  until: number | null
}

interface Event {
  model: string
  tier: string
  at: number
  units: { lineItem: string; quantity: string }[]
}

/** The cost by the rules of docs/usage.md, by search through the whole list. Null: some unit has no price. */
function oracle(prices: readonly Price[], { tier, at, units }: Event): bigint | null {
  let input = 0
  for (const { lineItem, quantity } of units) if (READ.includes(lineItem)) input += Number(quantity)
  let total = 0n
  for (const { lineItem, quantity } of units) {
    if (quantity === '0') continue
    let found: Price | null = null
    for (const each of [tier, 'STANDARD']) {
      for (const above of [1_000, 100, null]) {
        if (found || (above !== null && input <= above)) continue
        const begun = prices.filter(
          (price) =>
            price.lineItem === lineItem && price.serviceTier === each && price.above === above && price.from <= at,
        )
        const [latest] = begun.sort((a, b) => b.from - a.from)
        if (latest && (latest.until === null || at < latest.until)) found = latest
      }
    }
    if (!found) return null
    const nanos = parseUsd(found.usd) * BigInt(quantity)
    total += lineItem === 'IMAGES' ? nanos : nanos / 1_000_000n + (nanos % 1_000_000n >= 500_000n ? 1n : 0n)
  }
  return total
}

/** Random prices. One of the standard tier for any request ends only where the next one begins. */
function randomPrices(roll: (below: number) => number, hour: (back: number) => number): Price[] {
  const prices: Price[] = []
  for (const lineItem of ITEMS) {
    for (const serviceTier of TIERS) {
      for (const above of [null, 100, 1_000]) {
        const isBase = serviceTier === 'STANDARD' && above === null
        if (roll(isBase ? 12 : 3) === 0) continue
        const starts = [...new Set(Array.from({ length: 1 + roll(3) }, () => 1 + roll(600)))].sort((a, b) => b - a)
        for (const [place, back] of starts.entries()) {
          const end = isBase ? starts[place + 1] : back - 1 - roll(300)
          const until = roll(2) === 0 && end !== undefined ? hour(end) : null
          const usd = formatUsd(BigInt(roll(2_000_000_000)))
          prices.push({ lineItem, serviceTier, above, usd, from: hour(back), until })
        }
      }
    }
  }
  return prices
}

test('the costs of random events match a linear search through random price lists', async () => {
  const roll = dice(20_261_129)
  const now = world.database.clock.now().getTime()
  const hour = (back: number) => now - back * HOUR_MS
  const lists = new Map(Array.from({ length: 8 }, (_, index) => [`random/${index}`, randomPrices(roll, hour)]))
  await loadModels(world.app.runtime, {
    models: [...lists].map(([slug, prices]) => ({
      slug,
      displayName: slug,
      workload: 'INFERENCE',
      prices: prices.map(({ above, from, until, ...price }) => ({
        ...price,
        ...(above === null ? {} : { aboveInputTokens: above }),
        effectiveFrom: new Date(from).toISOString(),
        ...(until === null ? {} : { effectiveUntil: new Date(until).toISOString() }),
      })),
    })),
  })
  const events: Event[] = Array.from({ length: 900 }, () => ({
    model: `random/${roll(lists.size)}`,
    tier: TIERS[roll(4)] ?? '',
    // At the very start or end of prices, or a millisecond before.
    at: hour(roll(620)) - roll(2),
    units: ITEMS.filter(() => roll(2) === 0).map((lineItem) => ({
      lineItem,
      quantity: String([0, 1, 50, 100, 101, 1_000, 1_001, 123_457][roll(8)]),
    })),
  }))
  const before = await world.costs()
  const expected = events.map((event) => oracle(lists.get(event.model) ?? [], event))
  const given = events.map(({ model, tier, at, units }) =>
    world.event({ model, units, occurredAt: new Date(at).toISOString(), serviceTier: tier }),
  )
  const { recorded, rejected } = await world.record(given)
  const unpriced = given.filter((_event, index) => expected[index] === null)
  expect(unpriced.length).toBeGreaterThan(20)
  expect(rejected).toMatchObject(unpriced.map(({ eventId }) => ({ eventId, code: 'NO_PRICE' })))
  expect(recorded).toBe(given.length - unpriced.length)
  const rows = await world.database.sql<{ id: string; cost: string }>('SELECT id, cost::text AS cost FROM usage_record')
  const costs = new Map(rows.map(({ id, cost }) => [id, parseUsd(cost)]))
  expect(given.map(({ eventId }) => costs.get(eventId) ?? null)).toEqual(expected)
  const total = expected.reduce<bigint>((sum, nanos) => sum + (nanos ?? 0n), 0n)
  for (const groupBy of [[], ['LINE_ITEM'], ['MODEL', 'LINE_ITEM']]) {
    expect(parseUsd((await world.costs({ groupBy })).total) - parseUsd(before.total)).toBe(total)
  }
})

test('a price for all requests cannot end without a successor', async () => {
  const slug = 'public/ending'
  const effectiveFrom = world.ago(2 * DAY_MS)
  const load = (prices: object[]) =>
    loadModels(world.app.runtime, { models: [{ slug, displayName: slug, workload: 'INFERENCE', prices }] }).then(
      ({ pricesAdded, pricesReplaced }) => [pricesAdded, pricesReplaced],
      (error: { issues: { path: string[] }[] }) => error.issues.map(({ path }) => path.join('.')),
    )
  const price = (until: number | null, more: object = {}) => ({
    lineItem: 'INPUT_TOKENS',
    usd: '3',
    effectiveFrom,
    ...(until === null ? {} : { effectiveUntil: world.ago(until) }),
    ...more,
  })
  const batch = { serviceTier: 'BATCH' }
  const wrongEnd = ['models.0.prices.0.effectiveUntil']
  expect(await load([price(-DAY_MS)])).toEqual(wrongEnd)
  expect(await load([price(3 * DAY_MS, batch)])).toEqual(wrongEnd)
  expect(await load([price(null), price(null, batch)])).toEqual([2, 0])
  expect(await load([price(null), price(DAY_MS, batch)])).toEqual(['models.0.prices.1.effectiveUntil'])
  const file = [price(null), { ...price(null, batch), effectiveUntil: '2099-01-01T00:00:00Z' }]
  expect(await load(file)).toEqual([0, 1])
  expect(await load(file)).toEqual([0, 0])
  // An undated price yields to a dated one that has begun.
  expect(await load([...file, { lineItem: 'INPUT_TOKENS', usd: '1' }])).toEqual([0, 0])
})
