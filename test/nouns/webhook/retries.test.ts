import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { RETRY_SECONDS } from '../../../schema/webhook/schedule.ts'
import type { Json } from '../../infra/app.ts'
import { type Setting, startSetting, until } from './setting.ts'

// A failed message is retried for days and then given up. These tests fail if a failed attempt ends a delivery, and if
// 410 is retried like other failures.

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting?.close())
beforeEach(() => {
  setting.receiver.received.length = 0
  setting.receiver.reply = 204
})

const WAIT = { events: ['WEBHOOK_TEST'] }

const delivery = async (id: string, isSo: (delivery: Json) => boolean): Promise<Json> =>
  until(
    async () => (await setting.read(id)).deliveries.nodes[0],
    (found) => found !== undefined && isSo(found),
  )

const audited = async (action: string): Promise<Json[]> => {
  const { data } = await setting.owner.ask(
    `query ($id: ID!, $actions: [String!]) { organization(id: $id) { auditLog(filter: { actions: $actions }) {
       nodes { actor { kind } target { type id name } details { name value } } } } }`,
    { id: setting.organizationId, actions: [action] },
  )
  return data.organization.auditLog.nodes
}

test('a failed message is retried with the same id, a new time and a new signature', async () => {
  setting.receiver.reply = 500
  const { id } = await setting.webhook(WAIT)
  await setting.owner.mutate('webhookTest', { id })
  const failed = await delivery(id, ({ lastError }) => lastError !== null)
  expect(failed).toMatchObject({ attempts: 1, lastStatus: 500, lastError: 'The response had the status 500.' })
  const wait = new Date(failed.nextAttemptAt).getTime() - setting.database.clock.now().getTime()
  expect(wait).toBeGreaterThan(3_000)
  expect(wait).toBeLessThanOrEqual(6_000)
  expect(await setting.read(id)).toMatchObject({ lastFailure: 'The response had the status 500.', lastSuccessAt: null })
  setting.receiver.reply = 200
  setting.database.clock.advance(7_000)
  const done = await delivery(id, ({ deliveredAt }) => deliveredAt !== null)
  expect(done).toMatchObject({ attempts: 2, nextAttemptAt: null, lastStatus: 200, lastError: null })
  const [first, second] = setting.receiver.received
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
  expect(second?.text).toBe(first?.text)
  expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp'])
  expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature'])
})

test('a message fails permanently after ten attempts, which the audit log records', async () => {
  setting.receiver.reply = { status: 302, headers: { location: setting.receiver.url } }
  const { id } = await setting.webhook(WAIT)
  await setting.owner.mutate('webhookTest', { id })
  const waitOf = ({ nextAttemptAt }: Json) => new Date(nextAttemptAt).getTime() - setting.database.clock.now().getTime()
  for (const [index, seconds] of RETRY_SECONDS.entries()) {
    const failed = await delivery(id, (found) => {
      const wait = waitOf(found) / 1000
      return found.attempts === index + 1 && wait > seconds - 5 && wait <= seconds * 1.2
    })
    setting.database.clock.advance(waitOf(failed) + 1)
  }
  const { givenUpAt, ...rest } = await delivery(id, (found) => found.givenUpAt !== null)
  expect(rest).toMatchObject({ attempts: 10, nextAttemptAt: null, deliveredAt: null, lastStatus: 302 })
  expect(setting.receiver.received).toHaveLength(10)
  const [event] = await audited('webhook.deliveryGivenUp')
  expect(event).toMatchObject({ actor: { kind: 'SYSTEM' }, target: { type: 'Webhook', id } })
  expect(event.details).toContainEqual({ name: 'messageId', value: rest.messageId })
  expect((await setting.read(id)).enabled).toBe(true)
})

test('a receiver that responds with 410 receives no messages until its webhook is enabled again', async () => {
  const { id } = await setting.webhook(WAIT)
  setting.receiver.reply = 500
  await setting.owner.mutate('webhookTest', { id })
  await delivery(id, ({ lastStatus }) => lastStatus === 500)
  setting.receiver.reply = 410
  await setting.owner.mutate('webhookTest', { id })
  const webhook = await until(
    () => setting.read(id),
    ({ enabled }) => !enabled,
  )
  expect(
    webhook.deliveries.nodes.map((each: Json) => [each.lastStatus, each.nextAttemptAt, each.givenUpAt !== null]),
  ).toEqual([
    [410, null, true],
    [500, null, true],
  ])
  expect((await audited('webhook.disabled'))[0]).toMatchObject({ actor: { kind: 'SYSTEM' }, target: { id } })
  expect((await setting.owner.mutate('webhookTest', { id })).__typename).toBe('InvalidStateError')
  setting.receiver.reply = 204
  await setting.owner.mutate('webhookUpdate', { id, enabled: true })
  await setting.owner.mutate('webhookTest', { id })
  await delivery(id, ({ deliveredAt }) => deliveredAt !== null)
})

test('a webhook receives only its subscribed events', async () => {
  const all = await setting.webhook()
  const revocations = await setting.webhook({ events: ['API_KEY_REVOKED'] })
  const disabled = await setting.webhook()
  await setting.owner.mutate('webhookUpdate', { id: disabled.id, enabled: false })
  const { id } = await setting.key('short-lived')
  await setting.owner.mutate('apiKeyRevoke', { id, reason: 'REPLACED' })
  const events = async (webhook: { id: string }) =>
    (await setting.read(webhook.id)).deliveries.nodes.map(({ event }: Json) => event).reverse()
  expect(await events(all)).toEqual(['API_KEY_CREATED', 'API_KEY_REVOKED'])
  expect(await events(revocations)).toEqual(['API_KEY_REVOKED'])
  expect(await events(disabled)).toEqual([])
})

test('pending messages of a disabled or removed webhook are not sent', async () => {
  setting.receiver.reply = 500
  const one = await setting.webhook(WAIT)
  const two = await setting.webhook(WAIT)
  for (const { id } of [one, two]) {
    await setting.owner.mutate('webhookTest', { id })
    await delivery(id, ({ lastStatus }) => lastStatus === 500)
  }
  await setting.owner.mutate('webhookUpdate', { id: one.id, enabled: false })
  await setting.owner.mutate('webhookRemove', { id: two.id })
  const tests = () => setting.receiver.received.filter(({ body }) => body.type === 'WEBHOOK_TEST')
  const before = tests().length
  setting.database.clock.advance(3_600_000)
  const { id } = await setting.webhook(WAIT)
  setting.receiver.reply = 204
  await setting.owner.mutate('webhookTest', { id })
  await delivery(id, ({ deliveredAt }) => deliveredAt !== null)
  expect(tests()).toHaveLength(before + 1)
  expect(await setting.read(two.id)).toBe(null)
})
