import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebhookDeliverer } from '../../../schema/webhook/deliverer.ts'
import { type Setting, startSetting, until } from './setting.ts'

// Several processes share the work. These tests fail if a claim does not postpone the next attempt.

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting?.close())

const deliverer = (): WebhookDeliverer =>
  new WebhookDeliverer({
    database: setting.database,
    changes: setting.app.runtime.changes,
    encryptionKeys: setting.app.runtime.settings.encryptionKeys,
    privateTargets: true,
  })

test('three processes send each message once', async () => {
  const others = [deliverer(), deliverer()]
  // Long enough for the other processes to look for work meanwhile.
  setting.receiver.reply = { status: 204, afterMs: 30 }
  const { id } = await setting.webhook()
  const names = Array.from({ length: 30 }, (_, index) => `key ${index}`)
  await Promise.all(names.map((name) => setting.key(name)))
  await until(
    async () => (await setting.read(id)).deliveries.nodes,
    (nodes) => nodes.length === 30 && nodes.every((node: { deliveredAt: string | null }) => node.deliveredAt),
  )
  await delay(300)
  await Promise.all(others.map((other) => other.close()))
  const told = setting.receiver.received.map(({ body }) => body.data.target.name)
  expect(told.sort()).toEqual(names.sort())
})

test('a message is resent if its process reports no result', async () => {
  const { id } = await setting.webhook({ events: ['WEBHOOK_TEST'] })
  setting.receiver.received.length = 0
  setting.receiver.reply = { status: 204, afterMs: 60_000 }
  await setting.owner.mutate('webhookTest', { id })
  await until(() => setting.receiver.received.length === 1)
  // The process has died, so no result is stored.
  await setting.database.sql('UPDATE webhook_delivery SET attempts = attempts + 1 WHERE delivered_at IS NULL')
  setting.receiver.reply = 204
  const [before] = (await setting.read(id)).deliveries.nodes
  expect(before.deliveredAt).toBe(null)
  setting.database.clock.advance(61_000)
  const done = await until(
    async () => (await setting.read(id)).deliveries.nodes[0],
    ({ deliveredAt }) => deliveredAt !== null,
  )
  expect(done.attempts).toBe(3)
  const ids = setting.receiver.received.map(({ headers }) => headers['webhook-id'])
  expect(ids).toEqual([done.messageId, done.messageId])
})
