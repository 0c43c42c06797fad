import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Setting, startSetting, until } from './setting.ts'

let setting: Setting
beforeEach(async () => {
  setting = await startSetting()
})
afterEach(() => setting?.close())

// Failed while the result of an attempt was written without checking that the message was given up meanwhile.
test('a delivery that failed because its webhook was disabled stays failed after a pending attempt', async () => {
  const { owner, receiver } = setting
  receiver.reply = { status: 500, afterMs: 1_500 }
  const { id } = await setting.webhook()
  await setting.key('one')
  await until(() => receiver.received.length === 1)
  // Disabled while the receiver delays its response.
  await owner.mutate('webhookUpdate', { id, enabled: false })
  const [given] = (await setting.read(id)).deliveries.nodes
  expect(given.givenUpAt).not.toBeNull()
  expect(given.nextAttemptAt).toBeNull()
  await delay(2_500)
  const [after] = (await setting.read(id)).deliveries.nodes
  expect({ givenUp: after.givenUpAt !== null, next: after.nextAttemptAt, error: after.lastError }).toMatchObject({
    givenUp: true,
    next: null,
  })
})

test('a failed delivery is not sent after its webhook is enabled again', async () => {
  const { owner, receiver } = setting
  receiver.reply = { status: 500, afterMs: 1_500 }
  const { id } = await setting.webhook()
  await setting.key('two')
  await until(() => receiver.received.length === 1)
  await owner.mutate('webhookUpdate', { id, enabled: false })
  await delay(2_500)
  receiver.reply = 204
  await owner.mutate('webhookUpdate', { id, enabled: true })
  setting.database.clock.advance(60_000)
  await delay(3_000)
  const [after] = (await setting.read(id)).deliveries.nodes
  expect({ sent: receiver.received.length, delivered: after.deliveredAt }).toEqual({ sent: 1, delivered: null })
})
