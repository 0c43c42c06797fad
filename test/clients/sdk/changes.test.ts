import { type ApiKeyChange, AuthenticationError, ForbiddenError, Keyward } from '@keyward/sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ORIGIN } from '../../infra/app.ts'
import { refusalOf, type SdkWorld, startSdkWorld } from './world.ts'

let world: SdkWorld
/** Cuts the connection of every open stream. */
let cuts: (() => void)[] = []
let opened: (() => void)[] = []

beforeAll(async () => {
  world = await startSdkWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  cuts = []
  opened = []
})

/** The body, until it is cut. */
function cuttable(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream({
    start(controller) {
      cuts.push(() => {
        controller.error(new TypeError('terminated'))
        reader.cancel().catch(() => {})
      })
    },
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: () => reader.cancel(),
  })
}

/** A client whose streams can be cut. */
function follower(token: string | null): Keyward {
  const fetch = async (url: string, init: RequestInit) => {
    const response = await world.fetch(url, init)
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) return response
    const { status, headers, body } = response
    const stream = new Response(cuttable(body), { status, headers })
    for (const tell of opened.splice(0)) tell()
    return stream
  }
  return new Keyward({ baseUrl: ORIGIN, token, fetch })
}

const nextConnection = () => new Promise<void>((resolve) => opened.push(resolve))

async function take(stream: AsyncIterator<ApiKeyChange>, count: number): Promise<string[]> {
  const taken: string[] = []
  while (taken.length < count) {
    const { done, value } = await stream.next()
    if (done) break
    taken.push(`${value.kind} ${value.apiKey?.name}`)
  }
  return taken
}

test('a stream of changes resumes after a lost connection without gaps or duplicates', async () => {
  const { owner, ownerToken, projectId } = world
  const connected = nextConnection()
  const stream = follower(ownerToken).apiKeys.changes({ projectId })
  const first = take(stream, 1)
  await connected
  const { apiKey } = await owner.apiKeys.create({ projectId, name: 'followed' })
  expect(await first).toEqual(['API_KEY_CREATED followed'])

  const reconnected = nextConnection()
  const rest = take(stream, 3)
  cuts[0]?.()
  await owner.apiKeys.rotate({ id: apiKey.id, overlapSeconds: 60 })
  await owner.apiKeys.finishRotation({ id: apiKey.id })
  await reconnected
  await owner.apiKeys.revoke({ id: apiKey.id })
  const kinds = ['API_KEY_ROTATED', 'API_KEY_ROTATION_FINISHED', 'API_KEY_REVOKED']
  expect(await rest).toEqual(kinds.map((kind) => `${kind} followed`))
  await stream.return?.()
})

test('a stored cursor resumes in another process', async () => {
  const { owner, ownerToken, projectId } = world
  const connected = nextConnection()
  const stream = follower(ownerToken).apiKeys.changes({ projectId })
  const seen = stream.next()
  await connected
  await owner.apiKeys.create({ projectId, name: 'before' })
  const { value } = await seen
  await stream.return?.()
  await owner.apiKeys.create({ projectId, name: 'meanwhile' })
  const resumed = follower(ownerToken).apiKeys.changes({ projectId }, { after: value.cursor })
  expect(await take(resumed, 1)).toEqual(['API_KEY_CREATED meanwhile'])
  await resumed.return?.()
})

test('a stream from a cursor that was read before a list misses no changes', async () => {
  const { owner, ownerToken, projectId } = world
  const { changeCursor } = await owner.projects.getChangeCursor(projectId)
  await owner.apiKeys.create({ projectId, name: 'after the cursor' })
  const changes = follower(ownerToken).apiKeys.changes({ projectId }, { after: changeCursor })
  expect(await take(changes, 1)).toEqual(['API_KEY_CREATED after the cursor'])
  await changes.return?.()
})

test('an abort ends the iteration without an error, even between attempts', async () => {
  const { ownerToken, projectId } = world
  const controller = new AbortController()
  const connected = nextConnection()
  const seen: string[] = []
  const following = (async () => {
    const changes = follower(ownerToken).apiKeys.changes({ projectId }, { signal: controller.signal })
    for await (const { kind } of changes) seen.push(kind)
  })()
  await connected
  controller.abort()
  await following
  expect(seen).toEqual([])
})

test('breaking out of the loop ends a wait immediately', async () => {
  const { ownerToken, projectId } = world
  const connected = nextConnection()
  const stream = follower(ownerToken).apiKeys.changes({ projectId })
  const waiting = stream.next()
  await connected
  await stream.return?.()
  expect(await waiting).toEqual({ done: true, value: undefined })
})

test('a permanent error is thrown', async () => {
  const { owner, projectId, person } = world
  const { client } = await person('Foreigner')
  expect(await refusalOf(client.apiKeys.changes({ projectId }).next())).toBeInstanceOf(ForbiddenError)
  const invalid = follower('kw_proj_0000000000000000000000000000000000000000000000000')
  expect(await refusalOf(invalid.apiKeys.changes({ projectId }).next())).toBeInstanceOf(AuthenticationError)

  const { apiKey, secret } = await owner.apiKeys.create({ projectId, name: 'watcher' })
  const connected = nextConnection()
  const seen: string[] = []
  const end = (async () => {
    for await (const { kind } of follower(secret).apiKeys.changes({ projectId })) seen.push(kind)
  })()
  const refused = refusalOf(end)
  await connected
  await owner.apiKeys.revoke({ id: apiKey.id })
  expect(await refused).toMatchObject({ name: expect.stringMatching(/^(AuthenticationError|ForbiddenError)$/) })
  expect(seen).not.toContain('API_KEY_REVOKED')
})

test('changes throws after maxRetries failures in a row', async () => {
  let requests = 0
  const fetch = () => {
    requests += 1
    return Promise.reject(new TypeError('fetch failed'))
  }
  const stream = new Keyward({ token: null, fetch }).apiKeys.changes({ projectId: 'prj_1' }, { maxRetries: 1 })
  await expect(stream.next()).rejects.toMatchObject({ name: 'ConnectionError' })
  expect(requests).toBe(2)
})

// Failed when the stream did not read its cursor first.
describe.each(['project', 'organization'] as const)('a stream of key changes in the %s', (of) => {
  test('misses no changes if the connection is lost before the first one', async () => {
    const { owner, ownerToken, projectId, organizationId } = world
    let streams = 0
    let letThrough: () => void = () => {}
    const created = new Promise<void>((resolve) => {
      letThrough = resolve
    })
    const fetch = async (url: string, init: RequestInit) => {
      const isStream = new Headers(init.headers).get('accept') === 'text/event-stream'
      if (!isStream) return world.fetch(url, init)
      streams += 1
      if (streams === 1) throw new TypeError('terminated')
      await created
      return world.fetch(url, init)
    }
    const { apiKeys } = new Keyward({ baseUrl: ORIGIN, token: ownerToken, fetch })
    const stream = of === 'project' ? apiKeys.changes({ projectId }) : apiKeys.changesOfOrganization({ organizationId })
    const first = stream.next()
    await expect.poll(() => streams).toBe(1)
    await owner.apiKeys.create({ projectId, name: `Made meanwhile in its ${of}` })
    letThrough()
    expect((await first).value?.apiKey?.name).toBe(`Made meanwhile in its ${of}`)
    await stream.return?.()
  })
})
