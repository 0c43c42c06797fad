import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { REMOVALS } from '../../promises/authorization/guards.ts'

// Failed with four guards whose code had moved.
test('every guard that `pnpm test:guards` removes exists in the named file', async () => {
  const missing = await Promise.all(
    REMOVALS.map(async ({ what, file, guard }) => {
      const text = await readFile(file, 'utf8').catch(() => '')
      return text.includes(guard) ? [] : [`${what} (${file})`]
    }),
  )
  expect(missing.flat()).toEqual([])
})
