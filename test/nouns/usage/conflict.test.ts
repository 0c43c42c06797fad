import { NO_ESTIMATE } from '@keyward/engine/lease/kind'
import { writeReservation } from '@keyward/engine/lease/reservation'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../schema/core/ids.ts'
import type { Json } from '../../infra/app.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, startUsageWorld, type UsageWorld } from './setting.ts'

let world: UsageWorld
beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

const codes = ({ rejected }: Json) => rejected.map(({ index, code }: Json) => [index, code])

test('an event with the same content in another notation is a duplicate', async () => {
  const units = [
    { lineItem: 'INPUT_TOKENS', quantity: '10' },
    { lineItem: 'OUTPUT_TOKENS', quantity: '20' },
  ]
  const event = world.event({ units, cost: '0.50', model: null })
  expect(await world.record([event])).toMatchObject({ recorded: 1 })
  const again = {
    ...event,
    units: [...units].reverse(),
    cost: '0.5',
    model: undefined,
    occurredAt: event.occurredAt.replace('Z', '+00:00'),
    organizationId: null,
  }
  expect(await world.record([again])).toMatchObject({ recorded: 0, duplicates: 1, rejected: [] })
})

test('an event id with other content is a conflict and changes nothing', async () => {
  const event = world.event()
  await world.record([event])
  const before = await world.costs()
  const others = [
    { credentialId: world.ids.otherProjectKey },
    { workload: 'BATCH' },
    { model: 'public/offline' },
    { occurredAt: world.ago(HOUR_MS + MINUTE_MS) },
    { units: [{ lineItem: 'INPUT_TOKENS', quantity: '999999' }] },
    { cost: '1' },
    { reservation: writeReservation({ id: newId(), estimate: { ...NO_ESTIMATE, nanos: 1n }, leases: [] }) },
  ]
  const answer = await world.record(others.map((more) => ({ ...event, ...more })))
  expect(answer).toMatchObject({ recorded: 0, duplicates: 0 })
  expect(codes(answer)).toEqual(others.map((_, index) => [index, 'CONFLICT']))
  expect(await world.costs()).toEqual(before)
})

test('within a call, only the first event with an id counts', async () => {
  const event = world.event()
  const other = { ...event, workload: 'BATCH' }
  const answer = await world.record([event, other, event])
  expect(answer).toMatchObject({ recorded: 1, duplicates: 1 })
  expect(codes(answer)).toEqual([[1, 'CONFLICT']])
  // An event that is already recorded wins over all new ones.
  const reversed = await world.record([other, event])
  expect(reversed).toMatchObject({ recorded: 0, duplicates: 1 })
  expect(codes(reversed)).toEqual([[0, 'CONFLICT']])
})

test('the id of a rejected event can be used again', async () => {
  const refused = world.event({ model: 'no/such' })
  const good = { ...refused, model: 'public/chat' }
  const answer = await world.record([refused, good])
  expect(answer).toMatchObject({ recorded: 1 })
  expect(codes(answer)).toEqual([[0, 'UNKNOWN_MODEL']])
})

test('a recorded event that is resent too late is still a duplicate', async () => {
  const event = world.event({ occurredAt: world.ago(30 * DAY_MS - MINUTE_MS) })
  expect(await world.record([event])).toMatchObject({ recorded: 1 })
  world.database.clock.advance(2 * MINUTE_MS)
  expect(await world.record([event])).toMatchObject({ recorded: 0, duplicates: 1, rejected: [] })
  const other = await world.record([{ ...event, cost: '5' }])
  expect(codes(other)).toEqual([[0, 'TOO_OLD']])
})
