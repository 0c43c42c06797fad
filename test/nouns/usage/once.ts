import { formatUsd } from '@keyward/engine/money'
import { expect } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { createKey } from '../../infra/world.ts'
import { shuffled } from './chance.ts'
import { HOUR_MS, type UsageWorld } from './setting.ts'

/** Events that must each count once, and their totals. */
export interface Ledger {
  events: Json[]
  /** The expected usage per key: events, tokens and nano-dollars. */
  expected: Map<string, { events: number; tokens: number; nanos: bigint }>
}

/** Generates events of several keys, hours and models. A token costs a thousand nano-dollars. */
export async function makeLedger(world: UsageWorld, size: number, chance: () => number): Promise<Ledger> {
  const { as, ids } = world
  const keys: string[] = []
  for (let index = 0; index < 5; index += 1) keys.push((await createKey(as.owner, ids.project, `ledger ${index}`)).id)
  const expected: Ledger['expected'] = new Map()
  const events = Array.from({ length: size }, (_, index) => {
    const credentialId = keys[Math.floor(chance() * keys.length)] ?? ''
    const tokens = 1 + Math.floor(chance() * 5_000)
    const sum = expected.get(credentialId) ?? { events: 0, tokens: 0, nanos: 0n }
    expected.set(credentialId, {
      events: sum.events + 1,
      tokens: sum.tokens + tokens,
      nanos: sum.nanos + BigInt(tokens) * 1_000n,
    })
    return world.event({
      eventId: `ledger-${index}`,
      credentialId,
      workload: chance() < 0.5 ? 'INFERENCE' : 'CODE_INTERPRETER',
      model: chance() < 0.5 ? 'public/chat' : 'own/project',
      occurredAt: world.ago(HOUR_MS * Math.floor(chance() * 24 * 20)),
      units: [{ lineItem: 'INPUT_TOKENS', quantity: String(tokens) }],
    })
  })
  return { events, expected }
}

/** Sends everything `times` times in random order, over `lanes` concurrent requests, in batches of random size. */
export async function deliver(
  events: readonly Json[],
  how: { times: number; lanes: number; batch: number; chance: () => number },
  send: (events: Json[], lane: number) => Promise<void>,
): Promise<void> {
  const { times, lanes, batch, chance } = how
  const queue = shuffled(Array.from({ length: times }, () => events).flat(), chance)
  const lane = async (number: number): Promise<void> => {
    while (queue.length > 0) await send(queue.splice(0, 1 + Math.floor(chance() * batch)), number)
  }
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)))
}

/** Expects every event once: in the events table, in the sums and in the graph. */
export async function expectOnce(world: UsageWorld, { events, expected }: Ledger): Promise<void> {
  const [raw] = await world.database.sql<{ count: string; cost: string }>(
    `SELECT count(*)::text AS count, sum(cost)::text AS cost FROM usage_record`,
  )
  const total = [...expected.values()].reduce((sum, { nanos }) => sum + nanos, 0n)
  const {
    total: told,
    totalRequests,
    buckets,
  } = await world.costs(
    { groupBy: ['CREDENTIAL', 'LINE_ITEM'] },
    'total totalRequests buckets { groups { credential { id } requests quantity cost } }',
  )
  expect({ told, totalRequests }).toEqual({ told: formatUsd(total), totalRequests: String(events.length) })
  expect(raw?.count).toBe(String(events.length))
  const found = new Map<string, { events: number; tokens: number; cost: number }>()
  for (const { credential, requests, quantity, cost } of buckets.flatMap(({ groups }: Json) => groups)) {
    const sum = found.get(credential.id) ?? { events: 0, tokens: 0, cost: 0 }
    found.set(credential.id, {
      events: sum.events + Number(requests),
      tokens: sum.tokens + Number(quantity),
      cost: sum.cost + Math.round(Number(cost) * 1e9),
    })
  }
  const wanted = [...expected].map(([id, { nanos, ...sum }]) => [id, { ...sum, cost: Number(nanos) }] as const)
  expect(new Map([...found].sort())).toEqual(new Map([...wanted].sort()))
}
