import type { UsageRejection } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ReportedWorld, startReportedWorld } from '../../clients/gateway-module/usage-setting.ts'
import type { Json } from '../../infra/app.ts'
import { decided } from '../../infra/decided.ts'
import { BAD_VALUES, type BadValue, spoiled } from './bad-fields.ts'

/*
 * `record` of the gateway module names a bad field at once, by a TypeError, or else the server's rejection names it. The module loses
 * no event without a word, and no reservation stays held. Failed while objects were recorded as the consumer `[object Object]`.
 */

let world: ReportedWorld
beforeAll(async () => {
  world = await startReportedWorld()
})
afterAll(() => world?.close())

const rootOf = (field: string | null): string | undefined => field?.split('.')[0]

const show = ({ field, value }: Pick<BadValue, 'field' | 'value'>) => `${field} ${JSON.stringify(value)?.slice(0, 40)}`

/** Bad values that JSON cannot carry. */
const OF_JAVASCRIPT: Pick<BadValue, 'field' | 'value'>[] = [
  { field: 'cost', value: Number.NaN },
  { field: 'cost', value: 0.3 },
  { field: 'cost', value: 10n },
  { field: 'units.0.quantity', value: Number.NaN },
  { field: 'units.0.quantity', value: Number.POSITIVE_INFINITY },
  { field: 'units.0.quantity', value: undefined },
  { field: 'occurredAt', value: new Date(0) },
  { field: 'reservation', value: Symbol.iterator.description },
]

/** Values that the module reads: it rounds a cost that a program computed, and writes a number as text. */
const isRead = ({ field, value }: Pick<BadValue, 'field' | 'value'>): boolean =>
  (field === 'cost' && value === '1e-7') ||
  (['eventId', 'consumer'].includes(field) && /^(5|true)$/.test(String(value)))

const values = [...BAD_VALUES, ...OF_JAVASCRIPT].filter((each) => !isRead(each))

test('`record` reports the field of an invalid value and releases the reservation', async () => {
  const limits = { budgets: [{ period: 'TOTAL', usd: '10' }] }
  const { secret, projectId } = await world.newKey({ limits })
  const rejections: UsageRejection[] = []
  const module = world.open({ usage: { onRejected: (rejection) => rejections.push(rejection) } })
  const authorize = (estimatedCost: string) => decided(() => module.authorize(secret, { estimatedCost }))
  const late: typeof values = []
  const wrong: string[] = []
  for (const [index, each] of values.entries()) {
    const answer = await authorize('0.01')
    if (answer.__typename === 'ApiKeyDenied') throw new Error(answer.reason)
    const usage: Json = { answer, eventId: `bad-${index}`, workload: 'INFERENCE', cost: '0.001' }
    const thrown: unknown = await module.record(spoiled(usage, each)).then(
      () => null,
      (error: unknown) => error,
    )
    if (thrown === null) late.push(each)
    else if (!(thrown instanceof TypeError) || !thrown.message.includes(`\`${rootOf(each.field)}`))
      wrong.push(`${show(each)}: ${String(thrown)}`)
    // The corrected event.
    await module.record({ ...usage, eventId: `good-${index}` })
  }
  expect(wrong).toEqual([])
  await expect.poll(() => module.status.pendingUsage).toBe(0)
  // The server rejected the others, with the field.
  expect(rejections.map(({ field }) => rootOf(field))).toEqual(late.map(({ field }) => rootOf(field)))
  expect(late.length).toBeLessThan(values.length / 3)
  expect(await world.recorded(projectId)).toEqual({ events: values.length, nanos: values.length * 1_000_000 })
  expect(await authorize((10 - values.length * 0.001).toFixed(9))).toMatchObject({ __typename: 'ApiKeyAllowed' })
  expect(await authorize('0.000000001')).toMatchObject({ reason: 'BUDGET_EXCEEDED' })
})
