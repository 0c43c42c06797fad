import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { createGateway } from '../../../schema/gateway/service.ts'
import { type Client, newSecrets, startAppOn, type TestApp } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { DAY_MS, RECORDED, startUsageWorld, type UsageWorld } from './setting.ts'

/** Events are stored by the month of their recording. Each counts once, in whichever month it is sent again. */

let world: UsageWorld
beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

/** Sets the clock to so many milliseconds after the next month begins. */
function turnOfMonth(milliseconds: number): void {
  const { clock } = world.database
  const now = clock.now()
  const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)
  clock.advance(next + milliseconds - now.getTime())
}

const partsOf = async (id: string): Promise<string[]> => {
  const rows = await world.database.sql<{ part: string }>(
    'SELECT tableoid::regclass::text AS part FROM usage_record WHERE id = $1 ORDER BY 1',
    [id],
  )
  return rows.map(({ part }) => part)
}

// Failed while the other months were not looked at.
test('an event that is sent again in another month is a duplicate', async () => {
  turnOfMonth(-60_000)
  const event = world.event({ eventId: 'over-the-turn' })
  expect(await world.record([event])).toMatchObject({ recorded: 1 })
  turnOfMonth(60_000)
  expect(await world.record([event])).toMatchObject({ recorded: 0, duplicates: 1, rejected: [] })
  expect(await world.record([{ ...event, cost: '5' }])).toMatchObject({ recorded: 0, rejected: [{ code: 'CONFLICT' }] })
  expect(await partsOf('over-the-turn')).toHaveLength(1)
  expect(await world.record([world.event({ eventId: 'in-the-new-month' })])).toMatchObject({ recorded: 1 })
  expect(await partsOf('in-the-new-month')).not.toEqual(await partsOf('over-the-turn'))
})

describe.runIf(testDatabaseKind === 'postgresql')('two replicas', () => {
  let replica: TestApp
  let other: Client
  beforeAll(async () => {
    const database = await openDatabase(world.database.url)
    replica = await startAppOn(database, () => database.close(), newSecrets())
    other = replica.client((await createGateway(world.app.runtime, 'Another gateway')).token)
  })
  afterAll(() => replica?.close())

  /** Sets the clock of the other replica to so many milliseconds after that of the first one. */
  function setAhead(milliseconds: number): void {
    const [own, its] = [world.database.clock, replica.database.clock]
    its.advance(own.now().getTime() + milliseconds - its.now().getTime())
  }

  const newEvents = (count: number) => Array.from({ length: count }, () => world.event())

  // Failed while both made the partition: the second one was answered INTERNAL, and the reservation of its event stayed held.
  test('record the first events of a month simultaneously', async () => {
    for (let round = 0; round < 3; round += 1) {
      turnOfMonth(15 * DAY_MS)
      setAhead(0)
      const calls = Array.from({ length: 16 }, (_, index) =>
        (index % 2 === 0 ? world.as.gateway : other).mutate('usageRecord', { events: newEvents(1) }, RECORDED),
      )
      for (const outcome of await Promise.all(calls)) expect(outcome).toMatchObject({ recorded: 1, rejected: [] })
    }
  })

  // Failed without the lock of the month.
  test('record an event once even if their clocks show different months', async () => {
    turnOfMonth(-1_000)
    setAhead(2_000)
    for (let round = 0; round < 20; round += 1) {
      const events = newEvents(20)
      const outcomes = await Promise.all([world.record(events), other.mutate('usageRecord', { events }, RECORDED)])
      expect(outcomes.map(({ rejected }) => rejected)).toEqual([[], []])
      expect(outcomes.reduce((sum, { recorded }) => sum + recorded, 0)).toBe(20)
    }
  })
})

// Failed with INTERNAL until the next month, or a restart.
test('usage is recorded even if a restore lost the month’s partition', async () => {
  turnOfMonth(DAY_MS)
  await world.record([world.event({ eventId: 'lost' })])
  const [part] = await partsOf('lost')
  await world.database.prisma.$executeRawUnsafe(`DROP TABLE ${part}`)
  expect(await world.record([world.event({ eventId: 'after-the-loss' })])).toMatchObject({ recorded: 1, rejected: [] })
  expect(await partsOf('after-the-loss')).toEqual([part])
})

test('replicas of the previous and the new version record each event once', async () => {
  const first = world.event({ eventId: 'by-the-new-version' })
  await world.record([first])
  // As the version before inserts events.
  const insertAsBefore = (id: string, from: string) =>
    world.database.sql(
      `INSERT INTO usage_event (id, content_hash, organization_id, project_id, credential_kind, credential_id, user_id,
                                workload, model_id, gateway_id, occurred_at, recorded_at, units, cost)
       SELECT $1, content_hash, organization_id, project_id, credential_kind, credential_id, user_id, workload, model_id,
              gateway_id, occurred_at, recorded_at, units, cost FROM usage_record WHERE id = $2
       ON CONFLICT (id) DO NOTHING RETURNING id`,
      [id, from],
    )
  expect(await insertAsBefore('by-the-new-version', 'by-the-new-version')).toEqual([])
  expect(await insertAsBefore('by-the-version-before', 'by-the-new-version')).toHaveLength(1)
  expect(await insertAsBefore('by-the-version-before', 'by-the-new-version')).toEqual([])
  expect(await partsOf('by-the-version-before')).toEqual(['usage_event'])
  const again = { ...first, eventId: 'by-the-version-before' }
  expect(await world.record([again])).toMatchObject({ recorded: 0, duplicates: 1, rejected: [] })
})
