import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GatewayWorld, startGatewayWorld } from './setting.ts'

let world: GatewayWorld
beforeAll(async () => {
  world = await startGatewayWorld()
})
afterAll(() => world?.close())

const SET_BACK_MS = 120_000

// Failed when the clock and `asOf` of the module stayed ahead: each decision was a look-up for two minutes.
test('a gateway follows the database’s clock after the clock was set back', async () => {
  let lookUps = 0
  const module = world.open({
    fetch(url, init) {
      if (String(init.body).includes('gatewayLookUp')) lookUps += 1
      return world.fetch(url, init)
    },
  })
  await module.ready()
  const { secret } = await world.owner.apiKeys.create({ projectId: world.projectId, name: 'set back' })
  await world.caughtUp(module)
  expect((await module.authorize(secret)).__typename).toBe('ApiKeyAllowed')
  world.database.clock.advance(-SET_BACK_MS)
  const ahead = () => Date.parse(module.status.asOf ?? '') - world.database.clock.now().getTime()
  await expect.poll(ahead, { timeout: 30_000 }).toBeLessThanOrEqual(0)
  await expect.poll(() => module.status.stalenessSeconds, { timeout: 30_000 }).toBeLessThan(5)
  // `asOf` moves on, by the new time.
  await world.caughtUp(module)
  lookUps = 0
  const answer = await module.authorize(secret)
  expect(answer.__typename).toBe('ApiKeyAllowed')
  expect(lookUps).toBe(0)
  expect(Date.parse(String(answer.asOf))).toBeLessThanOrEqual(world.database.clock.now().getTime())
})
