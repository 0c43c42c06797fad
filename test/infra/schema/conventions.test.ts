import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getNamedType, isNonNullType, isObjectType, isUnionType } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../../schema/graph.ts'
import { PLUGINS } from '../../../schema/graphql/builder.ts'

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

test('plugins wrap resolvers in the order that authorization requires', () => {
  expect(PLUGINS).toEqual([
    'pace',
    'errors',
    'relay',
    'ids',
    'scopeAuth',
    'statements',
    'cursors',
    'prisma',
    'complexity',
  ])
})

// Gateways send it with every request: it takes a list, and returns a union for each entry.
const BATCHES = ['apiKeysAuthorize']

test('a mutation takes one input and returns a non-null union of its payload and errors', () => {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    if (BATCHES.includes(field.name)) continue
    const name = capitalize(field.name)
    expect(field.args.map((argument) => `${argument.name}: ${argument.type}`)).toEqual([`input: ${name}Input!`])
    expect(String(field.type)).toBe(`${name}Result!`)
    const result = getNamedType(field.type)
    if (!isUnionType(result)) throw new Error(`${name}Result is not a union`)
    const members = result.getTypes().map((type) => type.name)
    expect(members).toEqual(
      expect.arrayContaining([`${name}Payload`, 'ForbiddenError', 'NotFoundError', 'ValidationError']),
    )
    for (const member of result.getTypes()) {
      if (member.name === `${name}Payload`) continue
      expect(member.getInterfaces().map((type) => type.name)).toEqual(['Error'])
    }
  }
})

test('every node type has a non-null id', () => {
  const node = schema.getType('Node')
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.getInterfaces().some((face) => face === node)) continue
    expect(isNonNullType(type.getFields().id?.type)).toBe(true)
  }
})

test('connections have nodes, edges, page info and a bounded count', () => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.name.endsWith('Connection')) continue
    // Keys are also counted by their values.
    const fields = Object.keys(type.getFields()).filter((name) => !/^countsBy[A-Z]/.test(name))
    expect(fields.sort(), type.name).toEqual(['edges', 'nodes', 'pageInfo', 'totalCount', 'totalCountCapped'])
  }
})

// Failed with a DataLoader in user/loaders.ts: a long answer would send a statement of it in each of its turns.
test('only schema/core/loader.ts imports the dataloader package', () => {
  const folder = join(import.meta.dirname, '../../../schema')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('node_modules'),
  )
  const withLoaders = files.filter((file) => readFileSync(join(folder, file), 'utf8').includes("from 'dataloader'"))
  expect(withLoaders).toEqual(['core/loader.ts'])
})
