import { randomUUID } from 'node:crypto'
import { createGateway } from '@keyward/schema/gateway/service'
import { type MetricsListener, serveMetrics } from '@keyward/server/telemetry/metrics/serve'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Client } from '../../infra/app.ts'
import { type Setting, startSetting, until } from '../../nouns/webhook/setting.ts'

/*
 * The metrics of the instance that alerts use: they rise for a fault, and only for a fault.
 */

let setting: Setting
let listener: MetricsListener
beforeAll(async () => {
  setting = await startSetting({ KEYWARD_METRICS_PORT: '0' })
  const { metrics, log } = setting.app
  if (metrics === null) throw new Error('The app has no metrics')
  listener = await serveMetrics(metrics, { host: '127.0.0.1', metricsPort: 0, log })
})
afterAll(async () => {
  listener?.stop()
  await setting?.close()
})
beforeEach(() => {
  setting.receiver.reply = 204
})

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${listener.port}/metrics`)).text()
  const [, value] = new RegExp(`^keyward_${name} (\\S+)$`, 'm').exec(text) ?? []
  return Number(value)
}

/** Attempts every message that waits again and again until all have failed a number of times. */
async function attempt(id: string, count: number): Promise<void> {
  await until(async () => {
    const { nodes } = (await setting.read(id)).deliveries
    const next = nodes.map(({ nextAttemptAt }: { nextAttemptAt: string }) => new Date(nextAttemptAt).getTime())
    const isDone = nodes.every(
      ({ attempts, lastError }: { attempts: number; lastError: string | null }) => attempts >= count && lastError,
    )
    if (!isDone) setting.database.clock.advance(Math.max(0, ...next) - setting.database.clock.now().getTime() + 1)
    return isDone
  })
}

// Failed while a fourth attempt was needed, and while a target that had recovered counted until its last retry.
test('a webhook target counts as failing after three failed attempts, until a delivery succeeds', async () => {
  setting.receiver.reply = 500
  const { id } = await setting.webhook({ events: ['WEBHOOK_TEST'] })
  await setting.owner.mutate('webhookTest', { id })
  await until(async () => (await setting.read(id)).lastFailure !== null)
  expect(await figure('webhook_targets_failing')).toBe(0)
  await attempt(id, 3)
  expect(await figure('webhook_targets_failing')).toBe(1)
  expect(await figure('webhook_deliveries_pending')).toBe(1)

  setting.receiver.reply = 204
  setting.database.clock.advance(1_000)
  await setting.owner.mutate('webhookTest', { id })
  await expect.poll(() => figure('webhook_targets_failing')).toBe(0)
  expect(await figure('webhook_deliveries_pending')).toBe(1)
})

test('an unreachable webhook target counts as failing until its webhook is disabled', async () => {
  const { id } = await setting.webhook({ url: 'http://127.0.0.1:1/hooks', events: ['WEBHOOK_TEST'] })
  await setting.owner.mutate('webhookTest', { id })
  await attempt(id, 3)
  expect(await figure('webhook_targets_failing')).toBe(1)
  await setting.owner.mutate('webhookUpdate', { id, enabled: false })
  expect(await figure('webhook_targets_failing')).toBe(0)
})

/** A connection of a gateway that acknowledges as it is asked to. */
function connectionOf(gateway: Client) {
  const connectionId = randomUUID()
  return async (cursor: string | null): Promise<string> => {
    const payload = await gateway.mutate('gatewayAcknowledge', { connectionId, cursor }, 'sync { cursor }')
    return payload.sync.cursor
  }
}

// Failed while the age was that of the newest change.
test('only a gateway that stops applying changes has a reported delay', async () => {
  const { token } = await createGateway(setting.app.runtime, 'edge')
  const acknowledge = connectionOf(setting.client(token))
  let cursor = await acknowledge(null)
  cursor = await acknowledge(cursor)
  expect(await figure('gateway_delay_seconds')).toBe(0)

  for (let made = 0; made < 3; made += 1) {
    await setting.key(`busy ${made}`)
    setting.database.clock.advance(20_000)
    cursor = await acknowledge(cursor)
    await acknowledge(cursor)
    await setting.key(`busy again ${made}`)
    // Some changes are always left, but none of them is old.
    expect(await figure('gateway_changes_behind')).toBeGreaterThan(0)
    expect(await figure('gateway_delay_seconds')).toBeLessThan(20)
  }

  setting.database.clock.advance(40_000)
  await acknowledge(cursor)
  await setting.key('the newest')
  expect(await figure('gateway_delay_seconds')).toBeGreaterThanOrEqual(40)
  cursor = await acknowledge(cursor)
  await acknowledge(cursor)
  expect(await figure('gateway_delay_seconds')).toBe(0)
})
