import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeCursor } from '../../../schema/write/outbox/cursor.ts'
import { readNewest } from '../../../schema/write/outbox/history-sql.ts'
import { removeOldChanges } from '../../../schema/write/outbox/retention.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { openStream } from './stream.ts'

let app: TestApp
let owner: Client
let project: string

beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  project = (await createOrganization(owner, 'Long ago')).defaultProject
})
afterAll(() => app?.close())

/** The cursor of the change at a position, as it was before the change was deleted. */
async function cursorOf(position: bigint): Promise<string> {
  const { history } = await readNewest(app.database)
  const [row] = await app.database.sql<{ at: Date }>('SELECT at FROM change_event WHERE position = $1', [
    position.toString(),
  ])
  return encodeCursor({ history, position, at: row?.at.getTime() ?? 0 })
}

const openAfter = (after: string) => openStream(app.app, owner.token, { projectId: project, after })

const positions = async () => {
  const rows = await app.database.sql<{ position: string }>('SELECT position FROM change_event ORDER BY position')
  return rows.map(({ position }) => BigInt(position))
}

/** Waits until the app has read a change. A change that gets older while it is read proves another history. */
async function areRead(upTo: bigint): Promise<void> {
  const stream = await openAfter(await cursorOf(upTo - 1n))
  await stream.next()
  await stream.leave()
}

const age = (upTo: bigint, days: number) =>
  app.database.sql("UPDATE change_event SET at = at - $2 * interval '1 day' WHERE position <= $1", [
    upTo.toString(),
    days,
  ])

test('changes are retained for 30 days', async () => {
  for (let index = 0; index < 4; index += 1) await createKey(owner, project, `key ${index}`)
  const all = await positions()
  const [first = 0n, ...later] = all
  const newest = all.at(-1) ?? 0n
  await areRead(newest)
  await age(newest - 3n, 29)
  expect(await removeOldChanges(app.database)).toBe(0)
  await age(newest - 3n, 2)
  const old = await Promise.all([0n, first, newest - 4n].map(cursorOf))
  expect(await removeOldChanges(app.database)).toBe(all.length - 3)
  expect(await positions()).toEqual(later.slice(-3))
  for (const after of old) {
    const [refusal] = await (await openAfter(after)).rest()
    expect(refusal.errors[0].extensions.code).toBe('BAD_REQUEST')
    expect(refusal.errors[0].message).toMatch(/too old.*changeCursor/)
  }
  const stream = await openAfter(await cursorOf(newest - 2n))
  expect((await stream.next())?.data.apiKeyChanges.cursor).toBe(await cursorOf(newest - 1n))
  await stream.leave()
})

test('the newest change is retained at any age', async () => {
  const newest = (await positions()).at(-1) ?? 0n
  await age(newest, 40)
  await removeOldChanges(app.database)
  expect(await positions()).toEqual([newest])
})

test('thousands of old changes are deleted in several batches', async () => {
  const newest = (await positions()).at(-1) ?? 0n
  await app.database.sql(
    `INSERT INTO change_event (position, at, kind, subject_id)
     SELECT $1 - n, now() - interval '31 days', 'MODEL_CHANGED', gen_random_uuid() FROM generate_series(1, 11000) AS n`,
    [newest.toString()],
  )
  expect(await removeOldChanges(app.database)).toBe(11_000)
  expect(await positions()).toEqual([newest])
})
