import { type Attempt, ConnectionError, Keyward } from '@keyward/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { type BadNetwork, FATES, type Fate, inTurn, startBadNetwork } from '../../infra/network/bad-network.ts'
import { chanceOf } from '../../nouns/usage/chance.ts'
import { refusalOf, type SdkWorld, startSdkWorld } from './world.ts'

let world: SdkWorld
let server: Listener
const networks: BadNetwork[] = []

beforeAll(async () => {
  world = await startSdkWorld()
  server = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
})
afterAll(async () => {
  await Promise.all(networks.map((network) => network.close()))
  await server?.stop(1_000)
  await world?.close()
})

/** A client whose connections fail in these ways in turn, one per request. Later connections work. */
async function through(fates: Fate[], seed: number, options: ConstructorParameters<typeof Keyward>[0] = {}) {
  const network = await startBadNetwork(Number(new URL(server.url).port), chanceOf(seed), inTurn(...fates))
  networks.push(network)
  const headers = { connection: 'close' }
  const client = new Keyward({ baseUrl: network.url, token: world.ownerToken, headers, maxRetries: 4, ...options })
  const connections = () => Object.values(network.fates).reduce((sum, count) => sum + count, 0)
  return { client, network, connections }
}

// Failed under ANSWER_LOST, RESET, CUT and both kinds of repetition when the client generated no idempotency key.
test.concurrent.each(FATES)(
  'after %s twice, a creation and a rotation happen once and return the valid secret',
  async (fate) => {
    const { owner, projectId, as } = world
    const { client, network } = await through([fate, fate, 'PASSED', fate, fate], FATES.indexOf(fate))
    const name = `made under ${fate}`
    const { apiKey, secret } = await client.apiKeys.create({ projectId, name })
    expect((await as(secret).viewer.get()).actor).toMatchObject({ id: apiKey.id })
    const rotated = await client.apiKeys.rotate({ id: apiKey.id, overlapSeconds: 0 })
    expect((await as(rotated.secret).viewer.get()).actor).toMatchObject({ id: apiKey.id })
    const found = await owner.apiKeys.list({ projectId, filter: { search: name }, totalCount: true })
    expect(found).toMatchObject({ totalCount: 1, items: [{ id: apiKey.id }] })
    expect(found.items[0]?.secretVersions).toHaveLength(2)
    expect(network.fates[fate]).toBeGreaterThanOrEqual(2)
  },
)

test('a mutation without an idempotency key is sent once, and its error says that the outcome is unknown', async () => {
  const { owner, projectId } = world
  const { apiKey } = await owner.apiKeys.create({ projectId, name: 'revoked once' })
  const { client, connections } = await through(['ANSWER_LOST'], 1)
  expect(await refusalOf(client.apiKeys.revoke({ id: apiKey.id }))).toBeInstanceOf(ConnectionError)
  expect(connections()).toBe(1)
  expect((await owner.apiKeys.get(apiKey.id)).status).toBe('REVOKED')
})

test('an interrupted list resumes without gaps or duplicates', async () => {
  const { owner, projectId } = world
  const expected: string[] = []
  for await (const { id } of owner.apiKeys.list({ projectId })) expected.push(id)
  const { client } = await through(['PASSED', 'CUT', 'PASSED', 'RESET', 'ANSWER_LOST', 'PASSED', 'REQUEST_LOST'], 2)
  const seen: string[] = []
  for await (const { id } of client.apiKeys.list({ projectId, pageSize: 2 })) seen.push(id)
  expect(seen).toEqual(expected)
})

test('a stream that breaks repeatedly delivers every change once and in order', async () => {
  const { owner, projectId: ofOthers, organizationId } = world
  const { id: projectId } = await owner.projects.create({ organizationId, name: 'Followed' })
  expect(projectId).not.toBe(ofOthers)
  // The first connection reads the cursor. Each later one is a stream.
  const broken: Fate[] = ['RESET', 'DELAYED', 'CUT', 'REQUEST_LOST', 'CUT', 'ANSWER_LOST', 'CUT', 'CUT']
  const { client, network } = await through(broken, 3)
  const stream = client.apiKeys.changes({ projectId })
  const first = stream.next()
  await expect.poll(() => network.fates.DELAYED, { timeout: 30_000 }).toBe(1)
  const expected: string[] = []
  const seen: string[] = []
  const change = async (name: string) => {
    const { apiKey } = await owner.apiKeys.create({ projectId, name })
    await owner.apiKeys.revoke({ id: apiKey.id })
    expected.push(`API_KEY_CREATED ${name}`, `API_KEY_REVOKED ${name}`)
  }
  const changes = (async () => {
    // The stream has begun, so the cursor is known.
    await expect.poll(() => network.fates.CUT, { timeout: 30_000 }).toBeGreaterThan(0)
    for (const name of ['one', 'two', 'three', 'four']) await change(name)
  })()
  for (let next = await first; !next.done; next = await stream.next()) {
    seen.push(`${next.value.kind} ${next.value.apiKey?.name}`)
    if (seen.length === 8) break
  }
  await changes
  await stream.return?.()
  expect(seen).toEqual(expected)
  expect(network.fates.CUT).toBeGreaterThan(1)
})

// Only the abort ends these calls. Without it the test times out.
describe("an abort ends every wait with the signal's reason", () => {
  const forever = { timeout: 3_600_000, maxRetries: Number.POSITIVE_INFINITY }

  test.each([
    ['a query', (client: Keyward, signal: AbortSignal) => client.viewer.get({ signal })],
    ['a page', (client: Keyward, signal: AbortSignal) => client.organizations.list({}, { signal })],
    ['a document', (client: Keyward, signal: AbortSignal) => client.request('{ viewer { kind } }', {}, { signal })],
    [
      'a creation',
      (client: Keyward, signal: AbortSignal) =>
        client.apiKeys.create({ projectId: world.projectId, name: 'aborted' }, { signal }),
    ],
  ])('%s', async (_name, call) => {
    const reason = new Error('enough')
    const silent = new AbortController()
    const { client, network } = await through(['SILENT'], 4, forever)
    const waiting = refusalOf(call(client, silent.signal))
    await expect.poll(() => network.fates.SILENT).toBe(1)
    silent.abort(reason)
    expect(await waiting).toBe(reason)

    // Between two attempts: the client waits once it has reported the attempt.
    const lost = new AbortController()
    const onAttempt = ({ status }: Attempt) => {
      if (status === null) setTimeout(() => lost.abort(reason))
    }
    const between = await through(Array(1_000).fill('REQUEST_LOST'), 5, { ...forever, onAttempt })
    expect(await refusalOf(call(between.client, lost.signal))).toBe(reason)
    expect(between.connections()).toBe(1)
  })

  test('an abort ends a stream without an error', async () => {
    const controller = new AbortController()
    const { client, network } = await through(['PASSED', 'SILENT'], 6)
    const waiting = client.apiKeys
      .changes({ projectId: world.projectId }, { signal: controller.signal, timeout: 3_600_000 })
      .next()
    await expect.poll(() => network.fates.SILENT).toBe(1)
    controller.abort()
    expect(await waiting).toEqual({ done: true, value: undefined })
  })
})
