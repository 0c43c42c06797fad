import { createHash, randomUUID } from 'node:crypto'
import { isObjectType } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MAX_ROWS } from '../../../schema/api-key/import.ts'
import { decodeId } from '../../../schema/core/ids.ts'
import { schema } from '../../../schema/graph.ts'
import { MAX_EVENTS } from '../../../schema/usage/event.ts'
import type { Json } from '../../infra/app.ts'
import { BACKGROUND } from '../../infra/background-statements.ts'
import { createKey, createProject, startWorld, type World } from '../../infra/world.ts'

const PROJECTS = 30
const KEYS = 100

/** Items that a turn of the event loop may complete: about two milliseconds of work, and what a request starts with. */
const MOST_AT_ONCE = 300

/** Parameters of a statement that inserts 50 rows. */
const MOST_PARAMETERS = 1_500

const statements: string[] = []
let world: World
let project: string
beforeAll(async () => {
  world = await startWorld({ onStatement: (sql) => statements.push(sql) })
  for (let index = 0; index < PROJECTS; index += 1) {
    project = await createProject(world.as.owner, world.ids.organization, `Project ${index}`)
    const { id } = await createKey(world.as.owner, project, 'key')
    await world.database.sql(
      `INSERT INTO api_key SELECT (jsonb_populate_record(k, jsonb_build_object(
         'id', gen_random_uuid(), 'name', 'key ' || n, 'name_key', 'key ' || n))).*
         FROM api_key k, generate_series(2, ${KEYS}) n WHERE k.id = $1`,
      [decodeId('ApiKey', id)],
    )
  }
})
afterAll(() => world.close())

interface Calls {
  total: number
  /** Maximum number of calls in one turn of the event loop. */
  atOnce: number
}

/** Counts the calls of a method that some work causes, by turns of the event loop. */
async function count(
  owner: object,
  method: string,
  work: () => Promise<unknown>,
  isCounted: (args: unknown[]) => boolean = () => true,
): Promise<Calls> {
  const original: unknown = Reflect.get(owner, method)
  if (typeof original !== 'function') throw new Error(`${method} is not a method`)
  const calls: Calls = { total: 0, atOnce: 0 }
  let inTurn = 0
  let isRunning = true
  const beginTurn = () => {
    inTurn = 0
    if (isRunning) setImmediate(beginTurn)
  }
  beginTurn()
  const counted = function (this: unknown, ...args: unknown[]): unknown {
    if (isCounted(args)) {
      inTurn += 1
      calls.total += 1
      calls.atOnce = Math.max(calls.atOnce, inTurn)
    }
    return Reflect.apply(original, this, args)
  }
  Reflect.set(owner, method, counted)
  try {
    await work()
  } finally {
    Reflect.set(owner, method, original)
    isRunning = false
  }
  return calls
}

function fieldOf(type: string, name: string): object {
  const found = schema.getType(type)
  const field = isObjectType(found) ? found.getFields()[name] : undefined
  if (!field) throw new Error(`The graph has no field ${type}.${name}`)
  return field
}

const asOwner = async (query: string, id: string): Promise<Json> => {
  const { data, errors } = await world.as.owner.ask(query, { id })
  expect(errors).toBeUndefined()
  return data
}

const OF_KEYS = `nodes { id name status createdAt expiresAt limits { requestsPerMinute } liveChildTokens
  createdBy { __typename ... on User { id name } } }`
const NESTED = `query ($id: ID!) { organization(id: $id) {
  projects(first: ${PROJECTS}) { nodes { id name apiKeys(first: ${KEYS}) { ${OF_KEYS} } } } } }`
const LISTS = Array.from({ length: 29 }, (_, list) => `a${list}: apiKeys(first: ${KEYS - list}) { ${OF_KEYS} }`)
const ALIASES = `query ($id: ID!) { project(id: $id) { ${LISTS.join(' ')} } }`

// Failed while a turn completed 1,000 objects, and as many as come at once of those that were waited for.
test.each([
  ['keys of nested lists', NESTED, () => world.ids.organization, 'ApiKey', 'id'],
  ['keys of aliased lists', ALIASES, () => project, 'ApiKey', 'id'],
  ['nested objects of keys', NESTED, () => world.ids.organization, 'UsageLimits', 'requestsPerMinute'],
])('R8: a long response completes only a few %s in each turn of the event loop', async (_, query, id, type, field) => {
  const { total, atOnce } = await count(fieldOf(type, field), 'resolve', () => asOwner(query, id()))
  expect(total).toBeGreaterThan(2_000)
  expect(atOnce).toBeLessThanOrEqual(MOST_AT_ONCE)
})

// Failed while each turn sent statements for its own objects.
test('R8: a long response needs no more SQL statements than a short one', async () => {
  const short = NESTED.replace(`apiKeys(first: ${KEYS})`, 'apiKeys(first: 1)')
  const statementsOf = async (query: string) => {
    await asOwner(query, world.ids.organization)
    statements.length = 0
    await asOwner(query, world.ids.organization)
    return statements.filter((sql) => !BACKGROUND.test(sql)).length
  }
  expect(await statementsOf(NESTED)).toBeLessThanOrEqual(await statementsOf(short))
})

test('R8: a short response completes within one turn of the event loop', async () => {
  const { total, atOnce } = await count(fieldOf('ApiKey', 'id'), 'resolve', () =>
    asOwner(`query ($id: ID!) { project(id: $id) { apiKeys(first: 50) { ${OF_KEYS} } } }`, project),
  )
  expect(atOnce).toBe(total)
})

const importRows = (rows: object[]) =>
  world.as.owner.mutate(
    'apiKeysImport',
    { organizationId: world.ids.organization, rows },
    'outcomes { apiKey { id } error { message } }',
  )

const newRows = (): object[] =>
  Array.from({ length: MAX_ROWS }, () => {
    const name = randomUUID()
    return { name, sha256: createHash('sha256').update(name).digest('hex'), projectId: world.ids.project }
  })

// Failed while the 1,000 keys of an import were one statement, which Prisma built without a pause.
test('R8: an import of the maximum size inserts rows in statements of bounded size', async () => {
  statements.length = 0
  const { outcomes } = await importRows(newRows())
  expect(outcomes.filter(({ apiKey }: Json) => apiKey)).toHaveLength(MAX_ROWS)
  const inserts = statements.filter((sql) => /^\s*INSERT/i.test(sql))
  const parametersOf = (sql: string) =>
    Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)))
  expect(inserts.length).toBeGreaterThan(20)
  expect(Math.max(...inserts.map(parametersOf))).toBeLessThanOrEqual(MOST_PARAMETERS)
})

// Each failed while all rows of the import were read, checked or returned at once.
test.each([
  ['reads', Buffer, 'from', ([text, encoding]: unknown[]) => encoding === 'hex' && String(text).length === 64],
  ['returns', fieldOf('ApiKey', 'id'), 'resolve', () => true],
])('R8: an import %s only a few keys in each turn of the event loop', async (_, owner, method, isCounted) => {
  const { total, atOnce } = await count(owner, method, () => importRows(newRows()), isCounted)
  expect(total).toBeGreaterThanOrEqual(MAX_ROWS)
  expect(atOnce).toBeLessThanOrEqual(MOST_AT_ONCE)
})

// Failed while all rows were made at once. The audit events of an import are, after them, with half as many ids.
test('R8: an import generates its ids over several turns of the event loop', async () => {
  const { total, atOnce } = await count(crypto, 'getRandomValues', () => importRows(newRows()))
  expect(total).toBeGreaterThan(100)
  expect(atOnce).toBeLessThanOrEqual(total / 2)
})

const record = (events: object[]) =>
  world.as.gateway.mutate('usageRecord', { events }, 'recorded rejected { index message }')

// Failed while all events were read at once.
test('R8: the maximum number of usage events is read over several turns of the event loop', async () => {
  const credentialId = world.ids.apiKey
  const events = Array.from({ length: MAX_EVENTS }, () => ({
    eventId: randomUUID(),
    credentialId,
    workload: 'INFERENCE',
    cost: '0.001',
  }))
  const work = async () => expect(await record(events)).toMatchObject({ recorded: MAX_EVENTS, rejected: [] })
  // The content that an event is recognized by.
  const isContent = ([value]: unknown[]) => Array.isArray(value) && value[0] === credentialId
  const { total, atOnce } = await count(JSON, 'stringify', work, isContent)
  expect(total).toBe(MAX_EVENTS)
  expect(atOnce).toBeLessThanOrEqual(MOST_AT_ONCE)
})

// Failed while GraphQL.js read all values at once: 10,000 of them held the event loop for 54 ms.
test('R8: usage events with many units are parsed once, over several turns of the event loop', async () => {
  const items = ['INPUT_TOKENS', 'OUTPUT_TOKENS', 'CACHED_INPUT_TOKENS', 'REASONING_TOKENS', 'IMAGES']
  const events = Array.from({ length: MAX_EVENTS }, () => ({
    eventId: randomUUID(),
    credentialId: world.ids.apiKey,
    workload: 'INFERENCE',
    units: items.map((lineItem) => ({ lineItem, quantity: '7' })),
    cost: '0.001',
  }))
  const work = async () => expect(await record(events)).toMatchObject({ recorded: MAX_EVENTS, rejected: [] })
  const quantity = schema.getType('BigInt')
  if (!quantity) throw new Error('The graph has no BigInt')
  const { total, atOnce } = await count(quantity, 'parseValue', work)
  expect(total).toBe(MAX_EVENTS * items.length)
  expect(atOnce).toBeLessThanOrEqual(MOST_AT_ONCE)
})

// Failed while GraphQL.js made an error with its stack for each invalid value: 26,000 of them held the event loop for 750 ms.
test('R8: parsing a usage event stops at its first invalid value', async () => {
  const units = Array.from({ length: 10 }, () => ({ lineItem: 'OUTPUT_TOKENS', quantity: 'many' }))
  const events = Array.from({ length: MAX_EVENTS }, (_, index) => ({
    eventId: `invalid-${index}`,
    credentialId: world.ids.apiKey,
    workload: 'INFERENCE',
    units,
  }))
  const work = async () => {
    const { recorded, rejected } = await record(events)
    expect(recorded).toBe(0)
    expect(rejected).toHaveLength(MAX_EVENTS)
  }
  const quantity = schema.getType('BigInt')
  if (!quantity) throw new Error('The graph has no BigInt')
  const { total, atOnce } = await count(quantity, 'parseValue', work)
  // Once by the reader of the type, and once by GraphQL.js for the message.
  expect(total).toBe(2 * MAX_EVENTS)
  expect(atOnce).toBeLessThanOrEqual(MOST_AT_ONCE)
})
