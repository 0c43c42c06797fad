import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const SOURCES = 'sdk/examples/react-keys/src'

/** The blocks of code on the page that no file of the example contains. */
function inventedBlocks(page: string): string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|graphql)$/.test(name))
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'))
  const blocks = [...page.matchAll(/^```(?:tsx?|graphql)\n(.*?)^```/gms)].map(([, code = '']) => code)
  return blocks.filter((code) => !files.some((file) => file.includes(code)))
}

test('docs/react.md: the example contains every block of code, and another word in it is found', () => {
  const page = readFileSync('docs/react.md', 'utf8')
  expect(inventedBlocks(page)).toEqual([])
  expect(inventedBlocks(page.replace('function useKeys', 'function useAllKeys'))).toHaveLength(1)
})
