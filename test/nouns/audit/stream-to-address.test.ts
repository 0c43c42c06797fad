import { createHmac } from 'node:crypto'
import { readSinkFigures } from '@keyward/schema/audit/sink/sql'
import { readConfig } from '@keyward/server/config/config'
import { createMetrics } from '@keyward/server/telemetry/metrics/metrics'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKey } from '../../infra/world.ts'
import { eventsIn, SECRET, Streaming, verify } from './streaming.ts'

let set: Streaming
beforeEach(async () => {
  set = await Streaming.open()
})
afterEach(() => set.close())

test('a receiver that is down gets the same signed batch until it confirms the batch', async () => {
  set.status = 503
  set.toAddress()
  await expect.poll(() => set.received.length, { timeout: 30_000 }).toBeGreaterThan(1)
  const [first, second] = set.received
  expect(second?.text).toBe(first?.text)
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
  for (const { headers, text } of set.received) {
    const [id, at] = [headers['webhook-id'], headers['webhook-timestamp']]
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
    const signature = createHmac('sha256', key).update(`${id}.${at}.${text}`).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
    expect(headers['content-type']).toBe('application/x-ndjson')
  }
  await createKey(set.owner, set.organization.defaultProject, 'Meanwhile')
  expect(await readSinkFigures(set.app.database)).toMatchObject({ last_error: 'The response had the status 503.' })
  const { body } = await createMetrics(set.app.app.runtime, '0').expose()
  for (const name of ['events_pending', 'delay_seconds', 'failures'])
    expect(body).toMatch(new RegExp(`^keyward_audit_sink_${name} [1-9.]`, 'm'))

  const refused = set.received.length
  set.status = 200
  await set.isRead()
  const text = set.received.slice(refused - 1).map((each) => each.text)
  expect(eventsIn(text.slice(1).join('')).filter(set.isOfAcme)).toMatchObject(await set.logOf())
  expect(verify(text.join('')).status).toBe(0)
  expect((await readSinkFigures(set.app.database)).failures).toBe(0)
  const messages = set.messages()
  expect(messages).toEqual(['audit events cannot be streamed', 'audit events are streamed again'])
})

test('a receiver that never responds delays no changes, and the stream later resumes', async () => {
  const stream = set.toAddress()
  await set.isRead()
  const confirmed = set.received.length
  set.status = null
  await createKey(set.owner, set.organization.defaultProject, 'Unconfirmed')
  await expect.poll(() => set.received.length, { timeout: 30_000 }).toBe(confirmed + 1)
  expect((await createKey(set.owner, set.organization.defaultProject, 'During the attempt')).id).toMatch(/^key_/)
  await stream.stop()
  set.status = 204
  set.toAddress()
  await set.isRead()
  const names = set.eventsFrom(confirmed + 1).map(({ target }) => target.name)
  expect(names).toEqual(['Unconfirmed', 'During the attempt'])
  expect(verify(set.received.map(({ text }) => text).join('')).status).toBe(0)
})

test('one of several replicas sends events', async () => {
  const replicas = [set.toAddress(), set.toAddress(), set.toAddress()]
  await set.isRead()
  const count = () => set.eventsFrom(0).length
  for (const [index, stream] of replicas.slice(0, 2).entries()) {
    await createKey(set.owner, set.organization.defaultProject, `Key ${index}`)
    await set.isRead()
    await stream.stop()
  }
  await createKey(set.owner, set.organization.defaultProject, 'The last')
  await set.isRead()
  const events = set.eventsFrom(0)
  expect(events.filter(set.isOfAcme)).toMatchObject(await set.logOf())
  expect(count()).toBe(new Set(events.map(({ id }) => id)).size)
})

// Failed before: the address was held to the rules of the webhooks of tenants.
test('the receiver can have a private address with HTTPS, but plain HTTP only on localhost', async () => {
  set.toAddress()
  await set.isRead()
  expect(set.received).not.toEqual([])
  const sink = (url: string) => () => readConfig({ KEYWARD_AUDIT_SINK: url, KEYWARD_AUDIT_SINK_SECRET: SECRET })
  expect(sink('https://10.1.2.3/events')()).toMatchObject({ auditSink: { url: 'https://10.1.2.3/events' } })
  expect(sink('http://10.1.2.3/events')).toThrow('KEYWARD_AUDIT_SINK')
})

// Failed before: an error other than that of the receiver was never reported.
test('a database error is reported as a failure of the stream, and its recovery is reported', async () => {
  set.toAddress()
  await set.isRead()
  await set.app.database.sql('ALTER TABLE audit_sink_cursor RENAME COLUMN sequence TO moved')
  await expect.poll(set.warnings, { timeout: 30_000 }).toMatchObject([{ message: 'audit events cannot be streamed' }])
  await set.app.database.sql('ALTER TABLE audit_sink_cursor RENAME COLUMN moved TO sequence')
  await expect
    .poll(set.messages, { timeout: 30_000 })
    .toEqual(['audit events cannot be streamed', 'audit events are streamed again'])
})
