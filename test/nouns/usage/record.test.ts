import { NO_ESTIMATE } from '@keyward/engine/lease/kind'
import { writeReservation } from '@keyward/engine/lease/reservation'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../../schema/core/ids.ts'
import type { Json } from '../../infra/app.ts'
import { ACTORS } from '../../infra/world.ts'
import { DAY_MS, eventId, HOUR_MS, MINUTE_MS, startUsageWorld, type UsageWorld } from './setting.ts'

let world: UsageWorld

beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

const stored = async (id: string) =>
  (
    await world.database.sql<{ cost: string; units: object; model_id: string | null; user_id: string | null }>(
      `SELECT cost::text AS cost, units, model_id, user_id, credential_kind::text AS kind, project_id FROM usage_record WHERE id = $1`,
      [id],
    )
  )[0]

const rejectedAs = async (more: object): Promise<string> => {
  const { recorded, rejected } = await world.record([world.event(more)])
  expect(recorded).toBe(0)
  expect(rejected).toHaveLength(1)
  return `${rejected[0].code}: ${rejected[0].message}`
}

test('an event’s recorded cost is calculated from the model’s prices', async () => {
  const event = world.event()
  const answer = await world.record([event])
  expect(answer).toMatchObject({ __typename: 'UsageRecordPayload', recorded: 1, duplicates: 0, rejected: [] })
  expect(await stored(event.eventId)).toMatchObject({ cost: '1.000000000', units: { INPUT_TOKENS: 1_000_000 } })
})

test.each(ACTORS.filter((actor) => actor !== 'gateway'))('%s cannot record usage', async (actor) => {
  const answer = await world.as[actor].mutate('usageRecord', { events: [world.event()] })
  const isOut = ['anonymous', 'expiredKey', 'revokedKey'].includes(actor)
  expect(answer.__typename).toBe(isOut ? 'UNAUTHENTICATED' : 'ForbiddenError')
  if (!isOut) expect(answer).toMatchObject({ action: 'usage:record', allowedRoles: ['GATEWAY'] })
})

test('a call’s valid events are recorded even if others are invalid', async () => {
  const good = [world.event(), world.event()]
  const { recorded, rejected } = await world.record([
    good[0],
    world.event({ model: 'no/such' }),
    world.event({ eventId: 'with space' }),
    good[1],
  ])
  expect(recorded).toBe(2)
  expect(rejected.map(({ index, eventId, code }: Json) => [index, eventId, code])).toEqual([
    [1, expect.any(String), 'UNKNOWN_MODEL'],
    [2, null, 'INVALID'],
  ])
  for (const { eventId } of good) expect(await stored(eventId)).toBeDefined()
})

test.each([
  ['eventId', { eventId: '' }],
  ['eventId', { eventId: 'x'.repeat(129) }],
  ['eventId', { eventId: 'a\u0000b' }],
  ['model', { model: '\ud800' }],
  ['units', { units: ['INPUT_TOKENS', 'INPUT_TOKENS'].map((lineItem) => ({ lineItem, quantity: '1' })) }],
  ['units.0.quantity', { units: [{ lineItem: 'INPUT_TOKENS', quantity: '-1' }] }],
  ['units.0.quantity', { units: [{ lineItem: 'INPUT_TOKENS', quantity: '1000000000001' }] }],
  ['cost', { cost: '-0.1' }],
  ['cost', { cost: '1000000000' }],
  ['reservation', { reservation: 'rsv_unreadable' }],
  ['reservation', { reservation: '' }],
  ['organizationId', { organizationId: 'org_00000000000000000000000000' }],
])('an event with an invalid %s is rejected as INVALID with the field’s name', async (path, more) => {
  expect(await rejectedAs(more)).toMatch(`INVALID: \`${path}\``)
})

test('an event whose cost exceeds the maximum is rejected as INVALID', async () => {
  const units = [{ lineItem: 'IMAGES', quantity: '1000000000000' }]
  expect(await rejectedAs({ model: 'public/images', units })).toMatch(/^INVALID: `units`/)
})

test('an event for a missing or foreign credential is rejected as UNKNOWN_CREDENTIAL', async () => {
  const { ids } = world
  for (const credentialId of [
    'key_00000000000000000000000000',
    'nonsense',
    '',
    ids.project,
    ids.account.adminAccount,
  ]) {
    expect(await rejectedAs({ credentialId })).toMatch(/^UNKNOWN_CREDENTIAL/)
  }
  const user = { credentialId: ids.user.member }
  expect(await rejectedAs(user)).toMatch(/^INVALID: `organizationId`/)
  expect(await rejectedAs({ ...user, organizationId: ids.foreign.organization })).toMatch(/^UNKNOWN_CREDENTIAL/)
  expect(await rejectedAs({ ...user, organizationId: 'nonsense' })).toMatch(/^UNKNOWN_CREDENTIAL/)
})

test('an event’s model must be public or belong to its project', async () => {
  expect(await rejectedAs({ model: 'own/other' })).toMatch(/^UNKNOWN_MODEL/)
  expect(await rejectedAs({ model: '' })).toMatch(/^UNKNOWN_MODEL/)
  const events = ['public/chat', 'public/offline', 'own/project'].map((model) => world.event({ model }))
  expect(await world.record(events)).toMatchObject({ recorded: 3, rejected: [] })
})

test('an event is accepted up to 30 days late and 5 minutes early', async () => {
  expect(await rejectedAs({ occurredAt: world.ago(30 * DAY_MS + MINUTE_MS) })).toMatch(/^TOO_OLD/)
  expect(await rejectedAs({ occurredAt: world.ago(-6 * MINUTE_MS) })).toMatch(/^IN_THE_FUTURE/)
  const events = [30 * DAY_MS - MINUTE_MS, -4 * MINUTE_MS].map((past) => world.event({ occurredAt: world.ago(past) }))
  expect(await world.record(events)).toMatchObject({ recorded: 2, rejected: [] })
  const late = await world.costs({ to: world.ago(29 * DAY_MS), granularity: 'HOUR' })
  expect(late).toMatchObject({ total: '1', totalRequests: '1' })
})

test('an event whose units have no price is rejected unless it gives `cost`', async () => {
  const image = [{ lineItem: 'IMAGES', quantity: '1' }]
  const images = await rejectedAs({ units: [...image, { lineItem: 'SESSIONS', quantity: '1' }] })
  expect(images).toBe(
    'NO_PRICE: `public/chat` had no price for IMAGES, SESSIONS at that time. Load one, or give `cost`.',
  )
  expect(await rejectedAs({ model: null })).toBe(
    'NO_PRICE: The event names no model, so its units have no price. Give `model` or `cost`.',
  )
  expect(await world.record([world.event({ units: image, cost: '0.5' })])).toMatchObject({ recorded: 1 })
  // A quantity of zero needs no price.
  const nothing = world.event({ units: [{ lineItem: 'IMAGES', quantity: '0' }] })
  expect(await world.record([nothing])).toMatchObject({ recorded: 1 })
})

test('an event for a revoked or expired key is recorded', async () => {
  const { as, ids } = world
  const { data } = await as.owner.ask(
    'query ($id: ID!) { project(id: $id) { apiKeys(first: 100, filter: { statuses: [EXPIRED, REVOKED] }) { nodes { id status } } } }',
    { id: ids.project },
  )
  const keys: { id: string }[] = data.project.apiKeys.nodes
  expect(keys).toHaveLength(2)
  expect(await world.record(keys.map(({ id }) => world.event({ credentialId: id })))).toMatchObject({ recorded: 2 })
})

test('legacy key and playground usage is attributed to the default project', async () => {
  const { ids } = world
  const legacy = world.event({ credentialId: ids.legacyKey })
  const person = world.event({ credentialId: ids.user.externalMember, organizationId: ids.organization })
  // The playground can use the models of every project.
  const owned = world.event({ ...person, eventId: eventId(), model: 'own/other' })
  expect(await world.record([legacy, person, owned])).toMatchObject({ recorded: 3, rejected: [] })
  const key = await stored(legacy.eventId)
  expect(key).toMatchObject({ kind: 'LEGACY_KEY', user_id: null })
  expect(await stored(person.eventId)).toMatchObject({
    kind: 'PLAYGROUND',
    project_id: (key as Json).project_id,
    user_id: expect.any(String),
  })
})

test('a call accepts up to 1,000 events and 1,000 released reservations, and neither is required', async () => {
  expect(await world.record([])).toMatchObject({ recorded: 0, duplicates: 0, rejected: [] })
  const many = Array.from({ length: 1_001 }, () => world.event())
  expect(await world.record(many)).toMatchObject({ __typename: 'ValidationError' })
  const token = writeReservation({ id: newId(), estimate: { ...NO_ESTIMATE, nanos: 5n }, leases: [newId()] })
  expect(await world.record([], { released: [token, token] })).toMatchObject({ recorded: 0 })
  expect(await world.record([], { released: Array(1_001).fill(token) })).toMatchObject({
    __typename: 'ValidationError',
  })
  expect(await world.record([world.event()], { released: ['rsv_no'] })).toMatchObject({ __typename: 'ValidationError' })
})

test('1,000 events with every field filled fit in one call', async () => {
  const items = ['INPUT_TOKENS', 'CACHED_INPUT_TOKENS', 'OUTPUT_TOKENS', 'IMAGES', 'SECONDS', 'SESSIONS']
  const reservation = () =>
    writeReservation({ id: newId(), estimate: { ...NO_ESTIMATE, nanos: 5n }, leases: [newId(), newId(), newId()] })
  const events = Array.from({ length: 1_000 }, (_, index) =>
    world.event({
      eventId: newId(),
      occurredAt: world.ago(index * MINUTE_MS + HOUR_MS),
      units: items.map((lineItem) => ({ lineItem, quantity: '123456' })),
      cost: '0.123456789',
      reservation: reservation(),
    }),
  )
  expect(await world.record(events)).toMatchObject({ recorded: 1_000, rejected: [] })
  expect(await world.record(events)).toMatchObject({ recorded: 0, duplicates: 1_000, rejected: [] })
})
