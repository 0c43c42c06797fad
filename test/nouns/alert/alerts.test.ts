import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { BudgetAlerts } from '../../../schema/alert/job.ts'
import { decodeId } from '../../../schema/core/ids.ts'
import type { Client, Json } from '../../infra/app.ts'
import { createKey } from '../../infra/world.ts'
import { openStream } from '../api-key/stream.ts'
import { startUsageWorld, type UsageWorld } from '../usage/setting.ts'
import { until } from '../webhook/setting.ts'

// A budget raises one alert per threshold and window. These tests fail if neither the counter nor the audit log is
// locked before it is read, and if raised alerts are not stored.

let world: UsageWorld
/** Other processes that run the same job. */
let others: BudgetAlerts[]
beforeAll(async () => {
  world = await startUsageWorld()
  others = [1, 2].map(() => new BudgetAlerts(world.database, world.app.runtime.changes, 50))
})
afterAll(async () => {
  await Promise.all((others ?? []).map((other) => other.close()))
  await world?.close()
})

let keyId: string
beforeEach(async () => {
  keyId = (await createKey(world.as.owner, world.ids.project, `budgeted ${Math.random()}`)).id
})

const limits = (budgets: object[]) => world.as.owner.mutate('apiKeyLimitsSet', { id: keyId, budgets })
/** Spends an amount and runs the job in every process. */
async function spend(cost: string, occurredAt = world.ago(1_000)): Promise<void> {
  const usage = { credentialId: keyId, model: null, units: null, cost, occurredAt }
  const answer = await world.record([world.event(usage)])
  expect(answer.rejected).toEqual([])
  const scopes = [
    decodeId('ApiKey', keyId),
    decodeId('Project', world.ids.project),
    decodeId('Organization', world.ids.organization),
  ]
  for (const other of others) other.charged(scopes.filter((id) => id !== null))
}

/** Reads the audited alerts of an object, oldest first, once there are this many. Fails if there are more. */
async function alerts(targetId: string, count: number, as: Client = world.as.owner): Promise<Json[]> {
  const query = `query ($id: ID!, $of: ID!) { organization(id: $id) {
    auditLog(filter: { actions: ["budget.alerted"], targetId: $of }) { nodes { actor { kind } target { type name } details { name value } } } } }`
  const look = async (): Promise<Json[]> =>
    (await as.ask(query, { id: world.ids.organization, of: targetId })).data.organization.auditLog.nodes.reverse()
  const found = await until(look, (nodes) => nodes.length >= count)
  // Every process has run the job by then.
  await delay(1_300)
  expect(await look()).toHaveLength(count)
  return found.map(({ details, ...rest }: Json) => ({
    ...rest,
    details: Object.fromEntries(details.map(({ name, value }: Json) => [name, value])),
  }))
}

test('each threshold of a budget raises one alert, even if several processes detect it', async () => {
  await limits([{ period: 'TOTAL', usd: '10', alertThresholds: [50, 80] }])
  await spend('4.999999999')
  expect(await alerts(keyId, 0)).toEqual([])
  await spend('0.000000001')
  expect(await alerts(keyId, 1)).toEqual([
    {
      actor: { kind: 'SYSTEM' },
      target: { type: 'ApiKey', name: expect.stringMatching(/^budgeted/) },
      details: {
        period: 'TOTAL',
        percent: '50',
        spent: '5',
        budget: '10',
        windowStart: '1970-01-01T00:00:00.000Z',
      },
    },
  ])
  // One amount that passes several thresholds raises an alert for the highest only.
  await spend('7')
  expect((await alerts(keyId, 2)).at(-1)?.details).toMatchObject({ percent: '100', spent: '12' })
})

test('a budget without thresholds raises an alert at 100 percent, even again after it is increased', async () => {
  await limits([{ period: 'MONTH', usd: '10', onLimit: 'ALERT' }])
  await spend('12')
  expect((await alerts(keyId, 1))[0].details).toMatchObject({
    period: 'MONTH',
    percent: '100',
    spent: '12',
    budget: '10',
  })
  await limits([{ period: 'MONTH', usd: '20', onLimit: 'ALERT' }])
  await delay(1_300)
  await spend('8')
  expect((await alerts(keyId, 2)).at(-1)?.details).toMatchObject({ percent: '100', spent: '20', budget: '20' })
})

test('lowering a budget below the amount spent raises an alert', async () => {
  await limits([{ period: 'TOTAL', usd: '100' }])
  await spend('9')
  await limits([{ period: 'TOTAL', usd: '10', alertThresholds: [90] }])
  expect((await alerts(keyId, 1))[0].details).toMatchObject({ percent: '90', spent: '9', budget: '10' })
})

test('a threshold that is reached again in a new window raises another alert', async () => {
  await limits([{ period: 'DAY', usd: '10', alertThresholds: [50] }])
  await spend('6')
  await alerts(keyId, 1)
  world.database.clock.advance(24 * 3_600_000)
  await spend('6')
  await alerts(keyId, 2)
})

test('budgets of projects and organizations raise alerts', async () => {
  const { organization: organizationId, project: projectId } = world.ids
  await world.as.owner.mutate('organizationUsageLimitsSet', { organizationId, budgets: [{ period: 'WEEK', usd: '1' }] })
  await world.as.owner.mutate('projectUsageLimitsSet', { projectId, budgets: [{ period: 'WEEK', usd: '1' }] })
  const stream = await openStream(world.app, world.as.owner.token, { organizationId })
  await spend('1')
  expect((await alerts(organizationId, 1))[0].target).toEqual({ type: 'Organization', name: 'World' })
  expect((await alerts(projectId, 1))[0].target).toEqual({ type: 'Project', name: 'Production' })
  // They are about no key, so that followers of the organization's keys do not receive them.
  await createKey(world.as.owner, projectId, 'after the alerts')
  expect((await stream.next())?.data.apiKeyChanges).toMatchObject({ kind: 'API_KEY_CREATED' })
  await stream.leave()
})

test('only the project’s subscribers who can read budgets receive a budget alert', async () => {
  const { project: projectId } = world.ids
  const { app, as } = world
  const streams = await Promise.all(
    [as.projectMember, as.externalAdmin].map(({ token }) => openStream(app, token, { projectId })),
  )
  const [member, external] = streams
  if (!member || !external) throw new Error('No streams')
  await limits([{ period: 'TOTAL', usd: '1' }])
  await spend('1')
  await alerts(keyId, 1)
  await as.owner.mutate('apiKeyRevoke', { id: keyId })
  const kinds = async (stream: typeof member): Promise<string[]> => {
    const seen: string[] = []
    while (seen.at(-1) !== 'API_KEY_REVOKED') {
      const change = (await stream.next())?.data.apiKeyChanges
      if (change.apiKey?.id === keyId) seen.push(change.kind)
    }
    return seen
  }
  expect(await kinds(member)).toEqual(['API_KEY_UPDATED', 'BUDGET_ALERT', 'API_KEY_REVOKED'])
  expect(await kinds(external)).toEqual(['API_KEY_UPDATED', 'API_KEY_REVOKED'])
  await Promise.all(streams.map((stream) => stream.leave()))
})
