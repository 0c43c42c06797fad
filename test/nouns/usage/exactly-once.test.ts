import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { type App, createApp } from '../../../server/app.ts'
import { readConfig } from '../../../server/config/config.ts'
import { ORIGIN } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { chanceOf } from './chance.ts'
import { deliver, expectOnce, makeLedger } from './once.ts'
import { HOUR_MS, startUsageWorld, type UsageWorld } from './setting.ts'

/*
 * R7 at a small size. test/promises/nightly has it at full size, with a network that loses and repeats. Failed while an
 * event counted as new if it was not in the table a moment before, instead of if the INSERT returned it.
 */

const SIZE = 2_000
const SEED = 20_261_123

let world: UsageWorld
let second: App
let closeSecond: () => Promise<void>

beforeAll(async () => {
  world = await startUsageWorld()
  // The embedded database has one process, so the second replica is a second app in it.
  const database = testDatabaseKind === 'postgresql' ? await openDatabase(world.database.url) : world.database
  const config = readConfig({ KEYWARD_PUBLIC_URL: ORIGIN, KEYWARD_LOG: 'silent' })
  const encryptionKeys = [{ id: 'test', key: randomBytes(32) }]
  second = await createApp({ ...config, encryptionKeys, sessionSecret: randomBytes(32).toString('hex') }, database)
  // The world's clock is ahead.
  if (database !== world.database) database.clock.advance(2 * HOUR_MS)
  closeSecond = async () => {
    await second.close()
    if (database !== world.database) await database.close()
  }
})
afterAll(async () => {
  await closeSecond?.()
  await world?.close()
})

const RECORD = `mutation ($input: UsageRecordInput!) { usageRecord(input: $input) {
  ... on UsageRecordPayload { recorded duplicates rejected { code message } } ... on Error { message } } }`

/** Sends events to one of two replicas. */
async function send(app: App, events: object[]): Promise<{ recorded: number; duplicates: number; rejected: object[] }> {
  const response = await app.fetch(
    new Request(`${ORIGIN}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${world.as.gateway.token}` },
      body: JSON.stringify({ query: RECORD, variables: { input: { events } } }),
    }),
  )
  const { data, errors } = (await response.json()) as { data: Record<string, never>; errors?: unknown }
  if (errors) throw new Error(JSON.stringify(errors))
  return data.usageRecord as never
}

test('2,000 events sent three times in random order through two replicas count once each', async () => {
  const chance = chanceOf(SEED)
  const ledger = await makeLedger(world, SIZE, chance)
  let [recorded, duplicates] = [0, 0]
  await deliver(ledger.events, { times: 3, lanes: 4, batch: 80, chance }, async (events, lane) => {
    const answer = await send(lane % 2 ? second : world.app, events)
    recorded += answer.recorded
    duplicates += answer.duplicates
    expect(answer.rejected).toEqual([])
  })
  expect([recorded, duplicates]).toEqual([SIZE, 2 * SIZE])
  await expectOnce(world, ledger)
})

test('an event that is sent through two replicas at the same moment counts once', async () => {
  const before = await world.costs()
  for (let round = 0; round < 20; round += 1) {
    const events = Array.from({ length: 20 }, () => world.event())
    const answers = await Promise.all(
      [world.app, second, world.app, second].map((app, index) => send(app, index % 2 ? [...events].reverse() : events)),
    )
    expect(answers.reduce((sum, { recorded }) => sum + recorded, 0)).toBe(20)
    expect(answers.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(60)
  }
  const after = await world.costs()
  expect(Number(after.totalRequests) - Number(before.totalRequests)).toBe(400)
  expect(Number(after.total) - Number(before.total)).toBeCloseTo(400, 6)
})
