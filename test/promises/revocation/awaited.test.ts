import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKey, startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../../nouns/verification/gateway.ts'

/* Seen red: without gateways the wait ended before this server had read the change, and it still allowed the key. */

let world: World
let gateway: TestGateway
beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
})
afterAll(() => world?.close())

const ROUNDS = 40

test('an awaited revocation takes effect at the confirming server even if no gateway is connected', async () => {
  const late: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id, secret } = await createKey(world.as.owner, world.ids.project, `awaited ${round}`)
    // The server has the key in memory from now on.
    expect((await gateway.verify({ secret })).__typename).toBe('ApiKeyAllowed')
    const { gateways } = await world.as.owner.mutate(
      'apiKeyRevoke',
      { id, awaitGatewaysSeconds: 10 },
      'gateways { acknowledged }',
    )
    expect(gateways).toEqual([])
    const answer = await gateway.verify({ secret })
    if (answer.__typename === 'ApiKeyAllowed') late.push(round)
  }
  expect(late).toEqual([])
})
