import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client, Json } from '../../infra/app.ts'
import { BACKGROUND } from '../../infra/background-statements.ts'
import { createKey, createProject } from '../../infra/world.ts'
import { DAY_MS, startUsageWorld, type UsageWorld } from './setting.ts'

// The number of statements of a usage query does not depend on the amount of usage.

const statements: string[] = []
let world: UsageWorld
let projects: string[]

beforeAll(async () => {
  world = await startUsageWorld({ onStatement: (sql) => statements.push(sql) })
  projects = []
})
afterAll(() => world?.close())

async function measure(client: Client, query: string, variables: object): Promise<{ data: Json; sent: string[] }> {
  await client.ask('{ viewer { kind } }')
  await world.app.runtime.lastUsed.flush()
  statements.length = 0
  const { data, errors } = await client.ask(query, variables)
  // Statements of background work, at any time.
  const sent = statements.filter((sql) => !BACKGROUND.test(sql) && !/last_seen|limit_|alert/.test(sql))
  expect(errors).toBeUndefined()
  return { data, sent }
}

/** Adds projects with keys of different people, and usage of all of them on some days. */
async function fill(count: number): Promise<void> {
  const { as, ids } = world
  for (let number = 0; number < count; number += 1) {
    const project = await createProject(as.owner, ids.organization, `Project ${projects.length}`)
    projects.push(project)
    const makers = [as.owner, as.admin, as.adminAccount]
    const events: Json[] = []
    for (const [index, maker] of makers.entries()) {
      const { id } = await createKey(maker, project, `key ${index}`)
      for (let day = 1; day <= 3; day += 1) {
        const model = ['public/chat', 'public/offline'][day % 2]
        events.push(world.event({ credentialId: id, model, occurredAt: world.ago(day * DAY_MS) }))
      }
    }
    expect(await world.record(events)).toMatchObject({ recorded: 9 })
  }
}

const kind = (sql: string) => sql.replaceAll(/\s+/g, ' ').slice(0, 60)

const EVERYTHING = `query ($id: ID!, $input: CostAnalyticsInput!) { organization(id: $id) { costAnalytics(input: $input) {
  total totalRequests buckets { start groups { requests cost quantity workload lineItem userId
    project { id name organization { name } }
    credential { id name apiKey { id name project { name } tags { key value } } }
    user { id name email } model { slug prices { usd } } } } } } }`

const input = () => ({
  from: world.ago(7 * DAY_MS),
  to: world.ago(0),
  groupBy: ['PROJECT', 'CREDENTIAL', 'USER', 'WORKLOAD', 'MODEL', 'LINE_ITEM'],
})

test('cost analytics send one statement, plus one for each selected dimension', async () => {
  const ask = () => measure(world.as.owner, EVERYTHING, { id: world.ids.organization, input: input() })
  const groupsOf = ({ data }: { data: Json }) =>
    data.organization.costAnalytics.buckets.flatMap(({ groups }: Json) => groups).length
  await fill(1)
  const small = await ask()
  expect(groupsOf(small)).toBe(9)
  await fill(6)
  const large = await ask()
  expect(groupsOf(large)).toBe(63)
  console.log(large.sent.map((sql) => `  ${sql.replaceAll(/\s+/g, ' ').slice(0, 120)}`).join('\n'))
  expect(large.sent.map(kind).sort()).toEqual(small.sent.map(kind).sort())
  expect(large.sent.filter((sql) => sql.includes('usage_hourly'))).toHaveLength(1)
  // Roles, the organization, the sums; projects, keys, their names, people, visibility of e-mail addresses, models.
  expect(large.sent.length).toBeLessThanOrEqual(9)
})

test('many projects’ costs and many keys’ usage are each read with one statement', async () => {
  const query = `query ($id: ID!, $costs: CostAnalyticsInput!, $usage: UsageInput!) { organization(id: $id) { projects(first: 20) { nodes {
    costAnalytics(input: $costs) { total buckets { groups { credential { name } } } }
    apiKeys(first: 5) { nodes { name usage(input: $usage) { total buckets { lineItems { cost } } } } } } } } }`
  const { groupBy: _, ...usage } = input()
  const costs = { ...usage, groupBy: ['CREDENTIAL'] }
  const { data, sent } = await measure(world.as.owner, query, { id: world.ids.organization, costs, usage })
  const told = data.organization.projects.nodes.filter(({ costAnalytics }: Json) => costAnalytics.total === '9')
  expect(told).toHaveLength(7)
  for (const { apiKeys } of told) {
    expect(apiKeys.nodes.map(({ usage: { total } }: Json) => total)).toEqual(['3', '3', '3'])
  }
  expect(sent.filter((sql) => sql.includes('usage_hourly'))).toHaveLength(2)
  // The keys take two: their ids, then their rows.
  expect(sent.length).toBeLessThanOrEqual(7)
})

test('recording 500 events sends as many statements as recording one event', async () => {
  const count = async (size: number) => {
    await world.as.gateway.ask('{ viewer { kind } }')
    statements.length = 0
    await world.record(Array.from({ length: size }, () => world.event()))
    // Budget alerts are computed outside the request.
    return statements.filter((sql) => /usage_(event|hourly)|KEY SHARE|FROM api_key WHERE|FROM model m/.test(sql)).length
  }
  const [one, many] = [await count(1), await count(500)]
  expect(many).toBe(one)
  expect(many).toBeLessThanOrEqual(6)
})
