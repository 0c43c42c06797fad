import { Cache } from '@keyward/engine/knowledge/cache'
import { Freshness, UNAVAILABLE } from '@keyward/engine/knowledge/freshness'
import { expect, test } from 'vitest'

// Failed while each request for an unknown row waited two seconds, however long the outage was known.
test('after a failed look-up, the next ones wait a quarter as long until one succeeds', async () => {
  let answers = false
  const waits: { milliseconds: number; end: () => void }[] = []
  const host = {
    now: () => 0,
    elapsed: () => 0,
    soon: (work: () => void) => void setImmediate(work),
    after(milliseconds: number, end: () => void) {
      waits.push({ milliseconds, end })
      return () => undefined
    },
    every: () => () => undefined,
    newId: () => '',
  }
  const cache = new Cache<string>(host, {
    capacity: 10,
    subjectsOf: () => [],
    lookUp: (keys) =>
      answers
        ? Promise.resolve({ rows: new Map(keys.map((key) => [key, key])), asOf: 0 })
        : new Promise(() => undefined),
  })
  const freshness = new Freshness(host, { asOf: 0, graceMs: 0 })
  /** Waits for the longest time that a look-up may take, and returns it. */
  const outcomeOf = async (key: string) => {
    const found = freshness.find(cache, key)
    const { milliseconds, end } = waits.at(-1) ?? { milliseconds: 0, end: () => undefined }
    if (!answers) end()
    return [milliseconds, await found]
  }
  const row = (key: string) => expect.objectContaining({ row: key })
  expect(await outcomeOf('first')).toEqual([2_000, UNAVAILABLE])
  expect(await outcomeOf('second')).toEqual([500, UNAVAILABLE])
  expect(await outcomeOf('third')).toEqual([500, UNAVAILABLE])
  answers = true
  expect(await outcomeOf('fourth')).toEqual([500, row('fourth')])
  expect(await outcomeOf('fifth')).toEqual([2_000, row('fifth')])
})
