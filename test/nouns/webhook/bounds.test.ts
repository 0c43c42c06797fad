import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeOldDeliveries } from '../../../schema/webhook/retention.ts'
import { sha256 } from '../../infra/world.ts'
import { type Setting, startSetting, until } from './setting.ts'

/** A busy machine imports this many keys within the request timeout. */
const IMPORTED = 250

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting?.close())

test('webhook deliveries are retained for 30 days', async () => {
  const { id } = await setting.webhook({ events: ['WEBHOOK_TEST'] })
  for (const days of [31, 29]) {
    await setting.owner.mutate('webhookTest', { id })
    await until(async () => (await setting.read(id)).deliveries.nodes[0].deliveredAt !== null)
    // Not by moving the clock, which would end the session.
    await setting.database.sql(
      "UPDATE webhook_delivery SET created_at = now() - $1 * interval '1 day' WHERE created_at > now() - interval '1 day'",
      [days],
    )
  }
  await removeOldDeliveries(setting.database)
  const { nodes } = (await setting.read(id)).deliveries
  expect(nodes).toHaveLength(1)
  expect(Date.now() - new Date(nodes[0].createdAt).getTime()).toBeLessThan(30 * 86_400_000)
})

test(`an import of ${IMPORTED} keys sends each webhook an event for each key`, async () => {
  const { id } = await setting.webhook({ events: ['API_KEY_CREATED'] })
  const rows = Array.from({ length: IMPORTED }, (_, index) => ({
    name: `imported ${index}`,
    sha256: sha256(`imported ${index}`),
  }))
  const input = { organizationId: setting.organizationId, rows }
  const { outcomes } = await setting.owner.mutate('apiKeysImport', input, 'outcomes { error { code } }')
  expect(outcomes.filter(({ error }: { error: object | null }) => error !== null)).toEqual([])
  const { data } = await setting.owner.ask(
    'query ($id: ID!) { node(id: $id) { ... on Webhook { deliveries { totalCount } } } }',
    { id },
  )
  expect(data.node.deliveries.totalCount).toBe(IMPORTED)
  await setting.owner.mutate('webhookRemove', { id })
})

test('an organization can have at most 20 webhooks, even when they are created concurrently', async () => {
  const input = { organizationId: setting.organizationId, url: setting.receiver.url, events: ['WEBHOOK_TEST'] }
  const { data } = await setting.owner.ask('query ($id: ID!) { organization(id: $id) { webhooks { totalCount } } }', {
    id: setting.organizationId,
  })
  const room = 20 - data.organization.webhooks.totalCount
  expect(room).toBeGreaterThan(0)
  const made = await Promise.all(Array.from({ length: 24 }, () => setting.owner.mutate('webhookCreate', input)))
  const refused = made.filter(({ __typename }) => __typename === 'LimitExceededError')
  expect(refused).toHaveLength(24 - room)
})
