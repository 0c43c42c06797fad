import { Keyward } from '@keyward/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { type SdkWorld, startSdkWorld } from '../../clients/sdk/world.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { type BadNetwork, startBadNetwork } from '../../infra/network/bad-network.ts'
import { chanceOf } from '../../nouns/usage/chance.ts'

/*
 * Creates and rotates keys through a network that loses, resets, cuts, delays and repeats, while a stream through the
 * same network follows them. KEYWARD_NIGHTLY_KEYS changes the size, KEYWARD_NIGHTLY_SEED the random order.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1' && testDatabaseKind === 'postgresql'
const SIZE = Number(process.env.KEYWARD_NIGHTLY_KEYS ?? 200)
const SEED = Number(process.env.KEYWARD_NIGHTLY_SEED ?? Date.now() % 1_000_000_000)
const LANES = 8

describe.skipIf(!isNightly)('nightly run', () => {
  let world: SdkWorld
  let server: Listener
  let network: BadNetwork

  beforeAll(async () => {
    world = await startSdkWorld()
    server = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
    network = await startBadNetwork(Number(new URL(server.url).port), chanceOf(SEED))
  })
  afterAll(async () => {
    await network?.close()
    await server?.stop(1_000)
    await world?.close()
  })

  test(`creates, rotates and announces each of ${SIZE} keys once through a bad network (seed ${SEED})`, async () => {
    const { owner, ownerToken, projectId, as } = world
    // One connection per request, because the network decides per connection. Half of them get no complete response.
    const headers = { connection: 'close' }
    const client = new Keyward({ baseUrl: network.url, token: ownerToken, headers, maxRetries: 40 })
    const begin = 'query Begin($id: ID!) { project(id: $id) { changeCursor } }'
    const { project } = await owner.request<{ project: { changeCursor: string } }>(begin, { id: projectId })
    const stream = client.apiKeys.changes({ projectId }, { after: project.changeCursor })
    const told = new Map<string, number>()
    const following = (async () => {
      for (let next = await stream.next(); !next.done; next = await stream.next()) {
        const change = `${next.value.kind} ${next.value.apiKey?.name}`
        told.set(change, (told.get(change) ?? 0) + 1)
        if (told.size === 2 * SIZE) break
      }
    })()

    const names = Array.from({ length: SIZE }, (_, index) => `key ${index}`)
    const left = [...names]
    const lane = async () => {
      for (let name = left.shift(); name !== undefined; name = left.shift()) {
        const { apiKey } = await client.apiKeys.create({ projectId, name })
        const { secret } = await client.apiKeys.rotate({ id: apiKey.id, overlapSeconds: 0 })
        expect((await as(secret).viewer.get()).actor).toMatchObject({ id: apiKey.id })
      }
    }
    await Promise.all(Array.from({ length: LANES }, lane))
    await following
    await stream.return?.()

    const found: string[] = []
    for await (const { name, secretVersions } of owner.apiKeys.list({ projectId, pageSize: 100 })) {
      found.push(name)
      expect(secretVersions, name).toHaveLength(2)
    }
    expect(found.sort()).toEqual(names.sort())
    expect([...told.values()].filter((times) => times !== 1)).toEqual([])
    const expected = names.flatMap((name) => [`API_KEY_CREATED ${name}`, `API_KEY_ROTATED ${name}`])
    expect([...told.keys()].sort()).toEqual(expected.sort())
    console.log(`${SIZE} keys, seed ${SEED}: ${JSON.stringify(network.fates)}`)
  }, 1_800_000)
})
