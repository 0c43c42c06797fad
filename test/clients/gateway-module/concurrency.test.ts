import type { Gateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { decided } from '../../infra/decided.ts'
import { type GatewayWorld, startGatewayWorld } from './setting.ts'

/*
 * R6 for concurrency with gateway modules: never more requests under way than the maximum, none denied that fits, and
 * nothing held for a gateway that died.
 */

let world: GatewayWorld
let modules: [Gateway, Gateway, Gateway]
beforeAll(async () => {
  world = await startGatewayWorld()
  modules = [world.module, world.open(), world.open()]
  await Promise.all(modules.map((module) => module.ready()))
})
afterAll(() => world?.close())

let made = 0
async function create(maxConcurrent: number) {
  made += 1
  return world.owner.apiKeys.create({ projectId: world.projectId, name: `live ${made}`, limits: { maxConcurrent } })
}

const moduleAt = (index: number) => modules[index % 3] ?? modules[0]
const statusOf = async (id: string) => (await world.owner.apiKeys.getLimits(id)).concurrencyStatus

test.each([1, 64])(
  'a concurrency limit of 4 is enforced across three gateways, at concurrency %i',
  async (concurrency) => {
    const { apiKey, secret } = await create(4)
    let live = 0
    let most = 0
    let left = Math.max(20, concurrency * 2)
    const reasons = new Set<string>()
    const work = async (index: number) => {
      while (left > 0) {
        left -= 1
        const module = moduleAt(index)
        const answer = await decided(() => module.authorize(secret))
        if (answer.__typename === 'ApiKeyDenied') {
          reasons.add(answer.reason)
          expect(answer).toMatchObject({ httpStatus: 429, retryAfterSeconds: 1 })
          continue
        }
        live += 1
        most = Math.max(most, live)
        await new Promise((resolve) => setTimeout(resolve, 2))
        live -= 1
        if (left % 2 === 0) module.release(answer)
        else await module.record({ answer, workload: 'INFERENCE', cost: '0' })
      }
    }
    await Promise.all(Array.from({ length: concurrency }, (_, index) => work(index)))
    expect(most).toBeLessThanOrEqual(4)
    // One after the other, all of them fit, however soon.
    expect([...reasons]).toEqual(concurrency === 1 ? [] : ['CONCURRENCY_LIMITED'])
    await expect.poll(() => statusOf(apiKey.id), { timeout: 15_000 }).toEqual({ max: 4, used: 0, remaining: 4 })
    const held = []
    for (let index = 0; index < 4; index += 1) held.push(await moduleAt(index).authorize(secret))
    expect(held.map(({ __typename }) => __typename)).toEqual(Array(4).fill('ApiKeyAllowed'))
    expect(await modules[0].authorize(secret)).toMatchObject({ reason: 'CONCURRENCY_LIMITED' })
  },
)

test('a crashed gateway’s requests count towards the concurrency limit until their lease expires', async () => {
  const { apiKey, secret } = await create(2)
  const dying = world.open()
  for (let each = 0; each < 2; each += 1)
    expect(await dying.authorize(secret)).toMatchObject({ __typename: 'ApiKeyAllowed' })
  const [other] = modules
  expect(await other.authorize(secret)).toMatchObject({ reason: 'CONCURRENCY_LIMITED' })
  const scope = decodeId('ApiKey', apiKey.id)
  const used = () => world.database.sql('SELECT sum(used)::int AS used FROM limit_lease WHERE scope_id = $1', [scope])
  await expect.poll(used, { timeout: 10_000 }).toEqual([{ used: 2 }])
  await world.database.sql("UPDATE limit_lease SET lapses_at = lapses_at - interval '15 minutes' WHERE scope_id = $1", [
    scope,
  ])
  expect(await statusOf(apiKey.id)).toEqual({ max: 2, used: 0, remaining: 2 })
})
