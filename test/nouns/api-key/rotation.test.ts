import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { createKey, startWorld, type World } from '../../infra/world.ts'

const MINUTE_MS = 60_000

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

const ROTATION = 'advice rotation { previousLastUsedAt safeToFinish } secretVersions { lastUsedAt }'

/** A key with its rotation, whose advice has to say the same. */
async function read(id: string): Promise<Json> {
  const { data } = await world.as.owner.ask(`query ($id: ID!) { node(id: $id) { ... on ApiKey { ${ROTATION} } } }`, {
    id,
  })
  const { advice, rotation } = data.node
  expect(advice.includes('ROTATION_SAFE_TO_FINISH')).toBe(rotation?.safeToFinish ?? false)
  return data.node
}
/** Waits until the use of the newest secret is recorded. */
const used = (id: string) => expect.poll(async () => (await read(id)).secretVersions[0].lastUsedAt).not.toBeNull()

const use = (secret: string) => world.client(secret).ask('{ viewer { kind } }')

// Failed while a use of the new secret made a rotation safe to finish: a job cut off the clients that it had not reached yet.
test('a rotation is safe to finish an hour after the old secret’s last use', async () => {
  const { id, secret: old } = await createKey(world.as.owner, world.ids.project, 'rotated in use')
  await use(old)
  await used(id)
  world.database.clock.advance(45_000)
  const { secret } = await world.as.owner.mutate('apiKeyRotate', { id, overlapSeconds: 86_400 }, 'secret')
  await use(secret)
  await used(id)
  expect(await read(id)).toMatchObject({ rotation: { safeToFinish: false, previousLastUsedAt: expect.any(String) } })
  world.database.clock.advance(58 * MINUTE_MS)
  expect(await read(id)).toMatchObject({ rotation: { safeToFinish: false } })
  world.database.clock.advance(2 * MINUTE_MS)
  expect(await read(id)).toMatchObject({ rotation: { safeToFinish: true } })
  await use(old)
  await expect.poll(async () => (await read(id)).rotation.safeToFinish).toBe(false)
})

test('a rotation is safe to finish once the new secret is used, if the old secret was never used', async () => {
  const { id } = await createKey(world.as.owner, world.ids.project, 'rotated before use')
  const { secret } = await world.as.owner.mutate('apiKeyRotate', { id, overlapSeconds: 86_400 }, 'secret')
  expect(await read(id)).toMatchObject({ rotation: { safeToFinish: false, previousLastUsedAt: null } })
  await use(secret)
  await expect.poll(async () => (await read(id)).rotation.safeToFinish).toBe(true)
})
