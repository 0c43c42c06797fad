import { Cache } from '@keyward/engine/knowledge/cache'
import { expect, test } from 'vitest'

/* Failed when the oldest row was dropped even if it was in use. */

function cacheOf(capacity: number) {
  const looked: string[] = []
  const cache = new Cache<string>(
    { soon: (work) => void setImmediate(work) },
    {
      capacity,
      subjectsOf: (row) => [row],
      lookUp: async (keys) => {
        looked.push(...keys)
        return { rows: new Map(keys.map((key) => [key, `row of ${key}`])), asOf: 0 }
      },
    },
  )
  return { cache, looked }
}

test('a full cache does not evict rows in use and never exceeds its capacity', async () => {
  const { cache } = cacheOf(50)
  await cache.load('hot')
  for (let index = 0; index < 1_000; index += 1) {
    expect(cache.get('hot')).toBe('row of hot')
    await cache.load(`passing ${index}`)
    expect(cache.size).toBeLessThanOrEqual(50)
  }
  expect(cache.get('passing 0')).toBeUndefined()
  expect(cache.get('passing 999')).toBe('row of passing 999')
})

test('a full cache evicts a row even if every row is used', async () => {
  const { cache } = cacheOf(50)
  const names = Array.from({ length: 200 }, (_, index) => `used ${index}`)
  for (const name of names) {
    await cache.load(name)
    for (const each of names) cache.get(each)
  }
  expect(cache.size).toBe(50)
  expect(cache.get('used 199')).toBe('row of used 199')
})

test('simultaneous requests for a row share one look-up', async () => {
  const { cache, looked } = cacheOf(50)
  const found = await Promise.all(['a', 'b', 'a'].map((key) => cache.load(key)))
  expect(found.map(({ row }) => row)).toEqual(['row of a', 'row of b', 'row of a'])
  expect(looked).toEqual(['a', 'b'])
})

// Failed while such a row was missing, so that its key was unknown.
test('an unreadable row is null and does not affect other rows', async () => {
  const cache = new Cache<string>(
    { soon: (work) => void setImmediate(work) },
    {
      capacity: 10,
      subjectsOf: (row) => [row],
      lookUp: async (keys) => ({
        rows: new Map(keys.flatMap((key) => (key === 'missing' ? [] : [[key, key === 'odd' ? null : key] as const]))),
        asOf: 0,
      }),
    },
  )
  const looked = await Promise.all(['odd', 'missing', 'good'].map((key) => cache.load(key)))
  expect(looked.map(({ row }) => row)).toEqual([null, undefined, 'good'])
  expect(['odd', 'missing', 'good'].map((key) => cache.get(key))).toEqual([undefined, undefined, 'good'])
})

// Failed while a request joined a look-up from before a change of its row.
test('a request after a change does not join a look-up that was sent before the change', async () => {
  let version = 1
  const waiting: (() => void)[] = []
  const cache = new Cache<{ id: string; version: number }>(
    { soon: (work) => void setImmediate(work) },
    {
      capacity: 10,
      subjectsOf: ({ id }) => [id],
      lookUp: async (keys) => {
        const rows = new Map(keys.map((id) => [id, { id, version }]))
        await new Promise<void>((resolve) => waiting.push(resolve))
        return { rows, asOf: 0 }
      },
    },
  )
  const before = cache.load('key')
  await expect.poll(() => waiting.length).toBe(1)
  version = 2
  cache.change('key')
  const after = cache.load('key')
  await expect.poll(() => waiting.length).toBe(2)
  for (const resolve of waiting) resolve()
  expect((await after).row?.version).toBe(2)
  expect((await before).row?.version).toBe(1)
  expect(cache.get('key')?.version ?? 2).toBe(2)
})

// Failed while one look-up was sent for all keys, or failed together with the others.
test('keys beyond a batch are looked up in another batch, which can fail independently', async () => {
  const sizes: number[] = []
  const cache = new Cache<string>(
    { soon: (work) => void setImmediate(work) },
    {
      capacity: 2_000,
      subjectsOf: (row) => [row],
      lookUp: async (keys) => {
        sizes.push(keys.length)
        if (keys.includes('505')) throw new Error('Too slow')
        return { rows: new Map(keys.map((key) => [key, key])), asOf: 0 }
      },
    },
  )
  const outcomes = await Promise.allSettled(Array.from({ length: 1_100 }, (_, index) => cache.load(String(index))))
  expect(sizes).toEqual([500, 500, 100])
  const failed = outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))
  expect([failed[0], failed.length]).toEqual([500, 500])
  expect(cache.size).toBe(600)
})

/** Counts the entries that iterations over maps yield meanwhile. */
async function countEntries(work: () => Promise<unknown>): Promise<number> {
  const iterator = Object.getPrototypeOf(new Map().entries())
  const { next } = iterator
  let entries = 0
  iterator.next = function (this: unknown) {
    entries += 1
    return next.call(this)
  }
  try {
    await work()
  } finally {
    iterator.next = next
  }
  return entries
}

function floodedCache(maxLookUps?: number) {
  const calls: (readonly string[])[] = []
  const cache = new Cache<string>(
    { soon: (work) => void setImmediate(work) },
    {
      capacity: 100,
      subjectsOf: (row) => [row],
      ...(maxLookUps === undefined ? {} : { maxLookUps }),
      lookUp: async (keys) => {
        calls.push(keys)
        await new Promise((resolve) => setImmediate(resolve))
        return { rows: new Map(keys.filter((key) => key === 'known').map((key) => [key, key])), asOf: 0 }
      },
    },
  )
  return { cache, calls }
}

// Failed when each look-up copied the whole queue: 20,000 keys cost 410,000 entries.
test.each([4, undefined])(
  '20,000 queued keys are each read once, with at most %s look-ups in progress',
  async (most) => {
    const { cache } = floodedCache(most)
    const keys = Array.from({ length: 20_000 }, (_, index) => `unknown ${index}`)
    const entries = await countEntries(() => Promise.allSettled(keys.map((key) => cache.load(key))))
    expect(entries).toBeLessThan(3 * keys.length)
  },
)

// Failed when nothing bounded the queue: the key was in look-up 41, behind keys whose requests no longer waited.
test('a key behind a flood of unknown keys waits for at most one round of look-ups', async () => {
  const { cache, calls } = floodedCache(4)
  const first = cache.load('first')
  await expect.poll(() => calls.length).toBe(1)
  const flood = Promise.allSettled(Array.from({ length: 20_000 }, (_, index) => cache.load(`unknown ${index}`)))
  const known = cache.load('known')
  expect((await known).row).toBe('known')
  expect(calls.length).toBeLessThanOrEqual(9)
  expect((await first).row).toBeUndefined()
  const outcomes = (await flood).map(({ status }) => status)
  expect(outcomes.indexOf('fulfilled')).toBeGreaterThan(10_000)
  expect(outcomes.lastIndexOf('rejected')).toBeLessThan(outcomes.indexOf('fulfilled'))
  // The queue takes new keys afterwards.
  expect((await cache.load('later')).row).toBeUndefined()
})
