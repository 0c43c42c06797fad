import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type Bump, judge } from '../../../sdk/release/rule.ts'

const RELEASED = `
  type Query {
    key(id: ID!, full: Boolean @deprecated(reason: "All of it is read. Removal not before 2027-01-01.")): Key
    old: String @deprecated(reason: "Use \`key\`. Removal not before 2027-06-01.")
  }
  type Key { name: String!, kind: Kind! }
  enum Kind { PROJECT, LEGACY @deprecated(reason: "None are made. Removal not before 2027-06-01.") }
  input Filter { name: String }
`

const asked = (change: (schema: string) => string, announced: Bump = 'none', today = '2027-01-01') =>
  judge({ released: RELEASED, current: change(RELEASED), announced, today })

const without = (part: string | RegExp) => (schema: string) => schema.replace(part, '')
const OLD = /old: String @deprecated.*\n/
const LEGACY = /, LEGACY @deprecated[^}]*/
const ARGUMENT = /, full: .*?"\)/

// Needs no database.
describe('schema changes since the last release', () => {
  test('no change requires no release', async () => {
    expect(await asked((schema) => schema)).toEqual({ required: 'none', problems: [] })
  })

  test.each<[string, (schema: string) => string, Bump]>([
    ['a field that is added', (schema) => schema.replace('name: String!', 'name: String! start: String'), 'minor'],
    ['a value that is added', (schema) => schema.replace('PROJECT', 'PROJECT, GATEWAY'), 'minor'],
    [
      'a field that is deprecated',
      (schema) =>
        schema.replace('kind: Kind!', 'kind: Kind! @deprecated(reason: "No use. Removal not before 2028-01-01.")'),
      'minor',
    ],
    ['a description', (schema) => schema.replace('type Key', '"A key." type Key'), 'patch'],
    ['a field that may be null from now on', (schema) => schema.replace('name: String!', 'name: String'), 'major'],
    ['a new required argument', (schema) => schema.replace('id: ID!', 'id: ID! at: Int!'), 'major'],
    ['a new required input field', (schema) => schema.replace('input Filter { name: String', '$&!'), 'major'],
    ['a field of another type', (schema) => schema.replace('key(', 'key(').replace('): Key', '): String'), 'major'],
  ])('%s requires its release', async (_, change, required) => {
    const { required: found } = await asked(change)
    expect(found).toBe(required)
    const least: Record<Bump, Bump> = { none: 'none', patch: 'none', minor: 'patch', major: 'minor' }
    const { problems } = await asked(change, least[required])
    expect(problems).toEqual([expect.stringContaining(`is a ${required} release, and the changesets say`)])
    expect((await asked(change, required)).problems).toEqual([])
  })

  test.each([
    ['a field', OLD, 'Query.old', '2027-06-01'],
    ['a value', LEGACY, 'Kind.LEGACY', '2027-06-01'],
    ['an argument', ARGUMENT, 'Query.key(full:)', '2027-01-01'],
  ])('a major release can remove %s from its announced removal date', async (_, part, name, day) => {
    const early = await asked(without(part), 'major', '2026-12-31')
    expect(early).toEqual({ required: 'major', problems: [`${name} is gone, but was to stay until ${day}.`] })
    expect((await asked(without(part), 'major', day)).problems).toEqual([])
    expect((await asked(without(part), 'minor', day)).problems).toEqual([expect.stringContaining('is a major release')])
  })

  test('a type or field cannot be removed before a release has deprecated it', async () => {
    const { problems } = await asked(without(', kind: Kind!'), 'major')
    expect(problems).toEqual(['Key.kind is gone, and no release said that it would be: deprecate it first.'])
  })

  test.each([
    ['no day', 'No use.'],
    ['an invalid day', 'No use. Removal not before 2027-02-30.'],
    ['text after the day', 'Removal not before 2027-02-01. Or so.'],
  ])('a deprecation with %s is rejected', async (_, reason) => {
    const change = (schema: string) => schema.replace('name: String!', `name: String! @deprecated(reason: "${reason}")`)
    const says = 'Key.name is deprecated, but its reason does not end with “Removal not before YYYY-MM-DD.”'
    expect((await asked(change, 'major')).problems).toEqual([says])
  })

  test('a removal date can be postponed but not moved forward', async () => {
    const moved = (day: string) => (schema: string) => schema.replace(/(Use .*not before )2027-06-01/, `$1${day}`)
    expect(await asked(moved('2028-01-01'), 'patch')).toEqual({ required: 'patch', problems: [] })
    const says =
      'Query.old was to stay until 2027-06-01 and now says 2027-05-31: a day may be put off, not brought forward.'
    expect((await asked(moved('2027-05-31'), 'minor')).problems).toEqual([says])
  })

  test('changesets announce every schema change', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'sdk/release/check.ts'])
    expect(stdout).toMatch(/^The graph requires: (none|patch|minor|major)\. The changesets of @keyward\/sdk say: /)
  })
})
