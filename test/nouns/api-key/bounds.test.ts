import { afterAll, beforeAll, expect, test } from 'vitest'
import { RequestError } from '../../../schema/core/errors.ts'
import { STREAMS } from '../../../schema/core/quotas.ts'
import { Streams } from '../../../schema/core/streams.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { openStream, type Stream } from './stream.ts'

let app: TestApp
let owner: Client
let project: string

beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  project = (await createOrganization(owner, 'Followed')).defaultProject
})
afterAll(() => app?.close())

const open = (token: string | null, projectId = project) => openStream(app.app, token, { projectId })
const running = () => app.app.runtime.streams.open

test('a caller can have at most 20 open streams, without affecting other callers', async () => {
  const key = await createKey(owner, project, 'follows too')
  const streams: Stream[] = []
  for (let index = 0; index < STREAMS.perActor; index += 1) streams.push(await open(owner.token))
  expect(running()).toBe(20)
  const [refusal, ...rest] = await (await open(owner.token)).rest()
  expect(rest).toEqual([])
  expect(refusal.errors[0].extensions.code).toBe('RATE_LIMITED')
  expect(refusal.errors[0].message).toMatch(/20 open streams.*Close one/)
  const other = await open(key.secret)
  expect(running()).toBe(21)
  await streams.pop()?.leave()
  await expect.poll(running).toBe(20)
  const another = await open(owner.token)
  expect(running()).toBe(21)
  // Rejected streams do not count, and streams that the server ended no longer count.
  await (await open(null)).rest()
  await (await open(owner.token, 'nonsense')).rest()
  expect(running()).toBe(21)
  await owner.mutate('apiKeyRevoke', { id: key.id })
  await other.rest()
  await expect.poll(running).toBe(20)
  for (const stream of [...streams, another]) await stream.leave()
  await expect.poll(running).toBe(0)
})

test('a process limits open streams across all callers', () => {
  const streams = new Streams({ perActor: 2, perProcess: 3 })
  const gateway = (id: string) => ({ kind: 'GATEWAY' as const, id, name: id })
  const end = streams.begin(gateway('a'))
  streams.begin(gateway('a'))
  expect(() => streams.begin(gateway('a'))).toThrow(RequestError)
  streams.begin(gateway('b'))
  expect(() => streams.begin(gateway('c'))).toThrow(/reached its maximum of open streams/)
  end()
  end()
  expect(streams.open).toBe(2)
  streams.begin(gateway('c'))
  expect(() => streams.begin(gateway('c'))).toThrow(/maximum of open streams/)
})

const key = (organizationId: string, id: number) => ({
  kind: 'API_KEY' as const,
  id: `${organizationId} ${id}`,
  name: 'key',
  organizationId,
  projectId: 'project',
  secretVersion: 1,
  models: [],
})

// Failed before: 101 keys of one organization held all 2,000 streams.
test('an organization’s maximum of open streams applies across all of its keys', () => {
  const { most } = STREAMS.organization
  const streams = new Streams(STREAMS)
  const ends = Array.from({ length: most }, (_, id) => streams.begin(key('a', id), 'a'))
  expect(() => streams.begin(key('a', most), 'a')).toThrow(/This organization has 200 open streams/)
  streams.begin(key('b', 0), 'b')
  ends[0]?.()
  streams.begin(key('a', most), 'a')
  expect(streams.open).toBe(most + 1)
})

test('the last streams of a process are reserved for organizations with few open streams', () => {
  const { most, reserved, mostReserved } = STREAMS.organization
  const streams = new Streams(STREAMS)
  const taken = STREAMS.perProcess - reserved
  for (let index = 0; index < taken; index += 1) {
    const organization = `greedy ${Math.floor(index / (most - 1))}`
    streams.begin(key(organization, index), organization)
  }
  expect(() => streams.begin(key('greedy 0', taken), 'greedy 0')).toThrow(/reserves them for organizations/)
  for (let index = 0; index < mostReserved; index += 1) streams.begin(key('small', index), 'small')
  expect(() => streams.begin(key('small', mostReserved), 'small')).toThrow(/reserves them for organizations/)
  for (let index = streams.open; index < STREAMS.perProcess; index += 1) streams.begin(key('x', index), `org ${index}`)
  expect(() => streams.begin(key('x', 9_999), 'org 9999')).toThrow(/has reached its maximum of open streams/)
})
