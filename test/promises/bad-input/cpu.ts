import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'

/** R8: the most CPU time of a request that is rejected, and of each accepted one. In milliseconds. */
export const CPU_MS = 50

const isNightly = process.env.KEYWARD_NIGHTLY === '1'
const STRIDE = 8
let turn = 0

/**
 * The kinds of values that one place gets: all in the nightly run, and else an eighth, in turn, so that every place gets
 * some and every kind meets many places.
 */
export function kindsForNextPlace<Kind>(kinds: readonly Kind[]): readonly Kind[] {
  turn += 1
  if (isNightly) return kinds
  const stride = Math.min(STRIDE, kinds.length)
  return kinds.filter((_, index) => (index + turn) % stride === 0)
}

const tries = { requests: 0, longest: 0, of: '' }

/** CPU time of the process while a function runs, in milliseconds. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/**
 * Expects work to cost at most 50 ms of CPU time, without its preparation. Takes the lowest of some attempts, because garbage collection and
 * compilation of other work can interfere. Later attempts wait: a core that another process shares costs the same work
 * more CPU time.
 */
export async function expectCheap<T>(
  what: string,
  prepare: () => T,
  work: (prepared: T) => Promise<unknown>,
): Promise<void> {
  let least = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 20 && least > CPU_MS; attempt++) {
    await delay(attempt < 4 ? 0 : 250)
    const prepared = prepare()
    least = Math.min(least, await cpuOf(() => work(prepared)))
  }
  tries.requests += 1
  if (least > tries.longest) Object.assign(tries, { longest: least, of: what })
  expect(least, what).toBeLessThanOrEqual(CPU_MS)
}

/** Prints the figures of R8 for a file of tests, and starts new ones. */
export function printFigures(places: string): void {
  const { requests, longest, of } = tries
  console.log(`R8: ${places}, ${requests} requests, longest ${longest.toFixed(1)} ms of CPU: ${of.slice(0, 160)}`)
  Object.assign(tries, { requests: 0, longest: 0, of: '' })
}

const INTERNAL = /"INTERNAL(_SERVER_ERROR)?"/

/** Expects a response that is not a failure of the server. Reads its body, or the beginning of a stream. */
export async function expectStood(what: string, response: Response): Promise<string> {
  const text = await beginOf(response)
  expect(response.status, `${what}: ${text.slice(0, 200)}`).not.toBe(500)
  expect(INTERNAL.test(text), `${what}: ${text.slice(0, 200)}`).toBe(false)
  return text
}

/** The body of a response, or the beginning of a stream: subscriptions never end. */
async function beginOf(response: Response): Promise<string> {
  if (!/^(text\/event-stream|multipart\/mixed)/.test(response.headers.get('content-type') ?? '')) return response.text()
  const reader = response.body?.getReader()
  const first = await reader?.read()
  // Yoga's stream of an error has nothing to cancel.
  await reader?.cancel().catch(() => undefined)
  return new TextDecoder().decode(first?.value)
}
