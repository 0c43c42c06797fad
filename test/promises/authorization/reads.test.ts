import {
  GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import { ASKERS, REFUSED, type Setting, startSetting } from './setting.ts'
import { type Asker, BATCHES, type FieldRow, NODES, names, PARTS, PAYLOADS, QUERIES, SUBSCRIPTIONS } from './table.ts'

let setting: Setting
beforeAll(async () => {
  setting = await startSetting()
})
afterAll(() => setting?.world.close())

const DAYS = '(input: { from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:00Z" })'

const ARGUMENTS: Record<string, string> = {
  'Organization.viewerCan': '(actions: [PROJECT_CREATE])',
  'Project.viewerCan': '(actions: [API_KEY_CREATE])',
  'Project.consumer': '(name: "ada")',
  'Organization.costAnalytics': DAYS,
  'Project.costAnalytics': DAYS,
  'ApiKey.usage': DAYS,
  'Organization.denials': DAYS,
  'Project.denials': DAYS,
  'ApiKey.denials': DAYS,
}

const isConnection = (name: string): boolean => /(Connection|Edge)$/.test(name)

function selectionOf(type: string, field: string): string {
  const object = schema.getType(type)
  if (!isObjectType(object)) throw new Error(`${type} is not an object type`)
  const definition = object.getFields()[field]
  if (!definition) throw new Error(`There is no ${type}.${field}`)
  const required = definition.args.some(isRequiredArgument)
  const args = ARGUMENTS[`${type}.${field}`] ?? ''
  if (required && !args) throw new Error(`${type}.${field} takes arguments: say which`)
  return `${field}${args}${isCompositeType(getNamedType(definition.type)) ? ' { __typename }' : ''}`
}

const rowOf = (row: '=' | 'empty' | FieldRow, readers: string): FieldRow =>
  row === '=' ? { readers } : row === 'empty' ? { readers, empty: true } : row

test('every type and field of the schema has a row in the authorization table', () => {
  const unclassified: string[] = []
  const check = (type: string, actual: string[], expected: string[]): void => {
    for (const field of actual) if (!expected.includes(field)) unclassified.push(`${type}.${field}`)
    for (const field of expected)
      if (!actual.includes(field)) unclassified.push(`${type}.${field} is classified and not there`)
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(type instanceof GraphQLObjectType) || type.name.startsWith('__') || isConnection(type.name)) continue
    const fields = Object.keys(type.getFields())
    const mutation = `${type.name.charAt(0).toLowerCase()}${type.name.slice(1)}`.replace(/Payload$/, '')
    if (type.name === 'Query') check('Query', fields, QUERIES)
    else if (type.name === 'Subscription') check('Subscription', fields, Object.keys(SUBSCRIPTIONS))
    else if (type.name === 'Mutation') check('Mutation', fields, Object.keys({ ...PAYLOADS, ...BATCHES }))
    else if (type.name.endsWith('Payload')) check(type.name, fields, (PAYLOADS[mutation] ?? '').split(' '))
    else if (NODES[type.name]) check(type.name, fields, Object.keys(NODES[type.name]?.fields ?? {}))
    else if (PARTS[type.name]) check(type.name, fields, (PARTS[type.name] ?? '').split(' '))
    else unclassified.push(type.name)
  }
  expect(unclassified).toEqual([])
})

test('a field is nullable if some callers can read its type but not the field', () => {
  const wrong: string[] = []
  for (const [type, { readers, fields }] of Object.entries(NODES)) {
    const object = schema.getType(type)
    if (!isObjectType(object)) throw new Error(`${type} is not an object type`)
    for (const [field, row] of Object.entries(fields)) {
      const allowed = rowOf(row, readers).readers
      const hidden = ASKERS.some((asker) => names(readers, asker) && !names(allowed, asker))
      if (hidden && String(object.getFields()[field]?.type).endsWith('!')) wrong.push(`${type}.${field}`)
    }
  }
  expect(wrong).toEqual([])
})

// Failed while the look-up of a type by its id always returned null.
test('node(id) and nodes(ids) return every type that implements Node', async () => {
  const node = schema.getType('Node')
  if (!isInterfaceType(node)) throw new Error('Node is not an interface')
  const types = schema.getPossibleTypes(node).map(({ name }) => name)
  expect(types.sort()).toEqual(Object.keys(NODES).sort())
  for (const type of types) {
    const reader = ASKERS.find((asker) => names(NODES[type]?.readers ?? '', asker))
    if (!reader) throw new Error(`No caller can read a ${type}`)
    const id = setting.samples[type]
    const query = 'query ($id: ID!) { node(id: $id) { __typename id } nodes(ids: [$id]) { __typename id } }'
    const { data, errors } = await setting.askers[reader].ask(query, { id })
    expect(errors, type).toBeUndefined()
    expect(data).toEqual({ node: { __typename: type, id }, nodes: [{ __typename: type, id }] })
  }
})

/** Reads one field of a sample by its id. */
async function read(asker: Asker, type: string, selection: string) {
  const id = setting.samples[type]
  return setting.askers[asker].ask(
    `query ($id: ID!) { node(id: $id) { __typename ... on ${type} { ${selection} } } }`,
    { id },
  )
}

describe.each(Object.entries(NODES))('the node type %s', (type, { readers, fields }) => {
  test.each(ASKERS)('is visible to %s exactly as the authorization table says', async (asker) => {
    const { data, errors, status } = await read(asker, type, 'id')
    if (REFUSED.includes(asker)) return expect([status, errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED'])
    expect(errors).toBeUndefined()
    expect(data.node).toEqual(names(readers, asker) ? { __typename: type, id: setting.samples[type] } : null)
    const listed = await setting.askers[asker].ask(`query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, {
      ids: [setting.samples[type], 'nothing'],
    })
    expect(listed.data.nodes).toEqual([names(readers, asker) ? { id: setting.samples[type] } : null, null])
    const root = { Organization: 'organization', Project: 'project' }[type]
    if (!root) return
    const found = await setting.askers[asker].ask(`query ($id: ID!) { ${root}(id: $id) { id } }`, {
      id: setting.samples[type],
    })
    expect(found.data[root]).toEqual(names(readers, asker) ? { id: setting.samples[type] } : null)
  })

  test.each(Object.entries(fields))('has the field %s, which only permitted callers can read', async (field, given) => {
    const row = rowOf(given, readers)
    const wrong: string[] = []
    for (const asker of ASKERS.filter((candidate) => names(readers, candidate))) {
      const { data, errors } = await read(asker, type, selectionOf(type, field))
      const value = data?.node?.[field]
      const codes = errors?.map((error) => `${error.extensions.code} at ${error.path?.join('.')}`) ?? []
      const got = codes.length > 0 ? codes.join() : value === null ? 'null' : 'a value'
      const may = names(row.readers, asker)
      const expected = may ? (row.empty ? 'null' : 'a value') : row.quietly ? 'null' : `FORBIDDEN at node.${field}`
      // The sample can have no value here. The test only checks that there is no error.
      if (got !== expected && !(may && row.empty && got === 'a value'))
        wrong.push(`${asker}: ${got}, expected ${expected}`)
    }
    expect(wrong).toEqual([])
  })
})

test.each(ASKERS)('explain tells %s which role decided', async (asker) => {
  const { data, errors } = await setting.askers[asker].ask(
    `query ($on: ID!) { explain(input: { action: "apiKey:revoke", on: $on }) { allowed decidedBy role } }`,
    { on: setting.samples.ApiKey },
  )
  if (asker === 'anonymous' || REFUSED.includes(asker))
    return expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  const seen = names(NODES.ApiKey?.readers ?? '', asker)
  const may = names('O A PA PM XA XM', asker)
  expect(data.explain).toMatchObject({
    allowed: may,
    decidedBy: may ? 'ROLE' : seen ? 'NO_ROLE' : 'NOT_VISIBLE',
  })
})

test.each(ASKERS)('explain shows %s another principal’s permissions only if they administer them', async (asker) => {
  const { data, errors } = await setting.askers[asker].ask(
    `query ($on: ID!, $principal: ID!) {
      explain(input: { action: "apiKey:create", on: $on, principal: $principal }) { allowed decidedBy role } }`,
    { on: setting.samples.Project, principal: setting.world.ids.user.externalMember },
  )
  if (asker === 'anonymous' || REFUSED.includes(asker))
    return expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  if (names('O A PA externalMember', asker)) {
    expect(data.explain).toEqual({ allowed: true, decidedBy: 'ROLE', role: 'EXTERNAL_PROJECT_MEMBER' })
  } else if (names(NODES.Project?.readers ?? '', asker)) expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  else expect(data.explain.decidedBy).toBe('NOT_VISIBLE')
})

test('a key that lists its project’s keys finds only itself', async () => {
  const { data } = await setting.askers.liveKey.ask(
    `query ($id: ID!) { project(id: $id) { apiKeys(first: 100) { totalCount nodes { id } } } }`,
    { id: setting.samples.Project },
  )
  expect(data.project.apiKeys).toEqual({ totalCount: 1, nodes: [{ id: setting.samples.ApiKey }] })
})

test('every guarded field declares an action of the authorization policy in its extensions', () => {
  for (const [type, { fields, readers }] of Object.entries(NODES)) {
    const object = schema.getType(type)
    if (!isObjectType(object)) throw new Error(`${type} is not an object type`)
    for (const [field, given] of Object.entries(fields)) {
      const row = rowOf(given, readers)
      if (row.readers === readers || row.quietly) continue
      expect(object.getFields()[field]?.extensions.action, `${type}.${field}`).toBeTypeOf('string')
    }
  }
})
