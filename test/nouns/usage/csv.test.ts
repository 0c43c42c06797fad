import { afterAll, beforeAll, expect, test } from 'vitest'
import { ORIGIN } from '../../infra/app.ts'
import { ACTORS, createKey } from '../../infra/world.ts'
import { DAY_MS, HOUR_MS, startUsageWorld, type UsageWorld } from './setting.ts'

const DANGEROUS = `=HYPERLINK("http://evil.example","a"),b`

let world: UsageWorld
let dangerous: string

beforeAll(async () => {
  world = await startUsageWorld()
  const { as, ids } = world
  dangerous = (await createKey(as.owner, ids.project, DANGEROUS)).id
  const days = [1, 2, 3].map((day) => world.event({ credentialId: dangerous, occurredAt: world.ago(day * DAY_MS) }))
  const other = world.event({ credentialId: ids.otherProjectKey, workload: 'BATCH', occurredAt: world.ago(DAY_MS) })
  const foreign = world.event({ credentialId: ids.foreign.apiKey })
  expect(await world.record([...days, other, foreign])).toMatchObject({ recorded: 5 })
})
afterAll(() => world?.close())

const get = (query: Record<string, string>, headers: Record<string, string>, method = 'GET') =>
  world.app.fetch(new Request(`${ORIGIN}/export/costs.csv?${new URLSearchParams(query)}`, { method, headers }))

const ask = (query: Record<string, string>, actor: (typeof ACTORS)[number] = 'owner') => {
  const { token } = world.as[actor]
  const times = { from: world.ago(10 * DAY_MS), to: world.ago(0) }
  return get({ ...times, ...query }, token === null ? {} : { authorization: `Bearer ${token}` })
}

const lines = async (response: Response) => {
  expect(response.status).toBe(200)
  const text = await response.text()
  expect(text.endsWith('\r\n')).toBe(true)
  return text.slice(0, -2).split('\r\n')
}

test('costs are downloaded as CSV with a column for each requested dimension', async () => {
  const { ids } = world
  const response = await ask({ organizationId: ids.organization, groupBy: 'WORKLOAD,PROJECT,LINE_ITEM' })
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
  expect(response.headers.get('content-disposition')).toMatch(
    /^attachment; filename="costs-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv"$/,
  )
  expect(response.headers.get('cache-control')).toBe('no-store')
  const [head, ...rows] = await lines(response)
  expect(head).toBe('start,end,project_id,project_name,workload,line_item,quantity,unit,requests,cost_usd')
  const day = (past: number) => `${world.ago(past * DAY_MS).slice(0, 10)}T00:00:00.000Z`
  const production = (past: number) =>
    `${day(past)},${day(past - 1)},${ids.project},Production,INFERENCE,INPUT_TOKENS,1000000,TOKENS,1,1`
  const research = `${day(1)},${day(0)},${ids.otherProject},Research,BATCH,INPUT_TOKENS,1000000,TOKENS,1,1`
  expect([...rows].sort()).toEqual([production(3), production(2), production(1), research].sort())
  expect(rows.map((row) => row.slice(0, 24))).toEqual([day(3), day(2), day(1), day(1)])
})

test('the CSV file quotes names and neutralizes formulas', async () => {
  const { ids } = world
  const query = { projectId: ids.project, groupBy: 'CREDENTIAL,USER,MODEL', credentialIds: dangerous }
  const [head, first] = await lines(await ask(query))
  expect(head).toBe('start,end,credential_kind,credential_id,credential_name,user_id,user_name,model,requests,cost_usd')
  expect(first).toContain(
    `,API_KEY,${dangerous},"'=HYPERLINK(""http://evil.example"",""a""),b",${ids.user.owner},Canary owner,public/chat,1,1`,
  )
})

test('the CSV endpoint accepts the same filters and granularities as the GraphQL API', async () => {
  const hours = await lines(
    await ask({
      projectId: world.ids.otherProject,
      granularity: 'HOUR',
      workloads: 'BATCH,INFERENCE',
      from: world.ago(DAY_MS + HOUR_MS),
    }),
  )
  expect(hours).toHaveLength(2)
  const [start = '', end = '', requests, cost] = hours[1]?.split(',') ?? []
  expect([new Date(end).getTime() - new Date(start).getTime(), requests, cost]).toEqual([HOUR_MS, '1', '1'])
  const none = await ask({ organizationId: world.ids.organization, credentialIds: world.ids.foreign.apiKey })
  expect(await lines(none)).toHaveLength(1)
})

test('only callers who can read the costs can download the CSV file', async () => {
  const { ids } = world
  const admins = ['owner', 'admin', 'adminAccount']
  const people = [...admins, 'projectAdmin', 'projectMember', 'projectAdminAccount', 'projectMemberAccount']
  const statuses = async (query: Record<string, string>) => {
    const found: Record<string, number> = {}
    for (const actor of ACTORS) {
      const response = await ask(query, actor)
      found[actor] = response.status
      const text = await response.text()
      if (response.status !== 200) expect(JSON.parse(text).errors[0].extensions.code).toMatch(/^[A-Z_]+$/)
    }
    return found
  }
  const out = {
    anonymous: 401,
    expiredKey: 401,
    revokedKey: 401,
    former: 404,
    foreignOwner: 404,
    foreignKey: 404,
    gateway: 404,
  }
  const organization = await statuses({ organizationId: ids.organization })
  for (const actor of ACTORS) {
    const wanted = admins.includes(actor) ? 200 : (Object.entries(out).find(([name]) => name === actor)?.[1] ?? 403)
    expect([actor, organization[actor]]).toEqual([actor, wanted])
  }
  const project = await statuses({ projectId: ids.project })
  const unseen = { ...out, otherProjectKey: 404, legacyKey: 404 }
  for (const actor of ACTORS) {
    const wanted = people.includes(actor) ? 200 : (Object.entries(unseen).find(([name]) => name === actor)?.[1] ?? 403)
    expect([actor, project[actor]]).toEqual([actor, wanted])
  }
})

test('the CSV endpoint gives the same response for missing and foreign ids', async () => {
  const { ids } = world
  const answers = new Set<string>()
  for (const id of [ids.foreign.organization, 'org_00000000000000000000000000', ids.project, 'nonsense', '']) {
    const response = await ask({ organizationId: id })
    expect(response.status).toBe(404)
    answers.add((await response.text()).replace(/"requestId":"[^"]*"/, ''))
  }
  expect(answers.size).toBe(1)
})

test.each<[string, Record<string, string>, RegExp]>([
  ['an empty time', { from: '' }, /^from: /],
  ['a day that does not exist', { from: '2026-02-30T00:00:00Z' }, /^from: /],
  ['an unknown parameter', { groupby: 'USER' }, /Unknown parameter `groupby`/],
  ['an unknown dimension', { groupBy: 'COLOR' }, /^groupBy\.0: /],
  ['an unknown granularity', { granularity: 'MINUTE' }, /^granularity: /],
  ['more than 400 days', { from: '2020-01-01T00:00:00Z' }, /at most 400 days/],
  ['two scopes', { projectId: 'prj_x' }, /either `organizationId`/],
])('the CSV endpoint rejects a query with %s', async (_what, query, message) => {
  const response = await ask({ organizationId: world.ids.organization, ...query })
  expect(response.status).toBe(400)
  const [error] = ((await response.json()) as { errors: { message: string; extensions: { code: string } }[] }).errors
  expect(error?.extensions.code).toBe('BAD_REQUEST')
  expect(error?.message).toMatch(message)
})

test('the CSV endpoint accepts only GET, with a session cookie or a bearer token', async () => {
  const { token } = world.as.owner
  expect((await get({}, { authorization: `Bearer ${token}` }, 'POST')).status).toBe(405)
  const query = { organizationId: world.ids.organization, from: world.ago(DAY_MS), to: world.ago(0) }
  const cookie = `keyward.session_token=${encodeURIComponent(token ?? '')}`
  expect((await get(query, { cookie })).status).toBe(200)
})

test('a CSV export ends early if the caller loses the role meanwhile', async () => {
  const { as, database, ids } = world
  const scope = await database.sql<{ organization_id: string; project_id: string }>(
    `SELECT organization_id, project_id FROM usage_record WHERE project_id = (SELECT id FROM project WHERE name = 'Research' LIMIT 1) LIMIT 1`,
  )
  // Sums of many keys on two days, more than one page of the export.
  await database.sql(
    `INSERT INTO usage_hourly SELECT $1::uuid, date_trunc('day', $3::timestamptz) - d * interval '1 day', $2::uuid,
        'API_KEY', gen_random_uuid(), NULL, 'INFERENCE', '00000000-0000-0000-0000-000000000000', 'OTHER', 1, 1, 0, 0.5
      FROM generate_series(1, 4500) AS n, generate_series(5, 6) AS d`,
    [scope[0]?.organization_id, scope[0]?.project_id, world.ago(0)],
  )
  const query = {
    projectId: ids.otherProject,
    groupBy: 'CREDENTIAL',
    from: world.ago(8 * DAY_MS),
    to: world.ago(4 * DAY_MS),
  }
  const rows = (await lines(await ask(query))).slice(1)
  expect(rows).toHaveLength(9_000)
  const ordered = rows.map((row) => row.split(',').slice(0, 4).join())
  expect(new Set(ordered).size).toBe(9_000)
  expect(ordered).toEqual([...ordered].sort())

  const leaving = await ask(query, 'admin')
  const reader = leaving.body?.getReader()
  await reader?.read()
  await reader?.read()
  await as.owner.mutate('memberRemove', { id: ids.member.admin })
  const rest = async () => {
    while (!(await reader?.read())?.done);
  }
  await expect(rest()).rejects.toThrow(/usage:readProject/)
})
