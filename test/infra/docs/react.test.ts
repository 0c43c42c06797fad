import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, isInterfaceType } from 'graphql'
import { expect, test } from 'vitest'
import { possibleTypes } from '../../../sdk/examples/react-keys/src/graphql/possible-types.ts'

const SOURCES = 'sdk/examples/react-keys/src'

/** The blocks of code on the page that no file of the example contains. */
function inventedBlocks(page: string): string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|graphql)$/.test(name))
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'))
  const blocks = [...page.matchAll(/^```(?:tsx?|graphql)\n(.*?)^```/gms)].map(([, code = '']) => code)
  return blocks.filter((code) => !files.some((file) => file.includes(code)))
}

test('the React example contains every code block of docs/react.md', () => {
  const page = readFileSync('docs/react.md', 'utf8')
  expect(inventedBlocks(page)).toEqual([])
  expect(inventedBlocks(page.replace('function useKeys', 'function useAllKeys'))).toHaveLength(1)
})

test('the React example’s caches know every error type in the schema', () => {
  const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'))
  const error = schema.getType('Error')
  const types = isInterfaceType(error) ? schema.getPossibleTypes(error).map(({ name }) => name) : []
  expect(possibleTypes.Error.toSorted()).toEqual(types.toSorted())
})
