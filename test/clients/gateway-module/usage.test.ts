import { type UsageEventInput, UsageNotRecordedError, type UsageRejection } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { startBadNetwork } from '../../infra/network/bad-network.ts'
import { chanceOf } from '../../nouns/usage/chance.ts'
import { refusalOf } from '../sdk/world.ts'
import { oneConnectionEach, type ReportedWorld, startReportedWorld, tokens, watched } from './usage-setting.ts'

let world: ReportedWorld
let server: Listener
beforeAll(async () => {
  world = await startReportedWorld()
  server = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
})
afterAll(async () => {
  await world?.close()
  await server?.stop(1_000)
})

test('close() sends all remaining usage', async () => {
  const { id, projectId } = await world.newKey()
  const counter = watched(world.fetch, 'usageRecord')
  const gateway = world.open({ fetch: counter.fetch })
  const recording = Array.from({ length: 1_200 }, () => gateway.record({ credentialId: id, ...tokens(3) }))
  await gateway.close()
  await Promise.all(recording)
  expect(await world.recorded(projectId)).toEqual({ events: 1_200, nanos: 1_200 * 3_000 })
  expect(counter.calls).toBe(2)
  await expect(gateway.record({ credentialId: id, ...tokens(1) })).rejects.toThrow('The gateway is closed.')
})

test('every usage event counts once even if the network loses, delays and repeats messages', async () => {
  const SIZE = 150
  const { secret, projectId } = await world.newKey({ limits: { budgets: [{ period: 'MONTH', usd: '100' }] } })
  const chance = chanceOf(20_261_126)
  const network = await startBadNetwork(Number(new URL(server.url).port), chance)
  let nanos = 0
  await Promise.all(
    [25, 40, 60, 150].map(async (maxPending) => {
      // Verifies outside the bad network, so that there is usage to report.
      const answer = await world.module.authorize(secret, { estimatedCost: '0.01' })
      if (answer.__typename !== 'ApiKeyAllowed') throw new Error(answer.reason)
      const url = `http://127.0.0.1:${network.port}`
      const gateway = world.open({ baseUrl: url, fetch: oneConnectionEach, usage: { maxPending } })
      for (let index = 0; index < SIZE; index += 1) {
        const used = 1 + Math.floor(chance() * 1_000)
        nanos += used * 1_000
        await gateway.record({ answer, ...tokens(used) })
      }
      await gateway.close({ timeout: 60_000 })
      expect(gateway.status.pendingUsage).toBe(0)
    }),
  )
  const { PASSED, ...faults } = network.fates
  expect(Object.values(faults).reduce((sum, times) => sum + times)).toBeGreaterThan(5)
  await network.close()
  expect(await world.recorded(projectId)).toEqual({ events: 4 * SIZE, nanos })
})

test('record() waits while too many events are pending, and preserves the order of calls', async () => {
  const { id, projectId } = await world.newKey()
  const counter = watched(world.fetch, 'usageRecord')
  const go = counter.hold()
  const gateway = world.open({ fetch: counter.fetch, usage: { maxPending: 10 } })
  const order: number[] = []
  const recording = Array.from({ length: 35 }, async (_, index) => {
    await gateway.record({ credentialId: id, ...tokens(1) })
    order.push(index)
  })
  await Promise.all(recording.slice(0, 10))
  // Until the first batch is in transit, and longer than a write would take.
  await expect.poll(() => gateway.status.pendingUsage).toBe(10)
  await world.owner.viewer.get()
  expect(order).toEqual(Array.from({ length: 10 }, (_, index) => index))
  go()
  await Promise.all(recording)
  expect(order).toEqual(Array.from({ length: 35 }, (_, index) => index))
  await gateway.close()
  expect(await world.recorded(projectId)).toMatchObject({ events: 35 })
})

test('close() returns the remaining events in time', async () => {
  const { id, projectId } = await world.newKey()
  const network = watched(world.fetch, 'usageRecord')
  network.isAway = true
  const gateway = world.open({ fetch: network.fetch, usage: { maxPending: 3 } })
  const recording = Array.from({ length: 5 }, () => gateway.record({ credentialId: id, ...tokens(1) }))
  const waiting = recording.slice(3).map(refusalOf)
  await Promise.all(recording.slice(0, 3))
  const error = await refusalOf(gateway.close({ timeout: 50 }))
  if (!(error instanceof UsageNotRecordedError)) throw error
  expect(error.message).toBe('3 usage events were not recorded in time. They are in `events`.')
  const events: UsageEventInput[] = [...error.events]
  for (const each of await Promise.all(waiting)) {
    if (!(each instanceof UsageNotRecordedError)) throw each
    events.push(...each.events)
  }
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(5)
  expect(await world.recorded(projectId)).toMatchObject({ events: 0 })
  // Recorded directly, twice.
  await world.gateway.usage.record({ events })
  await world.gateway.usage.record({ events })
  expect(await world.recorded(projectId)).toMatchObject({ events: 5 })
})

test('a hanging call does not delay close()', async () => {
  const { id } = await world.newKey()
  const network = watched(world.fetch, 'usageRecord')
  const go = network.hold()
  const gateway = world.open({ fetch: network.fetch })
  await gateway.record({ credentialId: id, ...tokens(1) })
  await expect(gateway.close({ timeout: 50 })).rejects.toThrow(UsageNotRecordedError)
  go()
})

test('events that the server rejects are passed to onRejected without affecting others', async () => {
  const { id, projectId } = await world.newKey()
  const rejections: UsageRejection[] = []
  const errors: unknown[] = []
  const gateway = world.open({
    usage: { onRejected: (rejection) => rejections.push(rejection) },
    onError: (error) => errors.push(error),
  })
  const good = () => gateway.record({ credentialId: id, ...tokens(1) })
  for (let index = 0; index < 20; index += 1) await good()
  await gateway.record({ credentialId: 'key_0000000000000000000000', eventId: 'nobody', ...tokens(1) })
  // A workload that neither this module nor the server knows: the server rejects only this event.
  const unknown = { ...tokens(1), workload: 'MINING' } as unknown as ReturnType<typeof tokens>
  await gateway.record({ credentialId: id, eventId: 'no-workload', ...unknown })
  for (let index = 0; index < 20; index += 1) await good()
  expect(() => gateway.release({ reservation: 'nothing of the kind' })).toThrow('`reservation`')
  gateway.release({ reservation: 'rsv_nothing-of-the-kind' })
  await gateway.close()
  expect(rejections.map(({ event, code, message }) => [event.eventId, code, message]).sort()).toEqual([
    ['no-workload', 'INVALID', expect.stringContaining('workload')],
    ['nobody', 'UNKNOWN_CREDENTIAL', expect.any(String)],
  ])
  expect(errors.map(String)).toEqual([expect.stringContaining('VALIDATION')])
  expect(await world.recorded(projectId)).toEqual({ events: 40, nanos: 40_000 })
})

test('recording usage settles a reservation, and release() releases it', async () => {
  const { id, secret, projectId } = await world.newKey({ limits: { budgets: [{ period: 'MONTH', usd: '10' }] } })
  const gateway = world.open()
  for (const used of [2_000, 3_000, null]) {
    const answer = await gateway.authorize(secret, { estimatedCost: '0.5' })
    if (answer.__typename !== 'ApiKeyAllowed') throw new Error(answer.reason)
    expect(answer.reservation).toMatch(/^rsv_/)
    if (used === null) gateway.release(answer)
    else await gateway.record({ answer, ...tokens(used) })
  }
  // This also returns the leases.
  await gateway.close()
  const { budgetStatus } = await world.owner.apiKeys.getLimits(id)
  expect(budgetStatus).toMatchObject([{ period: 'MONTH', spent: '0.005', reserved: '0', debt: '0' }])
  expect(await world.recorded(projectId)).toEqual({ events: 2, nanos: 5_000_000 })
})
