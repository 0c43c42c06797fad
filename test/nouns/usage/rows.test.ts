import { type GraphQLInputObjectType, getNamedType, isInputObjectType, isListType, isRequiredInputField } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import type { Json } from '../../infra/app.ts'
import { startUsageWorld, type UsageWorld } from './setting.ts'

/*
 * A value of the wrong type causes only its own event to be rejected. Every field of an event is taken from the built schema.
 * Failed while GraphQL.js rejected the whole call.
 */

let world: UsageWorld
beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

const EVENT = schema.getType('UsageEventInput') as GraphQLInputObjectType

/** Values that fit no field, and null for a field that is required. */
const WRONG = [{ nonsense: true }, true, 1.5, 'neither', ['neither', 1]]

interface Place {
  field: string
  event: (base: Json) => Json
}

function places(type: GraphQLInputObjectType, wrap: (part: object) => object, prefix: string): Place[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type)
    const path = `${prefix}${field.name}`
    const values = [...WRONG, ...(isRequiredInputField(field) ? [null, undefined] : [])]
    const own = values.map((value) => ({
      field: path,
      event: (base: Json) => ({ ...base, ...wrap({ [field.name]: value }) }),
    }))
    if (!isInputObjectType(inner)) return own
    expect(isListType(field.type)).toBe(true)
    const complete = { lineItem: 'IMAGES', quantity: '1' }
    return [...own, ...places(inner, (part) => ({ [field.name]: [{ ...complete, ...part }] }), `${path}.0.`)]
  })
}

test('an event with an invalid field is rejected with its index and the field’s name', async () => {
  const all = places(EVENT, (part) => part, '')
  expect(new Set(all.map(({ field }) => field)).size).toBeGreaterThan(12)
  const events: Json[] = []
  const expected: string[] = []
  for (const { field, event } of all) {
    expected.push(field)
    events.push(event(world.event()), world.event())
  }
  const whole = [5, 'event', null, [], world.event({ unknown: 1 })]
  const answer = await world.record([...events, ...(whole as object[])])
  expect(answer.__typename, JSON.stringify(answer).slice(0, 600)).toBe('UsageRecordPayload')
  const { recorded, rejected } = answer
  const found = rejected.filter(({ index }: Json) => index < events.length)
  // A text of any kind is a credential that is unknown, or fits where a text is meant: ids of events and consumers.
  const missed = all
    .filter((_, index) => !found.some((each: Json) => each.index === 2 * index))
    .map(({ field }) => field)
  expect(new Set(missed)).toEqual(new Set(['consumer', 'eventId']))
  expect(recorded).toBe(events.length / 2 + missed.length)
  for (const { index, field, code } of found) {
    expect(index % 2).toBe(0)
    expect(`${index} ${String(field)}`).toMatch(new RegExp(`^${index} ${expected[index / 2]?.split('.')[0]}`))
    expect(code).toMatch(/^(INVALID|UNKNOWN_MODEL|UNKNOWN_CREDENTIAL)$/)
  }
  expect(rejected.filter(({ index }: Json) => index >= events.length)).toMatchObject(
    whole.map((_, index) => ({ index: events.length + index, field: index === 4 ? 'unknown' : null, code: 'INVALID' })),
  )
})

// Failed while the mark of a list that was read could be guessed: each event with it was replaced by all events of that list.
test('no event is replaced by events from another list in the same request', async () => {
  const events = Array.from({ length: 3 }, () => world.event())
  const text = `mutation ($input: UsageRecordInput!, $events: [UsageEventInput!]!) {
    read: usageRecord(input: $input) { ...Outcome }
    forged: usageRecord(input: { events: $events }) { ...Outcome }
  }
  fragment Outcome on UsageRecordResult { ... on UsageRecordPayload { recorded duplicates rejected { index } } }`
  for (const eventId of ['\u00000', '\u00001', '0', '']) {
    const forged = [
      { ...world.event(), eventId },
      { ...world.event(), eventId },
    ]
    for (const some of [forged, forged.slice(1)]) {
      const { data } = await world.as.gateway.ask(text, { input: { events }, events: some })
      const { recorded, duplicates, rejected } = data.forged
      expect(recorded + duplicates + rejected.length).toBe(some.length)
    }
  }
})

test('a call whose events are not a list or too many is rejected as a whole', async () => {
  for (const events of [5, null, undefined, { a: 1 }]) {
    const answer = await world.as.gateway.mutate('usageRecord', { events })
    expect(answer.__typename).toBe('BAD_REQUEST')
  }
})

test('an event without a time is recorded at the server’s time minus its age', async () => {
  const { occurredAt: _, ...event } = world.event()
  const stored = async (id: string) =>
    (await world.database.sql<{ at: Date }>('SELECT occurred_at AS at FROM usage_record WHERE id = $1', [id]))[0]?.at
  const now = world.database.clock.now().getTime()
  expect(await world.record([event])).toMatchObject({ recorded: 1, rejected: [] })
  expect(Math.abs(Number(await stored(event.eventId)) - now)).toBeLessThan(60_000)
  expect(await world.record([{ ...event, ageSeconds: 7200 }])).toMatchObject({ recorded: 0, duplicates: 1 })
  const { occurredAt: __, ...old } = world.event()
  expect(await world.record([{ ...old, ageSeconds: 7200 }])).toMatchObject({ recorded: 1 })
  expect(Math.abs(Number(await stored(old.eventId)) - now + 7_200_000)).toBeLessThan(60_000)
  for (const ageSeconds of [-1, 30 * 86_400 + 1]) {
    const { rejected } = await world.record([world.event({ ageSeconds })])
    expect(rejected).toMatchObject([{ field: 'ageSeconds', code: 'INVALID' }])
  }
})
