import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { sizeOf } from '../../../sdk/size.ts'
import { isForNode } from './packed.ts'

const { exports } = JSON.parse(readFileSync('sdk/package.json', 'utf8'))

/** Budgets in bytes, minified and gzipped. Each adapter adds a few lines to the gateway module, and the headers of rates. */
const BUDGETS: Record<string, number> = {
  '.': 16_000,
  './gateway': 15_000,
  './gateway/secrets': 600,
  './webhooks': 1_200,
  './gateway/node': 2_250,
}
const budgetOf = (entry: string): number => BUDGETS[entry] ?? 1_850

describe('the SDK’s bundle size', () => {
  test.each(Object.keys(exports))(
    '%s is within its budget, and uses only Web APIs unless its name says node',
    async (entry) => {
      const { minified, gzipped, builtins } = await sizeOf(`@keyward/sdk${entry.slice(1)}`)
      console.log(
        `@keyward/sdk${entry.slice(1)}: ${minified} bytes minified, ${gzipped} gzipped, of ${budgetOf(entry)}`,
      )
      expect(gzipped).toBeLessThanOrEqual(budgetOf(entry))
      if (!isForNode(entry)) expect(builtins).toEqual([])
    },
  )
})
