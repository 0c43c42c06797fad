import { randomUUID } from 'node:crypto'
import { createGateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hourOf } from '../../../schema/denial/count.ts'
import { recordDenials } from '../../../schema/denial/record.ts'
import { DENIALS_KEPT_DAYS, removeOldDenials } from '../../../schema/denial/retention.ts'
import { ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

const DAY_MS = 86_400_000

let app: TestApp
let owner: Awaited<ReturnType<TestApp['signUp']>>
let gateway: TestGateway
let organizationId: string
let projectId: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  const made = await createOrganization(owner, 'Denied')
  organizationId = made.id
  projectId = made.defaultProject
  gateway = await startGateway(app)
})
afterAll(() => app?.close())

const SERIES = 'total buckets { groups { reason credential { id } denials } }'

interface Group {
  reason: string | null
  credential: { id: string } | null
  denials: string
}

/** The denials of the last two days: their total, and their groups in all buckets. */
async function denialsOf(field: string, id: string, groupBy: string[] = []) {
  const type = field === 'node' ? 'UsageInput' : 'DenialsInput'
  const at =
    field === 'node' ? `... on ApiKey { denials(input: $input) { ${SERIES} } }` : `denials(input: $input) { ${SERIES} }`
  const now = app.app.runtime.database.clock.now().getTime()
  const input = { from: new Date(now - DAY_MS), to: new Date(now + 1), ...(field === 'node' ? {} : { groupBy }) }
  const query = `query ($id: ID!, $input: ${type}!) { answer: ${field}(id: $id) { ${at} } }`
  const { data, errors } = await owner.ask(query, { id, input })
  if (errors) throw new Error(JSON.stringify(errors))
  const { total, buckets } = data.answer.denials
  return { total, groups: buckets.flatMap(({ groups }: { groups: Group[] }) => groups) }
}

test('denials count every denied decision from GraphQL and /authorize', async () => {
  const one = await createKey(owner, projectId, 'one')
  const other = await createKey(owner, projectId, 'other')
  await owner.mutate('apiKeyScopesSet', { id: one.id, workloads: ['BATCH'] })
  await owner.mutate('apiKeyRevoke', { id: other.id })
  const reasonOf = async (secret: string) =>
    (await gateway.authorize(secret, { 'keyward-workload': 'INFERENCE' })).headers.get('keyward-reason')
  await expect.poll(() => reasonOf(one.secret)).toBe('WORKLOAD_NOT_ALLOWED')
  await expect.poll(() => reasonOf(other.secret)).toBe('REVOKED')
  const { denials } = app.app.runtime
  await denials.flush()
  const before = { one: await denialsOf('node', one.id), other: await denialsOf('node', other.id) }
  const unknown = await app.app.runtime.database.sql('SELECT * FROM denial_hourly')

  for (let index = 0; index < 3; index += 1) await reasonOf(one.secret)
  for (let index = 0; index < 2; index += 1) await gateway.verify({ secret: one.secret, workload: 'INFERENCE' })
  for (let index = 0; index < 4; index += 1) await reasonOf(other.secret)
  await gateway.authorize(one.secret, { 'keyward-workload': 'BATCH' })
  for (const secret of ['sk-unknown', 'kw_proj_mistyped']) await reasonOf(secret)
  await denials.flush()

  const added = async (id: string, { total }: { total: string }) => {
    const after = await denialsOf('node', id)
    return { count: Number(after.total) - Number(total), reasons: after.groups.map(({ reason }: Group) => reason) }
  }
  expect(await added(one.id, before.one)).toEqual({ count: 5, reasons: ['WORKLOAD_NOT_ALLOWED'] })
  expect(await added(other.id, before.other)).toEqual({ count: 4, reasons: ['REVOKED'] })
  // Neither secret was stored, nor anything in its place.
  expect(await app.app.runtime.database.sql('SELECT * FROM denial_hourly')).toHaveLength(unknown.length)

  const all = Number(before.one.total) + Number(before.other.total) + 9
  const ofProject = await denialsOf('project', projectId, ['CREDENTIAL'])
  expect(Number(ofProject.total)).toBe(all)
  expect(new Set(ofProject.groups.map(({ credential }: Group) => credential?.id))).toEqual(new Set([one.id, other.id]))
  const ofOrganization = await denialsOf('organization', organizationId)
  expect(Number(ofOrganization.total)).toBe(all)
  expect(ofOrganization.groups[0]).toMatchObject({ reason: null, credential: null, denials: String(all) })
})

// Failed while the module reported no denials, and while a batch whose response was lost was reported anew.
test('a gateway module reports its denials once, even if the response to a report is lost', async () => {
  const { id, secret } = await createKey(owner, projectId, 'in the module')
  await owner.mutate('apiKeyScopesSet', { id, workloads: ['BATCH'] })
  let lost = 0
  let confirmed = 0
  const fetch = async (to: string | URL | Request, init?: RequestInit) => {
    const response = await app.app.fetch(new Request(to, init))
    if (!String(init?.body).includes('batchId')) return response
    if (lost > 1) {
      confirmed += 1
      return response
    }
    lost += 1
    throw new TypeError('The response is lost')
  }
  const module = createGateway({ baseUrl: ORIGIN, token: gateway.token, fetch })
  await module.ready()
  const ask = async (workload: 'BATCH' | 'INFERENCE') => (await module.authorize(secret, { workload })).__typename
  for (let index = 0; index < 6; index += 1) expect(await ask('INFERENCE')).toBe('ApiKeyDenied')
  expect(await ask('BATCH')).toBe('ApiKeyAllowed')
  await module.authorize('sk-unknown')
  await expect.poll(async () => (await denialsOf('node', id)).total).toBe('6')
  await expect.poll(() => confirmed).toBe(1)
  for (let index = 0; index < 3; index += 1) await ask('INFERENCE')
  // The last report of a gateway that closes carries the rest.
  await module.close()
  expect(await denialsOf('node', id)).toMatchObject({ total: '9', groups: [{ reason: 'WORKLOAD_NOT_ALLOWED' }] })
})

// Failed while a batch was added without its id.
test('a batch of denials that is sent twice counts once', async () => {
  const { database } = app.app.runtime
  const { id } = await createKey(owner, projectId, 'repeated')
  const [row] = await database.sql<{ id: string; organization_id: string; project_id: string }>(
    "SELECT id, organization_id, project_id FROM api_key WHERE name = 'repeated'",
  )
  if (!row) throw new Error('The key is not there')
  const count = {
    kind: 'API_KEY' as const,
    id: row.id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    reason: 'EXPIRED' as const,
    hour: new Date(hourOf(database.clock.now().getTime())),
    count: 7,
  }
  const batch = randomUUID()
  await Promise.all(Array.from({ length: 4 }, () => recordDenials(database, batch, [count, count])))
  expect((await denialsOf('node', id)).total).toBe('14')
  await recordDenials(database, randomUUID(), [count])
  expect((await denialsOf('node', id)).total).toBe('21')
})

// Failed while only the first batch was written.
test('denials of more credentials than fit into one transaction are all recorded', async () => {
  const { database, denials } = app.app.runtime
  const [row] = await database.sql<{ organization_id: string; project_id: string }>(
    'SELECT organization_id, project_id FROM api_key LIMIT 1',
  )
  if (!row) throw new Error('No key exists')
  const place = { organizationId: row.organization_id, projectId: row.project_id, kind: 'API_KEY' as const }
  const now = database.clock.now().getTime()
  const ids = Array.from({ length: 1_200 }, () => randomUUID())
  for (const id of ids) denials.count({ ...place, id }, 'PAUSED', now)
  await database.sql('ALTER TABLE denial_hourly RENAME TO gone')
  await expect(denials.flush()).rejects.toThrow()
  denials.count({ ...place, id: ids[0] ?? '' }, 'PAUSED', now)
  await database.sql('ALTER TABLE gone RENAME TO denial_hourly')
  await denials.flush()
  const recorded = await database.sql<{ count: number; sum: number }>(
    "SELECT count(*)::int, sum(denials)::int FROM denial_hourly WHERE reason = 'PAUSED'",
  )
  expect(recorded).toEqual([{ count: 1_200, sum: 1_201 }])
})

test('denials past their retention are deleted', async () => {
  const { database } = app.app.runtime
  const rows = async () => (await database.sql('SELECT FROM denial_hourly')).length
  expect(await rows()).toBeGreaterThan(0)
  expect(await removeOldDenials(database)).toBe(0)
  database.clock.advance((DENIALS_KEPT_DAYS + 1) * DAY_MS)
  expect(await removeOldDenials(database, 2)).toBeGreaterThan(0)
  expect([await rows(), (await database.sql('SELECT FROM denial_batch')).length]).toEqual([0, 0])
})
