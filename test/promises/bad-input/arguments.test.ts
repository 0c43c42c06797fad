import {
  type GraphQLArgument,
  type GraphQLObjectType,
  getIntrospectionQuery,
  getNamedType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import { REQUEST_CAPS } from '../../../server/http/request-caps.ts'
import { type Json, ORIGIN } from '../../infra/app.ts'
import { type Setting, startSetting } from '../authorization/setting.ts'
import { NODES } from '../authorization/table.ts'
import { expectCheap, expectStood, kindsForNextPlace, printFigures } from './cpu.ts'
import { type Place, placesOf, put, sample } from './places.ts'
import { slowTexts } from './slow-values.ts'

/*
 * R8: cpu.test.ts walks the arguments of queries and mutations. Here are the arguments of all other fields, of
 * subscriptions, long lists in every argument, and introspection.
 */

let setting: Setting
let places = 0
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(async () => {
  printFigures(`${places} places`)
  await setting.world.close()
})

/** Sends an operation. Its body is written before: that is the client's work. */
async function expectCheaply(what: string, query: string, variables: Json, accept = 'application/json'): Promise<void> {
  const body = Buffer.from(JSON.stringify({ query, variables }))
  const authorization = `Bearer ${setting.world.as.owner.token}`
  const headers = { 'content-type': 'application/json', accept, authorization }
  const prepare = () => new Request(`${ORIGIN}/graphql`, { method: 'POST', headers, body })
  await expectCheap(what, prepare, async (request) => expectStood(what, await setting.world.app.fetch(request)))
}

/** Writes the operation around a field. */
type Way = (field: string, declared: string) => { query: string; variables: Json }

interface Field {
  name: string
  args: readonly GraphQLArgument[]
  way: Way
}

/** Every field of an object type that has arguments, by the shortest way from a query. */
function nestedFields(): Field[] {
  const found = new Map<string, Field>()
  const seen = new Set<GraphQLObjectType>()
  let level: [GraphQLObjectType, Way][] = []
  const enter = (type: unknown, way: Way) => {
    if (!isObjectType(type) || seen.has(type) || type.name.startsWith('__')) return
    seen.add(type)
    level.push([type, way])
  }
  for (const name of Object.keys(NODES)) {
    enter(schema.getType(name), (field, declared) => ({
      query: `query ($node: ID!${declared}) { node(id: $node) { ... on ${name} { ${field} } } }`,
      variables: { node: setting.samples[name] },
    }))
  }
  enter(schema.getQueryType(), (field, declared) => ({
    query: declared === '' ? `{ ${field} }` : `query (${declared.slice(2)}) { ${field} }`,
    variables: {},
  }))
  while (level.length > 0) {
    const present = level
    level = []
    for (const [type, way] of present) {
      for (const field of Object.values(type.getFields())) {
        if (field.args.length > 0 && type !== schema.getQueryType()) {
          found.set(`${type.name}.${field.name}`, { name: `${type.name}.${field.name}`, args: field.args, way })
        }
        const rest = field.args.filter(isRequiredArgument)
        if (rest.length > 0) continue
        enter(getNamedType(field.type), (inner, declared) => way(`${field.name} { ${inner} }`, declared))
      }
    }
  }
  return [...found.values()]
}

const isText = ({ type }: Place): boolean => ['String', 'ID', 'BigInt', 'DateTime', 'Decimal'].includes(type.name)

/** An operation that gives a field one of its arguments, and those that it requires. */
function operationOf({ name, args, way }: Field, argument: GraphQLArgument) {
  const given = args.filter((each) => each === argument || isRequiredArgument(each))
  const declared = given.map((each) => `, $${each.name}: ${each.type}`).join('')
  const type = schema.getType(name.split('.')[0] ?? '')
  const field = isObjectType(type) ? type.getFields()[name.split('.')[1] ?? ''] : undefined
  const isLeaf = field && !isObjectType(getNamedType(field.type))
  const call = `${field?.name}(${given.map((each) => `${each.name}: $${each.name}`).join(', ')})${isLeaf ? '' : ' { __typename }'}`
  const { query, variables } = way(call, declared)
  const samples = Object.fromEntries(given.map((each) => [each.name, sample(each.type)]))
  return { query, variables: { ...variables, ...samples } }
}

const hasText = (args: readonly GraphQLArgument[]): boolean => args.some(({ type }) => placesOf(type).some(isText))

const nested = nestedFields().filter(({ args }) => hasText(args))

test('the tests cover every field with string arguments', () => {
  const all = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__')
      ? Object.values(type.getFields()).flatMap(({ name, args }) => (hasText(args) ? [`${type.name}.${name}`] : []))
      : [],
  )
  const roots = /^(Query|Mutation|Subscription)\./
  expect(all.filter((name) => !roots.test(name) && !nested.some((each) => each.name === name))).toEqual([])
  expect(nested.length).toBeGreaterThan(25)
})

const SIZES = [REQUEST_CAPS.stringCharacters, 300]

test.each(nested)('$name handles slow strings in every argument within 50 ms of CPU', async (field) => {
  for (const argument of field.args) {
    const { query, variables } = operationOf(field, argument)
    for (const place of placesOf(argument.type).filter(isText)) {
      places += 1
      for (const size of SIZES) {
        for (const [kind, text] of kindsForNextPlace(Object.entries(slowTexts(size, 'some text')))) {
          const changed = {
            ...variables,
            [argument.name]: put(variables[argument.name], place.path, text, argument.type),
          }
          await expectCheaply(
            `${field.name} ${argument.name}.${place.path.join('.')}: ${kind}, ${size}`,
            query,
            changed,
          )
        }
      }
    }
  }
})

const subscriptions = Object.values(schema.getSubscriptionType()?.getFields() ?? {})

test.each(subscriptions)(
  'Subscription.$name handles slow strings in every argument within 50 ms of CPU',
  async ({ name, args }) => {
    const declared = args.map((each) => `$${each.name}: ${each.type}`).join(', ')
    const query = `subscription (${declared}) { ${name}(${args.map((each) => `${each.name}: $${each.name}`).join(', ')}) { __typename } }`
    const variables = Object.fromEntries(args.map((each) => [each.name, sample(each.type)]))
    for (const argument of args) {
      for (const place of placesOf(argument.type).filter(isText)) {
        places += 1
        for (const [kind, text] of kindsForNextPlace(
          Object.entries(slowTexts(REQUEST_CAPS.stringCharacters, 'some text')),
        )) {
          const changed = {
            ...variables,
            [argument.name]: put(variables[argument.name], place.path, text, argument.type),
          }
          const what = `${name} ${argument.name}.${place.path.join('.')}: ${kind}`
          await expectCheaply(what, query, changed, 'text/event-stream')
        }
      }
    }
  },
)

describe('long lists', () => {
  /** Maximum number of values of a body, less some around the list. */
  const MOST_VALUES = REQUEST_CAPS.values - 100
  const MOST_BYTES = REQUEST_CAPS.bodyBytes - 20_000

  const countOf = (value: Json): number =>
    typeof value === 'object' && value !== null
      ? Object.values(value).reduce((sum: number, each) => sum + countOf(each), 1)
      : 1

  /** Repeats the entry of the innermost list on a path, as often as the request caps allow. */
  function withManyEntries(value: Json, path: Place['path']): Json {
    const copy = structuredClone(value)
    const steps = path.slice(0, path.lastIndexOf(0))
    const last = steps.at(-1)
    const holder = steps.slice(0, -1).reduce<Json>((inside, step) => inside[step], copy)
    const [entry] = last === undefined ? copy : holder[last]
    const count = Math.min(
      Math.floor(MOST_VALUES / countOf(entry)),
      Math.floor(MOST_BYTES / (Buffer.byteLength(JSON.stringify(entry) ?? 'null') + 1)),
    )
    const many = Array.from({ length: count }, () => entry)
    if (last === undefined) return many
    holder[last] = many
    return copy
  }

  const texts = ['a', '\ufdfa'.repeat(60), `a${'\u0301\u0316'.repeat(149)}`]

  const roots: Field[] = (['Query', 'Mutation'] as const).flatMap((name) => {
    const type = schema.getType(name)
    if (!isObjectType(type)) throw new Error(`${name} is not an object type`)
    const way: Way = (field, declared) => ({
      query: `${name.toLowerCase()} (${declared.slice(2)}) { ${field} }`,
      variables: {},
    })
    return Object.values(type.getFields()).map((field) => ({ name: `${name}.${field.name}`, args: field.args, way }))
  })

  const listed = [...roots, ...nested].filter(({ args }) =>
    args.some(({ type }) => placesOf(type).some(({ path }) => path.includes(0))),
  )

  test.each(listed)(
    '$name handles the longest lists that the request caps allow within 50 ms of CPU',
    async (field) => {
      for (const argument of field.args) {
        const { query, variables } = operationOf(field, argument)
        for (const place of placesOf(argument.type).filter(({ path }) => path.includes(0))) {
          places += 1
          const values = isText(place) ? texts : [sample(place.type)]
          for (const value of values) {
            const one = put(variables[argument.name], place.path, value, argument.type)
            const changed = { ...variables, [argument.name]: withManyEntries(one, place.path) }
            const what = `${field.name} ${argument.name}.${place.path.join('.')}: ${String(value).slice(0, 10)}`
            await expectCheaply(what, query, changed)
          }
        }
      }
    },
  )
})

describe('introspection', () => {
  const full = getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true, specifiedByUrl: true })

  test.each([
    ['the standard introspection query', full],
    [
      'a query for the whole schema three times',
      full.replace(
        '__schema {',
        '__schema { ...A } b: __schema { ...A } c: __schema { ...A } } fragment A on __Schema {',
      ),
    ],
    [
      'a query for types of nested fields',
      `{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }`,
    ],
    [
      'a query with 20 aliases of __type',
      `{ ${Array.from({ length: 20 }, (_, index) => `t${index}: __type(name: "Query") { fields { type { fields { name description } } } }`).join(' ')} }`,
    ],
  ])('%s takes at most 50 ms of CPU', async (name, query) => {
    await expectCheaply(name, query, {})
  })
})
