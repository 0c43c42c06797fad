import { readFile } from 'node:fs/promises'
import { readSinkFigures } from '@keyward/schema/audit/sink/sql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKey, createOrganization } from '../../infra/world.ts'
import { disarm, rechain, rowOf } from './logs.ts'
import { eventsIn, Streaming, verify } from './streaming.ts'

let set: Streaming
beforeEach(async () => {
  set = await Streaming.open()
})
afterEach(() => set.close())

/** Gives the log another history from an event on, as a failover that lost it and changes after it do. */
async function replaceEvent(sequence: number): Promise<void> {
  const { id } = await rowOf(set.app, set.uuid, sequence)
  await set.app.database.sql("UPDATE audit_event SET target_name = 'Of the new history' WHERE id = $1", [id])
  await rechain(set.app, set.uuid, sequence)
}

// Failed before: the sequence was confirmed, and the event that has it now was never sent.
test('an event that replaces another one whose delivery fails is delivered', async () => {
  await disarm(set.app)
  set.toAddress()
  await set.isRead()
  const before = set.received.length
  set.status = 503
  await createKey(set.owner, set.organization.defaultProject, 'Lost')
  await expect.poll(() => set.received.length, { timeout: 30_000 }).toBeGreaterThan(before)
  const { sequence } = (await set.logOf()).at(-1)
  await replaceEvent(Number(sequence))
  const failed = set.received.length
  set.status = 204
  await set.isRead()
  const names = set
    .eventsFrom(failed)
    .filter(set.isOfAcme)
    .map(({ target }) => target.name)
  expect(names.at(-1)).toBe('Of the new history')
  expect(new Set(names)).toEqual(new Set(['Lost', 'Of the new history']))
})

// Failed before: the next event was taken for one that had been sent.
test.each([
  ['whose head is before the cursor', true],
  ['that has another event at the cursor', false],
])('after a restore to a log %s, an organization is streamed from its first event', async (_title, isCut) => {
  await disarm(set.app)
  const lost = await createKey(set.owner, set.organization.defaultProject, 'Lost')
  const stream = set.toAddress()
  await set.isRead()
  await stream.stop()
  const before = set.received.length
  const { sequence } = (await set.logOf()).at(-1)
  if (isCut) {
    const last = await rowOf(set.app, set.uuid, Number(sequence))
    await set.app.database.sql('DELETE FROM audit_event WHERE id = $1', [last.id])
    const { prisma } = set.app.database
    await prisma.auditHead.update({
      where: { organizationId: set.uuid },
      data: { sequence: BigInt(sequence) - 1n, hash: last.previousHash },
    })
  } else await replaceEvent(Number(sequence))
  expect(Number((await readSinkFigures(set.app.database)).pending)).toBeGreaterThan(0)
  set.toAddress()
  await set.isRead()
  const events = set.eventsFrom(before)
  expect(events.filter(set.isOfAcme)).toMatchObject(await set.logOf())
  expect(events.some(({ target }) => target.id === lost.id && target.name === 'Lost')).toBe(false)
  expect(set.warnings()).toMatchObject([
    { message: 'audit events are streamed from the first one', organizationIds: set.organization.id },
  ])
})

// Failed before: the row stopped the streams of all organizations, and nothing said so.
test('an unreadable row is sent unchanged', async () => {
  await disarm(set.app)
  const other = await createOrganization(set.owner, 'Other')
  await createKey(set.owner, set.organization.defaultProject, 'Damaged')
  await createKey(set.owner, set.organization.defaultProject, 'After it')
  const damaged = (await set.logOf()).at(-2)
  await set.app.database.sql(
    `UPDATE audit_event SET details = '{"deep":{"value":1.5}}' WHERE organization_id = $1 AND sequence = $2`,
    [set.uuid, damaged.sequence],
  )
  set.toFile()
  await set.isRead()
  const text = await readFile(set.file, 'utf8')
  const events = eventsIn(text)
  expect(events.filter(set.isOfAcme)).toMatchObject(await set.logOf())
  expect(events.some(({ organizationId }) => organizationId === other.id)).toBe(true)
  expect(events.find(({ id }) => id === damaged.id)).toMatchObject({
    canonical: null,
    details: { deep: { value: 1.5 } },
    hash: damaged.hash,
  })
  const line = events.findIndex(({ id }) => id === damaged.id) + 1
  expect(verify(text)).toMatchObject({
    status: 1,
    output: expect.stringContaining(`line ${line} is not a whole event`),
  })
})

// Failed before: without the next event, the figures and `doctor` said that the receiver had all.
test('the metrics of the audit stream count undelivered events even if the next event to send was deleted', async () => {
  await disarm(set.app)
  const stream = set.toFile()
  await set.isRead()
  await stream.stop()
  for (const name of ['Removed', 'Late']) await createKey(set.owner, set.organization.defaultProject, name)
  const removed = (await set.logOf()).at(-2)
  await set.app.database.sql('DELETE FROM audit_event WHERE organization_id = $1 AND sequence = $2', [
    set.uuid,
    removed.sequence,
  ])
  expect(await readSinkFigures(set.app.database)).toMatchObject({ pending: '2', oldest: expect.any(Date) })
})
