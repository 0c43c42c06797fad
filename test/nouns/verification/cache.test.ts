import { afterAll, beforeAll, expect, test } from 'vitest'
import { RowCache } from '../../../schema/verification/cache.ts'
import { startApp, type TestApp } from '../../infra/app.ts'

/* The eviction of a full cache. Failed when the oldest row was evicted even if it was in use. */

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app?.close())

function cacheOf(capacity: number) {
  const looked: string[] = []
  const cache = new RowCache<string>({
    changes: app.app.runtime.changes,
    kinds: [],
    capacity,
    subjects: (row) => [row],
    find: async (keys) => {
      looked.push(...keys)
      return new Map(keys.map((key) => [key, `row of ${key}`]))
    },
  })
  return { cache, looked }
}

test('a full cache keeps entries in use and never exceeds its size', async () => {
  const { cache } = cacheOf(50)
  await cache.load('hot')
  for (let index = 0; index < 1_000; index += 1) {
    expect(cache.known('hot')).toBe('row of hot')
    await cache.load(`passing ${index}`)
    expect(cache.size).toBeLessThanOrEqual(50)
  }
  expect(cache.known('passing 0')).toBeUndefined()
  expect(cache.known('passing 999')).toBe('row of passing 999')
  cache.close()
})

test('a full cache evicts an entry even if all are in use', async () => {
  const { cache } = cacheOf(50)
  const names = Array.from({ length: 200 }, (_, index) => `used ${index}`)
  for (const name of names) {
    await cache.load(name)
    for (const each of names) cache.known(each)
  }
  expect(cache.size).toBe(50)
  expect(cache.known('used 199')).toBe('row of used 199')
  cache.close()
})

test('simultaneous look-ups of a key are one look-up', async () => {
  const { cache, looked } = cacheOf(50)
  const found = await Promise.all(['a', 'b', 'a'].map((key) => cache.load(key)))
  expect(found).toEqual(['row of a', 'row of b', 'row of a'])
  expect(looked).toEqual(['a', 'b'])
  cache.close()
})
