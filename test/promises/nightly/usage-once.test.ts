import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { type BadNetwork, startBadNetwork } from '../../infra/network/bad-network.ts'
import { chanceOf } from '../../nouns/usage/chance.ts'
import { deliver, expectOnce, makeLedger } from '../../nouns/usage/once.ts'
import { startUsageWorld, type UsageWorld } from '../../nouns/usage/setting.ts'

/*
 * R7: 100,000 events through a network that loses, delays and repeats requests and responses. The client retries a
 * batch until it gets a response, as a gateway does. KEYWARD_NIGHTLY_EVENTS changes the size, KEYWARD_NIGHTLY_SEED the
 * random order. Runs on PostgreSQL only, because the embedded database handles one request at a time.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1' && testDatabaseKind === 'postgresql'
const SIZE = Number(process.env.KEYWARD_NIGHTLY_EVENTS ?? 100_000)
const SEED = Number(process.env.KEYWARD_NIGHTLY_SEED ?? Date.now() % 1_000_000_000)

/** Two of six connections fail, so a longer run of failures has another cause. */
const ATTEMPTS = 40

const RECORD = `mutation ($input: UsageRecordInput!) { usageRecord(input: $input) {
  ... on UsageRecordPayload { recorded duplicates rejected { code message } } ... on Error { message } } }`

describe.skipIf(!isNightly)('nightly run', () => {
  let world: UsageWorld
  let server: Listener
  let network: BadNetwork
  const chance = chanceOf(SEED)

  beforeAll(async () => {
    world = await startUsageWorld()
    server = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: [] })
    network = await startBadNetwork(Number(new URL(server.url).port), chance)
  })
  afterAll(async () => {
    await network?.close()
    await server?.stop(1_000)
    await world?.close()
  })

  /** Sends events once. Throws without a response. */
  const send = (events: object[]): Promise<{ recorded: number; duplicates: number; rejected: object[] }> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: network.port,
          path: '/graphql',
          method: 'POST',
          // One connection per request, because the network decides per connection.
          agent: false,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${world.as.gateway.token}` },
        },
        async (response) => {
          try {
            const chunks: Buffer[] = []
            for await (const chunk of response) chunks.push(chunk)
            const { data, errors } = JSON.parse(Buffer.concat(chunks).toString())
            if (errors) throw new Error(JSON.stringify(errors))
            resolve(data.usageRecord)
          } catch (error) {
            reject(error)
          }
        },
      )
      sent.setTimeout(20_000, () => sent.destroy(new Error('no answer')))
      sent.once('error', reject)
      sent.end(JSON.stringify({ query: RECORD, variables: { input: { events } } }))
    })

  test(`R7: counts each of ${SIZE} usage events once through a bad network (seed ${SEED})`, async () => {
    const ledger = await makeLedger(world, SIZE, chance)
    let [tries, acknowledged] = [0, 0]
    const started = performance.now()
    await deliver(ledger.events, { times: 2, lanes: 8, batch: 500, chance }, async (events) => {
      let last: unknown
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        tries += 1
        const answer = await send(events).catch((error: unknown) => {
          last = error
          return null
        })
        if (!answer) continue
        expect(answer.rejected).toEqual([])
        acknowledged += answer.recorded + answer.duplicates
        return
      }
      throw new Error('No answer, however often it was asked', { cause: last })
    })
    expect(acknowledged).toBe(2 * SIZE)
    // Repeated requests that no client waits for arrive by then.
    await delay(2_000)
    await expectOnce(world, ledger)
    const seconds = Math.round((performance.now() - started) / 1_000)
    console.log(`R7: ${SIZE} events, ${tries} tries in ${seconds} s, seed ${SEED}: ${JSON.stringify(network.fates)}`)
  }, 1_800_000)
})
