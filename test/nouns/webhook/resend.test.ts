import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { RETRY_SECONDS } from '../../../schema/webhook/schedule.ts'
import type { Json } from '../../infra/app.ts'
import { createOrganization } from '../../infra/world.ts'
import { type Setting, startSetting, until } from './setting.ts'

// A message that failed, or that its receiver lost, is sent again.

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
const MESSAGE = 'id status attempts nextAttemptAt deliveredAt givenUpAt'

const messages = async (id: string): Promise<Json[]> => {
  const { data } = await setting.owner.ask(
    `query ($id: ID!) { node(id: $id) { ... on Webhook { deliveries { nodes { ${MESSAGE} } } } } }`,
    { id },
  )
  return data.node.deliveries.nodes
}

const message = (id: string, isSo: (found: Json) => boolean): Promise<Json> =>
  until(
    async () => (await messages(id))[0],
    (found) => found !== undefined && isSo(found),
  )

/** A webhook with a test message that its receiver rejected until it was disabled and enabled again. */
async function failed(count = 1): Promise<string> {
  setting.receiver.reply = 500
  setting.receiver.received.length = 0
  const { id } = await setting.webhook(WAIT)
  for (let made = 0; made < count; made += 1) await setting.owner.mutate('webhookTest', { id })
  await until(() => setting.receiver.received.length === count)
  await setting.owner.mutate('webhookUpdate', { id, enabled: false })
  await setting.owner.mutate('webhookUpdate', { id, enabled: true })
  setting.receiver.received.length = 0
  return id
}

const audited = async (action: string): Promise<Json[]> => {
  const { data } = await setting.owner.ask(
    `query ($id: ID!, $actions: [String!]) { organization(id: $id) { auditLog(filter: { actions: $actions }) {
       nodes { actor { kind } target { type id } details { name value } } } } }`,
    { id: setting.organizationId, actions: [action] },
  )
  return data.organization.auditLog.nodes
}

test('a failed message is resent with the same id and body', async () => {
  const id = await failed()
  const [before] = await messages(id)
  expect(before).toMatchObject({ status: 'FAILED', attempts: 1 })
  const resent = await setting.owner.mutate(
    'webhookDeliveryResend',
    { id: before.id },
    `webhookDelivery { ${MESSAGE} }`,
  )
  expect(resent.webhookDelivery).toMatchObject({ id: before.id, status: 'PENDING', givenUpAt: null })
  const again = await message(id, (found) => found.attempts === 2 && setting.receiver.received.length === 1)
  expect(again.status).toBe('PENDING')
  expect(setting.receiver.received[0]?.headers['webhook-id']).toBe(before.id)
  // The wait after the first attempt of the new schedule, not after the second of the old one.
  const retried = await message(id, ({ nextAttemptAt }) => {
    const wait = (new Date(nextAttemptAt).getTime() - setting.database.clock.now().getTime()) / 1_000
    return wait > 0 && wait <= RETRY_SECONDS[0] * 1.2
  })
  setting.receiver.reply = 204
  setting.database.clock.advance(7_000)
  const { data } = await setting.owner.ask('query ($id: ID!) { node(id: $id) { ... on WebhookDelivery { body } } }', {
    id: retried.id,
  })
  await message(id, ({ status }) => status === 'DELIVERED')
  expect(setting.receiver.received.map(({ text }) => text)).toEqual([data.node.body, data.node.body])
  const [event] = await audited('webhook.deliveryResent')
  expect(event).toMatchObject({ actor: { kind: 'USER' }, target: { type: 'Webhook', id } })
  expect(event.details).toContainEqual({ name: 'messageId', value: before.id })
})

test('a delivered message can be sent again for a receiver that lost it', async () => {
  const { id } = await setting.webhook(WAIT)
  await setting.owner.mutate('webhookTest', { id })
  const first = await message(id, ({ status }) => status === 'DELIVERED')
  await setting.owner.mutate('webhookDeliveryResend', { id: first.id })
  await message(id, (found) => found.attempts === 2 && found.status === 'DELIVERED')
  expect(setting.receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([first.id, first.id])
})

// Failed while the result of an attempt was matched by the number of attempts, which sending again does not change.
test('the result of an earlier attempt does not undo a resend', async () => {
  let release = () => {}
  const until410 = new Promise<void>((resolve) => {
    release = resolve
  })
  setting.receiver.reply = { status: 410, until: until410 }
  const { id } = await setting.webhook(WAIT)
  // As many as a server attempts at once for an organization: the messages are sent again only when the results came.
  const count = 4
  for (let made = 0; made < count; made += 1) await setting.owner.mutate('webhookTest', { id })
  await until(() => setting.receiver.received.length === count)
  setting.receiver.reply = 204
  // With the new URL, the 410 is that of another receiver, and does not disable the webhook.
  await setting.owner.mutate('webhookUpdate', { id, url: `${setting.receiver.url}/new` })
  for (const { id: messageId } of await messages(id)) {
    const resent = await setting.owner.mutate('webhookDeliveryResend', { id: messageId })
    expect(resent.__typename).toBe('WebhookDeliveryResendPayload')
  }
  release()
  const settled = await until(
    () => messages(id),
    (all) => all.every(({ status }) => status !== 'PENDING'),
  )
  expect(settled.map(({ status, attempts }) => [status, attempts])).toEqual(Array(count).fill(['DELIVERED', 2]))
})

test('resending from a given time sends only the messages that failed since then', async () => {
  const id = await failed(3)
  const [newest, , oldest] = await setting.read(id).then(({ deliveries }) => deliveries.nodes)
  const other = await failed()
  setting.receiver.reply = 204
  const resend = (since: string) =>
    setting.owner.mutate('webhookDeliveriesResend', { webhookId: id, since }, 'resentCount hasMore webhook { id }')
  const later = new Date(new Date(newest.createdAt).getTime() + 1).toISOString()
  expect(await resend(later)).toMatchObject({ resentCount: 0, hasMore: false })
  expect(await audited('webhook.deliveriesResent')).toEqual([])
  expect(await resend(oldest.createdAt)).toMatchObject({ resentCount: 3, hasMore: false, webhook: { id } })
  await until(
    () => messages(id),
    (all) => all.every(({ status }) => status === 'DELIVERED'),
  )
  expect((await audited('webhook.deliveriesResent'))[0].details).toContainEqual({ name: 'count', value: '3' })
  expect((await messages(other))[0]).toMatchObject({ status: 'FAILED' })
})

test('at most the 1,000 oldest failed messages are sent again at once', async () => {
  const id = await failed()
  await setting.owner.mutate('webhookUpdate', { id, enabled: false })
  const [{ id: first }] = (await messages(id)) as [Json]
  await setting.database.sql(
    `INSERT INTO webhook_delivery SELECT (jsonb_populate_record(d, jsonb_build_object(
       'id', lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000'))).*
       FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id, generate_series(1, 1000) n
      WHERE w.enabled = false AND d.given_up_at IS NOT NULL`,
  )
  await setting.owner.mutate('webhookUpdate', { id, enabled: true })
  setting.receiver.reply = 204
  const resend = () =>
    setting.owner.mutate(
      'webhookDeliveriesResend',
      { webhookId: id, since: '2026-01-01T00:00:00Z' },
      'resentCount hasMore',
    )
  expect(await resend()).toMatchObject({ resentCount: 1_000, hasMore: true })
  const find = async () => (await messages(id)).find((found) => found.id === first)
  expect((await find())?.status).toBe('FAILED')
  expect(await resend()).toMatchObject({ resentCount: 1, hasMore: false })
  // Thousands of attempts are not awaited.
  await setting.owner.mutate('webhookUpdate', { id, enabled: false })
})

test('a disabled webhook resends no messages', async () => {
  const id = await failed()
  const [{ id: messageId }] = (await messages(id)) as [Json]
  await setting.owner.mutate('webhookUpdate', { id, enabled: false })
  const single = await setting.owner.mutate('webhookDeliveryResend', { id: messageId })
  expect(single).toMatchObject({ __typename: 'InvalidStateError' })
  const input = { webhookId: id, since: '2026-01-01T00:00:00Z' }
  expect(await setting.owner.mutate('webhookDeliveriesResend', input)).toMatchObject({
    __typename: 'InvalidStateError',
  })
  expect((await messages(id))[0].status).toBe('FAILED')
})

test('messages can be listed by status, only within the caller’s organizations', async () => {
  const id = await failed()
  setting.receiver.reply = 204
  await setting.owner.mutate('webhookTest', { id })
  await until(
    () => messages(id),
    (all) => all.some(({ status }) => status === 'DELIVERED'),
  )
  const { data } = await setting.owner.ask(
    `query ($id: ID!) { node(id: $id) { ... on Webhook {
       ${['PENDING', 'DELIVERED', 'FAILED'].map((status) => `${status}: deliveries(status: ${status}) { totalCount nodes { id status } }`).join(' ')}
     } } }`,
    { id },
  )
  for (const status of ['PENDING', 'DELIVERED', 'FAILED']) {
    const expected = status === 'PENDING' ? [] : [status]
    expect(data.node[status].nodes.map((node: Json) => node.status)).toEqual(expected)
    expect(data.node[status].totalCount).toBe(expected.length)
  }
  const stranger = await setting.signUp('Stranger')
  await createOrganization(stranger, 'Elsewhere')
  const [found] = data.node.FAILED.nodes
  const seen = await stranger.ask('query ($id: ID!) { node(id: $id) { id } }', { id: found.id })
  expect(seen.data.node).toBe(null)
  expect(await stranger.mutate('webhookDeliveryResend', { id: found.id })).toMatchObject({
    __typename: 'NotFoundError',
  })
})
