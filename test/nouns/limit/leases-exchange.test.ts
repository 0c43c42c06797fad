import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

/* The server's side of leases: two connections without a gateway module share a budget. */

let app: TestApp
let owner: Client
let gateway: TestGateway
let project: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  gateway = await startGateway(app)
  project = (await createOrganization(owner, 'Leasing')).defaultProject
})
afterAll(() => app?.close())

const SELECTION = `leases { leaseId granted taken remaining idleWithOthers resetsAt } rates { scopeId granted remaining requestsPerMinute }`

const exchange = (connectionId: string, leases: object[], rates: object[] = []): Promise<Json> =>
  gateway.client.mutate('limitLeasesExchange', { connectionId, leases, rates }, SELECTION)

const ask = (scopeId: string, leaseId: string, amounts: object) => ({
  scopeId,
  leaseId,
  period: 'TOTAL',
  windowStart: '1970-01-01T00:00:00Z',
  used: '0',
  returned: '0',
  need: '0',
  want: '0',
  least: '0',
  ...amounts,
})

test('an exchange can grant more than the need', async () => {
  const key = await createKey(owner, project, 'leased')
  await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ period: 'TOTAL', usd: '100' }] })
  const [one, other] = [randomUUID(), randomUUID()]
  const [mine, theirs] = [randomUUID(), randomUUID()]
  const first = await exchange(one, [ask(key.id, mine, { need: '0.5', least: '0.5', want: '50' })])
  expect(first.leases).toMatchObject([{ leaseId: mine, granted: '1', taken: '1', remaining: '99' }])
  const second = await exchange(other, [ask(key.id, theirs, { need: '99.5', least: '99.5' })])
  expect(second.leases).toMatchObject([{ granted: '0', remaining: '99', idleWithOthers: '1' }])
  // Reports are running totals, so a repeated one counts once.
  for (let time = 0; time < 2; time++) await exchange(one, [ask(key.id, mine, { used: '0.5', returned: '0.5' })])
  const third = await exchange(other, [ask(key.id, theirs, { need: '99.5', least: '99.5' })])
  expect(third.leases).toMatchObject([{ granted: '99.5', taken: '99.5', remaining: '0' }])
})

test("a connection can neither use nor report another connection's lease", async () => {
  const key = await createKey(owner, project, 'not mine')
  await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ period: 'TOTAL', usd: '1' }] })
  const lease = randomUUID()
  await exchange(randomUUID(), [ask(key.id, lease, { need: '0.4', least: '0.4' })])
  expect((await exchange(randomUUID(), [ask(key.id, lease, { returned: '0.4' })])).leases).toEqual([])
})

test('an exchange grants rates in whole requests', async () => {
  const key = await createKey(owner, project, 'rated lease')
  await owner.mutate('apiKeyLimitsSet', { id: key.id, requestsPerMinute: 10 })
  const rates = [{ scopeId: key.id, back: 0, need: 4, want: 100 }]
  expect((await exchange(randomUUID(), [], rates)).rates).toMatchObject([
    { scopeId: key.id, granted: 4, remaining: 6, requestsPerMinute: 10 },
  ])
  const unlimited = await createKey(owner, project, 'unlimited')
  const nothing = await exchange(
    randomUUID(),
    [ask(unlimited.id, randomUUID(), { need: '1', least: '1' })],
    [{ scopeId: 'nothing', back: 0, need: 1, want: 0 }],
  )
  expect(nothing).toMatchObject({ leases: [], rates: [] })
})

test('the server decides the window of a lease, even if an older gateway sends another window', async () => {
  const { id, defaultProject } = await createOrganization(owner, 'Leasing by another calendar')
  await owner.mutate('organizationUpdate', { id, timeZone: 'Pacific/Kiritimati' }, 'organization { timeZone }')
  const key = await createKey(owner, defaultProject, 'zoned')
  await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ period: 'MONTH', usd: '1' }] })
  const [one, other] = [randomUUID(), randomUUID()]
  const asked = { need: '0.6', least: '0.6', period: 'MONTH' }
  const first = await exchange(one, [ask(key.id, randomUUID(), { ...asked, windowStart: '2026-11-02T00:00:00Z' })])
  const { windowStart: _, ...withoutWindow } = ask(key.id, randomUUID(), asked)
  const second = await exchange(other, [withoutWindow])
  const { data } = await owner.ask(
    'query ($id: ID!) { node(id: $id) { ... on ApiKey { budgetStatus { resetsAt } } } }',
    {
      id: key.id,
    },
  )
  const [{ resetsAt }] = data.node.budgetStatus
  expect(resetsAt.slice(10)).toBe('T10:00:00.000Z')
  expect(first.leases).toMatchObject([{ granted: '0.6', resetsAt }])
  expect(second.leases).toMatchObject([{ granted: '0', remaining: '0.4', resetsAt }])
})

/** Moves the database's clock to the next time of day, UTC, that is at least an hour ahead. */
function goTo(timeOfDay: string): void {
  const now = app.database.clock.now().getTime()
  const soon = now + 3_600_000
  const at = Date.parse(`${new Date(soon).toISOString().slice(0, 10)}T${timeOfDay}Z`)
  app.database.clock.advance((at < soon ? at + 86_400_000 : at) - now)
}

async function createDaily(name: string, timeZone?: string) {
  const { id: organizationId, defaultProject } = await createOrganization(owner, name)
  if (timeZone) await owner.mutate('organizationUpdate', { id: organizationId, timeZone })
  const { id } = await createKey(owner, defaultProject, 'daily')
  const setBudgets = (budgets: object[]) => owner.mutate('apiKeyLimitsSet', { id, budgets })
  await setBudgets([{ period: 'DAY', usd: '1' }])
  return { organizationId, id, setBudgets }
}

const daily = (scopeId: string, leaseId: string, amounts: object) =>
  ask(scopeId, leaseId, { period: 'DAY', ...amounts })

// Failed while only the window of a lease was looked at: 1.9 dollars of a budget of 1 dollar a day.
test('a lease whose window has ended gets no further grants', async () => {
  const { id } = await createDaily('Kolkata', 'Asia/Kolkata')
  goTo('18:20:00.000')
  const [late, lease] = [randomUUID(), randomUUID()]
  // It holds the lease until midnight of UTC, as an older gateway module does.
  await exchange(late, [daily(id, lease, { need: '0.1', least: '0.1' })])
  goTo('18:30:00.000')
  app.database.clock.advance(60_000)
  const present = await exchange(randomUUID(), [daily(id, randomUUID(), { need: '1', least: '1' })])
  expect(present.leases).toMatchObject([{ granted: '1' }])
  const past = await exchange(late, [daily(id, lease, { used: '0.1', need: '0.9', least: '0.9' })])
  expect(past.leases).toMatchObject([{ leaseId: lease, granted: '0', taken: '0.1' }])
})

// Failed while the windows were announced only if a budget was set in the moment of the change.
test('a budget that is removed and set again keeps its reserved amount', async () => {
  const { organizationId, id, setBudgets } = await createDaily('Off and on')
  goTo('12:00:00.000')
  await exchange(randomUUID(), [daily(id, randomUUID(), { need: '1', least: '1' })])
  await setBudgets([])
  await owner.mutate('organizationUpdate', { id: organizationId, timeZone: 'Asia/Kolkata' })
  await setBudgets([{ period: 'DAY', usd: '1' }])
  const { leases } = await exchange(randomUUID(), [daily(id, randomUUID(), { need: '1', least: '1' })])
  expect(leases).toMatchObject([{ granted: '0' }])
})

// Failed while answers were matched by the id as it was sent: the amount was reserved, and the response was empty.
test('a lease’s id is returned as it was sent, even in upper case', async () => {
  const { id } = await createDaily('Upper')
  const lease = randomUUID().toUpperCase()
  const { leases } = await exchange(randomUUID(), [daily(id, lease, { need: '0.5', least: '0.5' })])
  expect(leases).toMatchObject([{ leaseId: lease, granted: '0.5' }])
})

test('the database rejects malformed announced windows', async () => {
  await createOrganization(owner, 'Unreadable')
  const set = (windows: unknown) =>
    app.database.sql('UPDATE organization SET announced_windows = $1::jsonb WHERE name = $2', [
      JSON.stringify(windows),
      'Unreadable',
    ])
  const window = { start: 0, end: 1 }
  const whole = { DAY: window, WEEK: window, MONTH: window }
  for (const wrong of [{}, [], 1, { DAY: window }, { ...whole, DAY: { start: 'x', end: 1 } }]) {
    await expect(set(wrong)).rejects.toThrow(/organization_announced_windows/)
  }
})

// Sessions of people end meanwhile.
test('a lease still counts towards its window after the window’s end', async () => {
  const key = await createKey(owner, project, 'turning')
  await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ period: 'MONTH', usd: '1' }] })
  const [connection, lease] = [randomUUID(), randomUUID()]
  const asked = { period: 'MONTH', need: '1', least: '1' }
  const { leases: first } = await exchange(connection, [ask(key.id, lease, asked)])
  expect(first).toMatchObject([{ granted: '1' }])
  app.database.clock.advance(32 * 86_400_000)
  const { leases: second } = await exchange(connection, [
    ask(key.id, lease, { period: 'MONTH', used: '0.25', returned: '0.75' }),
    ask(key.id, randomUUID(), asked),
  ])
  const [reported, opened] = [
    second.find(({ leaseId }: Json) => leaseId === lease),
    second.find(({ leaseId }: Json) => leaseId !== lease),
  ]
  expect(reported).toMatchObject({ remaining: '0.75', resetsAt: first[0].resetsAt })
  expect(opened).toMatchObject({ granted: '1' })
  expect(Date.parse(opened.resetsAt)).toBeGreaterThan(Date.parse(first[0].resetsAt))
})
