import { readdirSync, readFileSync } from 'node:fs'
import { Keyward } from '@keyward/sdk'
import { buildSchema, Kind, parse } from 'graphql'
import { expect, test } from 'vitest'
import * as documents from '../../../sdk/src/generated/documents.ts'

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'))
const operations = Object.values(documents)

/** The root field of a document. */
function rootFieldOf(text: string): string {
  const [definition] = parse(text).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`Not an operation: ${text}`)
  const [field] = definition.selectionSet.selections
  if (field?.kind !== Kind.FIELD) throw new Error(`Not a field: ${text}`)
  return field.name.value
}

test('every field of Query, Mutation and Subscription has a method', () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const fields = roots.flatMap((type) => Object.keys(type?.getFields() ?? {}))
  const reached = new Set(operations.map(({ text }) => rootFieldOf(text)))
  expect(fields.length).toBeGreaterThan(30)
  expect(fields.filter((field) => !reached.has(field))).toEqual([])
})

test('every list of an organization or a project has a method', () => {
  const lists = ['Organization', 'Project', 'Viewer'].flatMap((name) => {
    const type = schema.getType(name)
    const fields = type && 'getFields' in type ? Object.values(type.getFields()) : []
    return fields.filter(({ type: of }) => /Connection!?$/.test(String(of))).map((field) => [name, field.name])
  })
  const parents: Record<string, string> = { Organization: 'organization', Project: 'project', Viewer: 'viewer' }
  const paths = operations.map(({ path }) => path.join('.'))
  expect(lists.filter(([name = '', field]) => !paths.includes(`${parents[name]}.${field}`))).toEqual([])
})

test('every method’s name matches its operation’s path', () => {
  const client: object = new Keyward({ token: null })
  const files = readdirSync('sdk/operations', { recursive: true, encoding: 'utf8' })
  const methods = files.filter((file) => file.endsWith('.graphql') && !file.startsWith('fragments'))
  const names = methods.map((file) => file.replace('.graphql', '').replaceAll('/', '.'))
  for (const name of names) {
    const [method, owner = client] = name.includes('.')
      ? [name.split('.')[1] ?? '', Reflect.get(client, name.split('.')[0] ?? '')]
      : [name]
    expect(typeof Reflect.get(owner, method), name).toBe('function')
  }
  expect(operations.map(({ name }) => name).sort()).toEqual(names.sort())
})

test('every file in the generated folder belongs to an operation', () => {
  const files = readdirSync('sdk/operations', { recursive: true, encoding: 'utf8' })
  const folders = files.flatMap((file) => /^(?!fragments)(.+)\/.+\.graphql$/.exec(file)?.[1] ?? [])
  const expected = [...new Set(folders)].map((name) => `${name}.ts`)
  expect(readdirSync('sdk/src/generated/resources').sort()).toEqual(expected.sort())
})
