import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type GatewayWorld, startGatewayWorld } from '../../clients/gateway-module/setting.ts'
import { clientOf, ORIGIN } from '../../infra/app.ts'
import { decided } from '../../infra/decided.ts'

/*
 * Windows of budgets follow the time zone of the organization, at the graph, the forward-auth endpoint and the gateway
 * module alike. Failed while every window was one of UTC.
 */

let world: GatewayWorld
beforeAll(async () => {
  world = await startGatewayWorld()
})
afterAll(() => world?.close())

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const now = (): number => world.database.clock.now().getTime()
const iso = (at: number): string => new Date(at).toISOString()

/** Moves the clock of the database to the next time of day, UTC, that is at least an hour ahead. Waits for the gateway. */
async function goTo(timeOfDay: string): Promise<number> {
  const soon = now() + HOUR_MS
  let at = Date.parse(`${iso(soon).slice(0, 10)}T${timeOfDay}Z`)
  if (at < soon) at += DAY_MS
  world.database.clock.advance(at - now())
  await world.caughtUp()
  return at
}

async function createOrganization(timeZone?: string) {
  const { id: organizationId } = await world.owner.organizations.create({ name: `Zone ${crypto.randomUUID()}` })
  if (timeZone) await world.owner.organizations.update({ id: organizationId, timeZone })
  const { id: projectId } = await world.owner.projects.create({ organizationId, name: 'Zoned' })
  const tag = { key: 'team', value: 'search' }
  const { apiKey, secret } = await world.owner.apiKeys.create({ projectId, name: 'zoned', tags: [tag] })
  return { organizationId, projectId, tag, keyId: apiKey.id, secret }
}

interface Ask {
  secret: string
  consumer?: string
  estimatedCost?: string
}

interface Outcome {
  outcome: string
  retryAfterSeconds: number | null
  limits: { scope: string; kind: string; resetsAt: string | null }[]
}

/** The three ways to ask for a decision that charges limits. */
const ENTRANCES: Record<string, (ask: Ask) => Promise<Outcome>> = {
  async graph({ secret, ...ask }) {
    const [answer] = await world.gateway.apiKeys.authorize([{ secret, ...ask }])
    return read(answer)
  },
  async module({ secret, ...ask }) {
    return read(await decided(() => world.module.authorize(secret, ask)))
  },
  async endpoint({ secret, consumer, estimatedCost }) {
    const headers = new Headers({ authorization: `Bearer ${secret}`, 'keyward-gateway': world.gatewayToken })
    if (consumer) headers.set('keyward-consumer', consumer)
    if (estimatedCost) headers.set('keyward-estimated-cost', estimatedCost)
    const response = await world.fetch(`${ORIGIN}/authorize`, { headers })
    const retryAfter = response.headers.get('retry-after')
    return {
      outcome: response.headers.get('keyward-reason') || 'ALLOWED',
      retryAfterSeconds: retryAfter === null ? null : Number(retryAfter),
      limits: [],
    }
  },
}

function read(answer: Awaited<ReturnType<GatewayWorld['module']['authorize']>> | undefined): Outcome {
  if (!answer) throw new Error('No answer')
  const limits = answer.limits.map(({ scope, kind, resetsAt }) => ({ scope, kind, resetsAt }))
  return answer.__typename === 'ApiKeyDenied'
    ? { outcome: answer.reason, retryAfterSeconds: answer.retryAfterSeconds, limits }
    : { outcome: 'ALLOWED', retryAfterSeconds: null, limits }
}

const outcomes = async (ask: Ask): Promise<Record<string, string>> => {
  const found: Record<string, string> = {}
  for (const [name, entrance] of Object.entries(ENTRANCES)) found[name] = (await entrance(ask)).outcome
  return found
}

const DENIED = { graph: 'BUDGET_EXCEEDED', module: 'BUDGET_EXCEEDED', endpoint: 'BUDGET_EXCEEDED' }
const ALLOWED = { graph: 'ALLOWED', module: 'ALLOWED', endpoint: 'ALLOWED' }

const statusOf = async (keyId: string) => (await world.owner.apiKeys.getLimits(keyId)).budgetStatus

test('daily budgets of every owner in the time zone of Kolkata reset at 18:30 UTC at every interface', async () => {
  await goTo('12:00:00.000')
  const { organizationId, projectId, tag, keyId, secret } = await createOrganization('Asia/Kolkata')
  const budgets = [{ period: 'DAY' as const, usd: '1' }]
  await world.owner.organizations.setUsageLimits({ organizationId, budgets })
  await world.owner.organizations.setTagLimits({ organizationId, tag, budgets })
  await world.owner.projects.setUsageLimits({ projectId, budgets })
  await world.owner.projects.setConsumerLimits({ projectId, budgets })
  await world.owner.apiKeys.setLimits({ id: keyId, budgets })
  const at = await goTo('18:29:00.000')
  const resetsAt = iso(at + 60_000)
  const ask = { secret, consumer: 'ada', estimatedCost: '0.3' }
  for (const name of ['graph', 'module'] as const) {
    const { outcome, limits } = (await ENTRANCES[name]?.(ask)) ?? expect.unreachable()
    expect(outcome).toBe('ALLOWED')
    expect(Object.fromEntries(limits.map((limit) => [limit.scope, limit.resetsAt]))).toEqual({
      API_KEY: resetsAt,
      PROJECT: resetsAt,
      ORGANIZATION: resetsAt,
      TAG: resetsAt,
      CONSUMER: resetsAt,
    })
  }
  expect((await ENTRANCES.endpoint?.(ask))?.outcome).toBe('ALLOWED')
  expect(await outcomes(ask)).toEqual(DENIED)
  for (const entrance of Object.values(ENTRANCES)) {
    const { retryAfterSeconds } = await entrance(ask)
    expect(retryAfterSeconds).toBeGreaterThan(0)
    expect(retryAfterSeconds).toBeLessThanOrEqual(60)
  }
  const day = { windowStart: iso(at + 60_000 - DAY_MS), resetsAt, period: 'DAY' }
  expect(await statusOf(keyId)).toMatchObject([day])
  const { data } = await clientOf(world.app, world.ownerToken).ask(
    `query ($organization: ID!, $project: ID!) {
      organization(id: $organization) { budgetStatus { ...Day } tagLimits(first: 1) { budgetStatus { ...Day } } }
      project(id: $project) { budgetStatus { ...Day } consumer(name: "ada") { budgetStatus { ...Day } } }
    }
    fragment Day on BudgetStatus { period windowStart resetsAt }`,
    { organization: organizationId, project: projectId },
  )
  expect(data).toEqual({
    organization: { budgetStatus: [day], tagLimits: [{ budgetStatus: [day] }] },
    project: { budgetStatus: [day], consumer: { budgetStatus: [day] } },
  })
  world.database.clock.advance(61_000)
  await world.caughtUp()
  expect(await outcomes(ask)).toEqual(ALLOWED)
  expect(await statusOf(keyId)).toMatchObject([{ windowStart: resetsAt, resetsAt: iso(at + 60_000 + DAY_MS) }])
})

test('after a time zone change, the current window ends as announced', async () => {
  const noon = await goTo('12:00:00.000')
  const midnight = noon + 12 * HOUR_MS
  const { organizationId, keyId, secret } = await createOrganization()
  await world.owner.apiKeys.setLimits({ id: keyId, budgets: [{ period: 'DAY', usd: '1' }] })
  const ask = { secret, estimatedCost: '0.3' }
  expect(await outcomes(ask)).toEqual(ALLOWED)
  expect(await outcomes(ask)).toEqual(DENIED)
  await world.owner.organizations.update({ id: organizationId, timeZone: 'Asia/Kolkata' })
  // And back, and to a zone whose day ends later: what was announced stays.
  await world.owner.organizations.update({ id: organizationId, timeZone: 'America/New_York' })
  await world.owner.organizations.update({ id: organizationId, timeZone: 'Asia/Kolkata' })
  const announced = { windowStart: iso(midnight - DAY_MS), resetsAt: iso(midnight), reserved: '0.9' }
  await expect.poll(() => statusOf(keyId), { timeout: 15_000 }).toMatchObject([announced])
  expect(await outcomes(ask)).toEqual(DENIED)
  await goTo('18:31:00.000')
  expect(await outcomes(ask)).toEqual(DENIED)
  expect(await statusOf(keyId)).toMatchObject([announced])
  await goTo('00:00:01.000')
  expect(await outcomes(ask)).toEqual(ALLOWED)
  expect(await outcomes(ask)).toEqual(DENIED)
  const next = { windowStart: iso(midnight), resetsAt: iso(midnight + 18.5 * HOUR_MS) }
  expect(await statusOf(keyId)).toMatchObject([next])
  await goTo('18:30:01.000')
  expect(await outcomes(ask)).toEqual(ALLOWED)
  expect(await statusOf(keyId)).toMatchObject([
    { windowStart: next.resetsAt, resetsAt: iso(midnight + 42.5 * HOUR_MS) },
  ])
})

test('usage and new budgets count from local midnight, even if that is at half past an hour in UTC', async () => {
  const at = await goTo('19:00:00.000')
  const { organizationId, keyId } = await createOrganization('Asia/Kolkata')
  const record = (minutes: number, cost: string) =>
    world.gateway.usage.record({
      events: [
        {
          eventId: crypto.randomUUID(),
          credentialId: keyId,
          workload: 'INFERENCE',
          occurredAt: iso(at + minutes * 60_000),
          cost,
        },
      ],
    })
  await record(-31, '0.5')
  await record(-29, '0.25')
  await world.owner.apiKeys.setLimits({ id: keyId, budgets: [{ period: 'DAY', usd: '1', alertThresholds: [50] }] })
  expect(await statusOf(keyId)).toMatchObject([{ spent: '0.25', windowStart: iso(at - 30 * 60_000) }])
  await record(-32, '0.125')
  await record(-1, '0.125')
  await record(0, '0.125')
  await expect.poll(() => statusOf(keyId), { timeout: 15_000 }).toMatchObject([{ spent: '0.5' }])
  // Alerts look at the same window.
  await expect
    .poll(
      async () => {
        const alerts: unknown[] = []
        for await (const { action, details } of world.owner.auditLog.list({
          organizationId,
          filter: { actions: ['budget.alerted'] },
        }))
          alerts.push({ action, ...Object.fromEntries(details.map(({ name, value }) => [name, value])) })
        return alerts
      },
      { timeout: 20_000 },
    )
    .toMatchObject([{ percent: '50', windowStart: iso(at - 30 * 60_000) }])
})

// Failed while each event looked for the window of each of its limits: 1,000 events held the server for half a second.
test('a batch of usage events looks up each budget window once', async () => {
  const { projectId, keyId } = await createOrganization('Asia/Kolkata')
  const budgets = (['DAY', 'WEEK', 'MONTH'] as const).map((period) => ({ period, usd: '1000' }))
  await world.owner.apiKeys.setLimits({ id: keyId, budgets })
  await world.owner.projects.setUsageLimits({ projectId, budgets })
  const event = { credentialId: keyId, workload: 'INFERENCE', cost: '0.001' } as const
  // Each boundary of a window takes it to find the first moment of a day.
  const boundaries = vi.spyOn(Date.prototype, 'setUTCFullYear')
  try {
    const events = Array.from({ length: 500 }, () => ({ ...event, eventId: crypto.randomUUID() }))
    const { rejected } = await world.gateway.usage.record({ events })
    expect(rejected).toEqual([])
    expect(boundaries.mock.calls.length).toBeLessThan(200)
  } finally {
    boundaries.mockRestore()
  }
})
