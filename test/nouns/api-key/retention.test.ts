import { afterAll, beforeAll, expect, test } from 'vitest'
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

const open = (after: bigint) => openStream(app.app, owner.token, { projectId: project, after: after.toString() })

const positions = async () => {
  const rows = await app.database.sql<{ position: string }>('SELECT position FROM change_event ORDER BY position')
  return rows.map(({ position }) => BigInt(position))
}

const age = (upTo: bigint, days: number) =>
  app.database.sql("UPDATE change_event SET at = at - $2 * interval '1 day' WHERE position <= $1", [
    upTo.toString(),
    days,
  ])

test('changes are retained for 30 days, and resuming from an older cursor is rejected', async () => {
  for (let index = 0; index < 4; index += 1) await createKey(owner, project, `key ${index}`)
  const all = await positions()
  const [first = 0n, ...later] = all
  const newest = all.at(-1) ?? 0n
  await age(newest - 3n, 29)
  expect(await removeOldChanges(app.database)).toBe(0)
  await age(newest - 3n, 2)
  expect(await removeOldChanges(app.database)).toBe(all.length - 3)
  expect(await positions()).toEqual(later.slice(-3))
  for (const after of [0n, first, newest - 4n]) {
    const [refusal] = await (await open(after)).rest()
    expect(refusal.errors[0].extensions.code).toBe('BAD_REQUEST')
    expect(refusal.errors[0].message).toMatch(/too old.*changeCursor/)
  }
  const stream = await open(newest - 3n)
  expect((await stream.next())?.data.apiKeyChanges.cursor).toBe(String(newest - 2n))
  await stream.leave()
})

test('the newest change is retained whatever its age, and any cursor is accepted if there is no change', async () => {
  const newest = (await positions()).at(-1) ?? 0n
  await age(newest, 40)
  await removeOldChanges(app.database)
  expect(await positions()).toEqual([newest])
  await app.database.sql('DELETE FROM change_event')
  expect(await removeOldChanges(app.database)).toBe(0)
  const stream = await open(0n)
  const { id } = await createKey(owner, project, 'after all')
  expect((await stream.next())?.data.apiKeyChanges.apiKey.id).toBe(id)
  await stream.leave()
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
