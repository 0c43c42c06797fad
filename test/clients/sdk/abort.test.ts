import { Keyward } from '@keyward/sdk'
import { expect, test } from 'vitest'
import { answer, refusalOf } from './world.ts'

const never = () => new Promise<Response>(() => {})

/** Longer than the timeout of a test, so that a wait that ignores the abort fails. */
const timeout = 3_600_000

async function aborted(work: (signal: AbortSignal) => PromiseLike<unknown>) {
  const controller = new AbortController()
  const reason = new Error('enough')
  setTimeout(() => controller.abort(reason), 50)
  return { thrown: await refusalOf(work(controller.signal)), reason }
}

test("an abort ends a request at once with the signal's reason, even if fetch ignores the signal", async () => {
  const client = new Keyward({ token: null, fetch: never, timeout })
  const { thrown, reason } = await aborted((signal) => client.viewer.get({ signal }))
  expect(thrown).toBe(reason)
})

test('an abort ends the wait between two attempts immediately', async () => {
  const body = { errors: [{ message: 'Away', extensions: { code: 'UNAVAILABLE' } }] }
  let requests = 0
  const fetch = async () => {
    requests += 1
    return answer(body, 503, { 'retry-after': '60' })
  }
  const client = new Keyward({ token: null, fetch })
  const { thrown, reason } = await aborted((signal) => client.viewer.get({ signal }))
  expect(thrown).toBe(reason)
  expect(requests).toBe(1)
})

test('an abort ends reading a body, a list and a creation', async () => {
  const endless = async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }))
  const client = new Keyward({ token: null, fetch: endless, timeout })
  const calls = [
    (signal: AbortSignal) => client.viewer.get({ signal }),
    (signal: AbortSignal) => client.organizations.list({}, { signal }),
    (signal: AbortSignal) => client.apiKeys.create({ projectId: 'prj_1', name: 'x' }, { signal }),
    (signal: AbortSignal) => client.request('{ viewer { kind } }', {}, { signal }),
  ]
  for (const call of calls) {
    const { thrown, reason } = await aborted(call)
    expect(thrown).toBe(reason)
  }
})

test('an aborted signal sends no request', async () => {
  let requests = 0
  const fetch = () => {
    requests += 1
    return never()
  }
  const signal = AbortSignal.abort()
  expect(await refusalOf(new Keyward({ token: null, fetch }).viewer.get({ signal }))).toBe(signal.reason)
  expect(requests).toBe(0)
})
