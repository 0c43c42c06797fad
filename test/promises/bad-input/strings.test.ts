import { type GraphQLArgument, type GraphQLObjectType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyAudit } from '../../../schema/audit/verify.ts'
import { decodeId } from '../../../schema/core/ids.ts'
import { schema } from '../../../schema/graph.ts'
import { type Json, ORIGIN } from '../../infra/app.ts'
import { startWorld, type World } from '../../infra/world.ts'
import { kindsForNextPlace } from './cpu.ts'
import { changingNothing, fingerprintOfOthers } from './fingerprint.ts'
import { type Place, placesOf, put, sample } from './places.ts'
import { addThings, FOR_GATEWAYS, ROW_BY_ROW, type Things, validInputs } from './valid-inputs.ts'

// Sends invalid values to every input of the schema. These tests fail without the check for unstorable text in
// schema/core/input.ts, schema/api-key/filter.ts or schema/audit/graph.ts, and without checkPage in
// schema/graphql/pagination/page.ts.

let world: World
let things: Things
let before: Awaited<ReturnType<typeof fingerprintOfOthers>>

const foreignId = (): string => decodeId('Organization', world.ids.foreign.organization) ?? ''

beforeAll(async () => {
  world = await startWorld()
  things = await addThings(world)
  before = await fingerprintOfOthers(world, foreignId())
})
afterAll(() => world.close())

/** PostgreSQL cannot store these, so every field must reject them. */
const UNSTORABLE = ['\u0000', 'a\u0000b', '\ud800', 'a\udc00b', '\udfff\ud800']

/** Longer than any limit. cpu.test.ts sends a megabyte to every place. */
const LONG = 'x'.repeat(100_000)

/** Unusual strings, valid in some fields. The server must not fail on them. */
const ODD_STRINGS = [
  '',
  ' ',
  'null',
  'undefined',
  '\'; DROP TABLE "user"; --',
  '%_\\',
  '../../etc/passwd',
  '\u202e',
  '🦄',
  '__proto__',
  'org_',
  '-1',
  LONG,
]

const ODD_NUMBERS = [0, -1, 2_147_483_647, -2_147_483_648, 2_147_483_648, 1e16, 1.5, 1e300]

const ODD_TIMES = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+23:59',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-23:59',
  '2027-02-30T00:00:00Z',
  '2027-01-01T24:61:61Z',
  '1970-01-01T00:00:00Z',
  'now',
  '',
]

const WRONG_TYPES = [12, true, [], {}, [[]], { a: { b: 'c' } }, null]

interface Reply {
  status: number
  codes: string[]
  data: Json
}

async function send(query: string, variables: Json, client = world.as.owner): Promise<Reply> {
  const response = await world.app.fetch(
    new Request(`${ORIGIN}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${client.token}` },
      body: JSON.stringify({ query, variables }),
    }),
  )
  const body = (await response.json()) as { data?: Json; errors?: { extensions: { code: string } }[] }
  return {
    status: response.status,
    codes: (body.errors ?? []).map(({ extensions }) => extensions.code),
    data: body.data,
  }
}

const KNOWN_CODES = ['BAD_REQUEST', 'FORBIDDEN', 'QUERY_TOO_COSTLY']

/** Sends a query as the Owner, and as a gateway where only gateways may ask it. Returns the answer that reached it. */
async function sendAsWhoMay(query: string, variables: Json): Promise<Reply> {
  const reply = await send(query, variables)
  return reply.codes.includes('FORBIDDEN') ? send(query, variables, world.as.gateway) : reply
}

/** Expects a result, or an error that names the problem. */
function expectStood({ status, codes }: Reply, what: string): void {
  expect(status, what).toBeLessThan(500)
  expect(
    codes.filter((code) => !KNOWN_CODES.includes(code)),
    what,
  ).toEqual([])
}

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})

function inputOf(name: string): GraphQLArgument {
  const argument = schema.getMutationType()?.getFields()[name]?.args[0]
  if (!argument) throw new Error(`${name} has no input`)
  return argument
}

/** Runs a mutation with each value at one path of its input, and returns the results. */
async function spoil(
  name: string,
  place: Place,
  values: readonly Json[],
): Promise<(Reply & { typename: string | undefined })[]> {
  const { name: argument, type } = inputOf(name)
  const base = validInputs(world, things)[name]
  if (!base) throw new Error(`${name} has no valid input in valid-inputs.ts`)
  const query = `mutation ($input: ${type}) { ${name}(${argument}: $input) { __typename } }`
  const client = FOR_GATEWAYS.includes(name) ? world.as.gateway : world.as.owner
  const replies = []
  for (const value of values) {
    const reply = await send(query, { input: put(base, place.path, value, type) }, client)
    replies.push({ ...reply, typename: [reply.data?.[name]].flat()[0]?.__typename })
  }
  return replies
}

const isText = ({ type }: Place) => type.name === 'String' || type.name === 'ID'

describe('unstorable strings in mutation inputs', () => {
  test('every mutation has a valid sample input', () => {
    expect(Object.keys(validInputs(world, things)).sort()).toEqual(mutations.map(({ name }) => name).sort())
  })

  const taking = mutations.filter(({ name }) => placesOf(inputOf(name).type).some(isText)).map(({ name }) => name)

  test('every mutation accepts text, except those that change only the caller’s settings', () => {
    expect(mutations.map(({ name }) => name).filter((name) => !taking.includes(name))).toEqual(['userNoticesSet'])
  })

  test.each(taking)('%s rejects NUL and lone surrogates in every string', async (name) => {
    const places = placesOf(inputOf(name).type).filter(isText)
    await changingNothing(world, async () => {
      for (const place of places) {
        const replies = await spoil(name, place, UNSTORABLE)
        for (const [index, reply] of replies.entries()) {
          const what = `${name} ${place.path.join('.')} ${JSON.stringify(UNSTORABLE[index])}`
          expectStood(reply, what)
          // An import returns a result per row, and a repeated import only errors.
          if (!ROW_BY_ROW.includes(name)) expect(reply.typename, what).toMatch(/^(ValidationError|NotFoundError)$/)
        }
      }
    })
  })
})

describe('live secrets in mutation inputs', () => {
  // Failed while a key, a project, a tag, a webhook's description and an event's id could be a live secret.
  test('every string field rejects a live secret without storing or repeating it', async () => {
    const secret = world.as.otherProjectKey.token ?? ''
    const accepted: string[] = []
    for (const { name } of mutations) {
      for (const place of placesOf(inputOf(name).type).filter(isText)) {
        const what = `${name} ${place.path.filter((step) => step !== 0).join(' ')}`
        for (const value of [secret, `see ${secret}.`]) {
          const [reply] = await spoil(name, place, [value])
          expectStood(reply as Reply, what)
          expect(JSON.stringify(reply), what).not.toContain(secret)
          // A row is rejected by itself: then it is stored nowhere.
          const isRejected = ROW_BY_ROW.includes(name) || reply?.typename?.endsWith('Error')
          if (!isRejected) accepted.push(what)
        }
      }
    }
    // A report of a leak often quotes the secret, which is cut out.
    const reports = ['apiKeyReportLeaked source', 'apiKeyReportLeaked url']
    expect(accepted.filter((place) => !reports.includes(place))).toEqual([])
    const columns = await world.database.sql<{ table_name: string }>(
      `SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public'`,
    )
    const holding = await world.database.sql<{ name: string }>(
      columns
        .map(({ table_name: name }) => `SELECT '${name}' AS name FROM "${name}" t WHERE to_jsonb(t)::text LIKE $1`)
        .join(' UNION ALL '),
      [`%${secret}%`],
    )
    expect(holding).toEqual([])
  })
})

describe('unusual query arguments', () => {
  // A query for each type that has fields with arguments. A missing type fails the test.
  const ways: Record<string, (field: string) => string> = {
    Query: (field) => field,
    Viewer: (field) => `viewer { ${field} }`,
    Playground: (field) => `viewer { playground { ${field} } }`,
    Organization: (field) => `organization(id: "${world.ids.organization}") { ${field} }`,
    Project: (field) => `project(id: "${world.ids.project}") { ${field} }`,
    Webhook: (field) => `node(id: "${things.webhook}") { ... on Webhook { ${field} } }`,
    ApiKey: (field) => `node(id: "${world.ids.apiKey}") { ... on ApiKey { ${field} } }`,
    GatewayCredential: (field) => `gatewayLookUp(input: {}) { credentials { ${field} } }`,
  }
  const readable = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType =>
      isObjectType(type) &&
      !type.name.startsWith('__') &&
      !['Mutation', 'Subscription'].includes(type.name) &&
      Object.values(type.getFields()).some(({ args }) => args.length > 0),
  )

  test('the tests cover every type that has fields with arguments', () => {
    expect(readable.map(({ name }) => name).sort()).toEqual(Object.keys(ways).sort())
  })

  const fields = readable.flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ args }) => args.length > 0)
      .map((field) => ({ parent: type.name, field, title: `${type.name}.${field.name}` })),
  )

  const VALID: Record<string, Json> = { action: 'apiKey:create' }

  // Failed while gateways could look up a model whose name holds NUL.
  test.each(fields)(
    '$title handles unusual arguments without an internal error or a change',
    async ({ parent, field }) => {
      await changingNothing(world, async () => {
        for (const argument of field.args) {
          const required = field.args.filter(({ type }) => String(type).endsWith('!') || argument.name === field.name)
          const declared = [...new Set([...required, argument])]
          const leaf = /^(Boolean|String|ID|Int)/.test(String(field.type)) ? '' : '{ __typename }'
          const given = declared.map(({ name }) => `${name}: $${name}`).join(', ')
          const query = `query (${declared.map(({ name, type }) => `$${name}: ${type}`).join(', ')}) {
          ${ways[parent]?.(`${field.name}(${given}) ${leaf}`)} }`
          const base = Object.fromEntries(declared.map(({ name, type }) => [name, VALID[name] ?? sample(type)]))
          for (const place of placesOf(argument.type)) {
            const unstorable = isText(place) ? UNSTORABLE : []
            for (const value of new Set([...unstorable, ...kindsForNextPlace(oddValues(place))])) {
              const variables = { ...base, [argument.name]: put(undefined, place.path, value, argument.type) }
              const what = `${field.name}(${argument.name}) ${place.path.join('.')} ${JSON.stringify(value)?.slice(0, 40)}`
              expectStood(await sendAsWhoMay(query, variables), what)
            }
          }
        }
      })
    },
  )
})

/** Values that a type should reject or barely accept. */
function oddValues(place: Place): Json[] {
  if (isText(place)) {
    const otherTypes =
      place.type.name === 'ID' ? [world.ids.user.owner, world.ids.organization, world.ids.apiKey.toUpperCase()] : []
    return [...UNSTORABLE, ...ODD_STRINGS, ...otherTypes, ...WRONG_TYPES]
  }
  if (place.type.name === 'DateTime') return [...ODD_TIMES, ...UNSTORABLE, ...WRONG_TYPES]
  if (place.type.name === 'Int') return [...ODD_NUMBERS, '5', ...WRONG_TYPES]
  return [...UNSTORABLE, ...WRONG_TYPES]
}

/** The odd values that reach the mutation's own checks. Another test sends the unstorable ones to every text. */
const mutationValues = (place: Place): Json[] =>
  oddValues(place).filter((value) => !WRONG_TYPES.includes(value) && !(isText(place) && UNSTORABLE.includes(value)))

describe('unusual values in mutation inputs', () => {
  // A value of a wrong kind never reaches a mutation: the type of the place rejects it, the same wherever it is used.
  const seen = new Set<string>()

  test.each(mutations.map(({ name }) => name))('%s handles unusual values without an internal error', async (name) => {
    for (const place of placesOf(inputOf(name).type)) {
      const type = `${place.type.name} ${place.nullable}`
      const values = seen.has(type) ? kindsForNextPlace(mutationValues(place)) : oddValues(place)
      seen.add(type)
      const replies = await spoil(name, place, values)
      for (const [index, reply] of replies.entries()) {
        expectStood(reply, `${name} ${place.path.join('.')} ${JSON.stringify(values[index])?.slice(0, 40)}`)
      }
    }
  })

  // Failed while an update of a project wrote its description to every project of the instance.
  test('unusual values leave the tables, the audit chains and another tenant’s rows unchanged', async () => {
    const after = await fingerprintOfOthers(world, foreignId())
    expect(after).toEqual(before)
    expect(Object.keys(before.rows).length).toBeGreaterThanOrEqual(20)
    expect(await verifyAudit(world.database, { heads: null })).toMatchObject({ fits: true })
    const { data, errors } = await world.as.foreignOwner.ask('{ viewer { organizations { nodes { id name } } } }')
    expect(errors).toBeUndefined()
    expect(data.viewer.organizations.nodes).toEqual([{ id: world.ids.foreign.organization, name: 'Elsewhere' }])
  })
})
