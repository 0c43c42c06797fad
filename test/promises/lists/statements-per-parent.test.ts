import { setTimeout as delay } from 'node:timers/promises'
import { complexityFromQuery } from '@pothos/plugin-complexity'
import { isObjectType } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import { MAX_COMPLEXITY } from '../../../schema/graphql/builder.ts'
import { MAX_OWN_STATEMENTS } from '../../../schema/graphql/statements-plugin.ts'
import { HUNDRED, type HundredNodes, MANY, startHundredNodes } from './hundred-nodes.ts'
import { ARGUMENTS, nodeTypes, ownStatements, paidIn, selectionsOf } from './selections.ts'

/*
 * Each field of each type of nodes is asked of 1, 10 and 100 parents. It sends as many statements for a hundred as for one,
 * or both its complexity and the option `ownStatement` pay for each statement more: so they bound the statements of a
 * request.
 */

/** Types of which an organization has one, and gateways, which read only themselves. */
const ALONE = ['Gateway', 'LegacyKey', 'OwnershipOffer']

let nodes: HundredNodes
beforeAll(async () => {
  nodes = await startHundredNodes()
})
afterAll(() => nodes?.app.close())

interface Asked {
  /** Statements of its own that the field and its selection may send for each parent, by the option `ownStatement`. */
  paid: number
  type: string
  field: string
  selection: string
}

const asked: Asked[] = nodeTypes
  .filter(({ name }) => !ALONE.includes(name))
  .flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) => {
      const given = ARGUMENTS[`${type.name}.${field.name}`] ?? ''
      return selectionsOf(field).map((selection) => ({
        type: type.name,
        field: `${field.name}${given}`,
        selection,
        paid: ownStatements(field) + paidIn(field, selection),
      }))
    }),
  )

/** The statements and the complexity of a field of some parents, without those that the feed and the clock send. */
async function measure({ type, field, selection }: Asked, count: number) {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} { ${field} ${selection} } } }`
  const variables = { ids: nodes.ids.get(type)?.slice(-count) }
  const { answer, sent } = await nodes.count(query, variables)
  const { complexity } = complexityFromQuery(query, { schema, variables, ctx: {} as never })
  return { answer, sent, complexity }
}

test('every node type has 100 test nodes, except those listed here', () => {
  expect(
    nodeTypes
      .map(({ name }) => name)
      .filter((name) => nodes.ids.get(name)?.length !== HUNDRED)
      .sort(),
  ).toEqual(ALONE)
})

// Failed before: nothing bounded the counts of lists, nor other fields that are read for each parent. Failed with a field
// that reads for each parent without the option, such as `Organization.owner`.
test('a field sends a constant number of SQL statements, or its complexity counts each parent', async () => {
  await nodes.count('{ viewer { kind } }', {})
  const unpaid: string[] = []
  const perParent: string[] = []
  for (const each of asked) {
    const place = `${each.type}.${each.field} ${each.selection}`
    const one = await measure(each, 1)
    for (const count of [MANY, HUNDRED]) {
      const many = await measure(each, count)
      if (many.complexity > MAX_COMPLEXITY) {
        expect([place, many.answer.errors?.[0]?.extensions.code]).toEqual([place, 'QUERY_TOO_COSTLY'])
        // The caller's roles are read before the document.
        expect(many.sent).toBeLessThanOrEqual(one.sent)
        continue
      }
      const errors = many.answer.errors?.filter(({ extensions }) => extensions.code !== 'FORBIDDEN') ?? []
      expect([place, count, errors]).toEqual([place, count, []])
      const paid = Math.min(each.paid * (count - 1), many.complexity - one.complexity)
      let more = many.sent - one.sent
      // Repeated, each time later, because background work of the process also sends statements for a while.
      for (let time = 0; time < 20 && more > paid; time += 1) {
        await delay(Math.min(time, 4) * 250)
        one.sent = Math.min(one.sent, (await measure(each, 1)).sent)
        more = Math.min(more, (await measure(each, count)).sent - one.sent)
      }
      if (more > 0) perParent.push(`${place}: ${one.sent} for one, ${more} more for ${count}, paid ${paid}`)
      if (more > paid) unpaid.push(perParent.at(-1) ?? '')
    }
  }
  console.log([`${asked.length} selections; with statements for each parent:`, ...perParent].join('\n  '))
  expect(unpaid).toEqual([])
})

test('the tests cover the counts of every list', () => {
  const connections = Object.values(schema.getTypeMap()).filter(({ name }) => name.endsWith('Connection'))
  expect(connections.length).toBeGreaterThan(10)
  for (const connection of connections) {
    if (!isObjectType(connection)) throw new Error(`${connection.name} is not an object type`)
    const { totalCount, totalCountCapped } = connection.getFields()
    expect([totalCount?.extensions.ownStatement, totalCountCapped?.extensions.ownStatement]).toEqual([1, 1])
  }
})

// Failed before: 2,807 statements for the counts of 15 models' projects held the embedded database for 4 s.
test('a request over the SQL statement limit still returns fields that need no statements', async () => {
  const parents = Array.from({ length: 100 }, (_, index) => nodes.ids.get('Organization')?.[index % MANY])
  const lists = Array.from({ length: 8 }, (_, index) => `list${index}: members(first: 1) { totalCount }`)
  const {
    answer: { data, errors },
    sent,
  } = await nodes.count(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Organization { name ${lists.join(' ')} } } }`,
    { ids: parents },
  )
  expect(sent).toBeLessThanOrEqual(MAX_OWN_STATEMENTS + 10)
  expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['QUERY_TOO_COSTLY']))
  expect(errors).toHaveLength(100 * 8 - MAX_OWN_STATEMENTS)
  expect(data.nodes.filter(({ name }: { name?: string }) => name !== undefined)).toHaveLength(100)
})
