import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { decided } from '../../infra/decided.ts'
import { createKey } from '../../infra/world.ts'
import { startUsageWorld, type UsageWorld } from '../../nouns/usage/setting.ts'
import { BAD_VALUES, FIELDS, KNOWN_FIELDS, spoiled } from './bad-fields.ts'

/*
 * A usage event with a bad value in any field is rejected by itself: the others of its call are recorded, the rejection names the
 * field, and the corrected event settles the reservation.
 */

let world: UsageWorld
beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

const AUTHORIZE = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
  __typename ... on ApiKeyAllowed { reservation } ... on ApiKeyDenied { reason } } }`

async function authorize(secret: string, estimatedCost: string): Promise<Json> {
  return decided(async () => {
    const { data, errors } = await world.as.gateway.ask(AUTHORIZE, { inputs: [{ secret, estimatedCost }] })
    if (errors) throw new Error(JSON.stringify(errors))
    return data.apiKeysAuthorize[0]
  })
}

const show = ({ field, value }: { field: string; value: Json }) => `${field} ${JSON.stringify(value)?.slice(0, 40)}`

test('this test has invalid values for every field of a usage event', () => {
  expect([...KNOWN_FIELDS].sort()).toEqual([...FIELDS].sort())
  expect(BAD_VALUES.length).toBeGreaterThan(80)
})

test('an invalid value in any field rejects only its event, names the field and releases the reservation', async () => {
  const limits = { budgets: [{ period: 'TOTAL', usd: '10' }] }
  const { id: credentialId, secret } = await createKey(world.as.owner, world.ids.project, 'bad fields', { limits })
  const base = () => world.event({ credentialId, units: [], model: null, cost: '0.001', occurredAt: undefined })
  const bad = []
  for (const each of BAD_VALUES) {
    const { reservation } = await authorize(secret, '0.01')
    bad.push({ ...each, event: { ...base(), reservation } })
  }
  const events = bad.flatMap((each) => [base(), spoiled(each.event, each)])
  const { recorded, duplicates, rejected } = await world.record(events)
  const outcomes = bad.map((each, index) => {
    const { field = null, code = 'recorded' } = rejected.find((row: Json) => row.index === 2 * index + 1) ?? {}
    return `${show(each)}: ${code} ${field}`
  })
  // A list of units names the place within it.
  const expected = bad.map((each) => `${show(each)}: ${each.code} ${each.field}`)
  const wrong = outcomes.filter((outcome, index) => !outcome.startsWith(expected[index] ?? ''))
  expect(wrong).toEqual([])
  expect({ recorded, duplicates, rejected: rejected.length }).toEqual({
    recorded: bad.length,
    duplicates: 0,
    rejected: bad.length,
  })

  const corrected = bad.map(({ event }) => event)
  expect(await world.record(corrected)).toMatchObject({ recorded: bad.length, duplicates: 0, rejected: [] })
  // All that was not spent can be reserved at once, and no more.
  const left = (10 - 2 * bad.length * 0.001).toFixed(9)
  expect(await authorize(secret, left)).toMatchObject({ __typename: 'ApiKeyAllowed' })
  expect(await authorize(secret, '0.000000001')).toMatchObject({ reason: 'BUDGET_EXCEEDED' })
})
