import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { freePort } from '../../infra/server/chromium.ts'
import { foreignSecret } from '../../infra/world.ts'
import { refusalOf } from '../sdk/world.ts'
import { type Example, run, start } from './example.ts'
import { type ReportedWorld, startReportedWorld } from './usage-setting.ts'

/* sdk/examples/inference-server in its own process, with a listening Keyward server and OpenAI's unmodified client. */

const MODEL = 'example/porter'
const OTHER = 'example/elsewhere'
/** The price of a token, in nano-dollars. */
const INPUT = 10_000
const OUTPUT = 30_000

let world: ReportedWorld
let keyward: Listener
let spool: string
let example: Example
let environment: NodeJS.ProcessEnv

beforeAll(async () => {
  world = await startReportedWorld()
  const effectiveFrom = '2020-01-01T00:00:00Z'
  const prices = [
    { lineItem: 'INPUT_TOKENS', usd: '10', effectiveFrom },
    { lineItem: 'OUTPUT_TOKENS', usd: '30', effectiveFrom },
  ]
  const models = [
    { slug: MODEL, displayName: 'Porter', workload: 'INFERENCE', prices },
    { slug: OTHER, displayName: 'Elsewhere', workload: 'INFERENCE', prices },
  ]
  await loadModels(world.app.runtime, { models })
  keyward = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
  spool = await mkdtemp(join(tmpdir(), 'keyward-example-'))
  environment = { KEYWARD_URL: keyward.url, KEYWARD_GATEWAY_TOKEN: world.gatewayToken, MODEL }
  example = await start({ ...environment, SPOOL_DIRECTORY: spool })
})
afterAll(async () => {
  example?.kill('SIGKILL')
  await example?.ended
  await world?.close()
  await keyward?.stop(1_000)
  if (spool) await rm(spool, { recursive: true, force: true })
})

const clientOf = (apiKey: string, { url } = example) => new OpenAI({ apiKey, baseURL: `${url}/v1` })

const say = (content: string) => [{ role: 'user', content } as const]
/** A prompt whose completion takes more than a minute. */
const LONG = { model: MODEL, messages: say('word '.repeat(3_000)), max_tokens: 4_096, stream: true } as const
const LONG_INPUT = 3_000

interface TokenUsage {
  prompt_tokens: number
  completion_tokens: number
}
const nanosOf = (usages: (TokenUsage | null | undefined)[]): number =>
  usages.reduce((sum, usage) => sum + (usage?.prompt_tokens ?? 0) * INPUT + (usage?.completion_tokens ?? 0) * OUTPUT, 0)

/** Reads the beginning of a stream. */
async function readSome(stream: AsyncIterable<OpenAI.ChatCompletionChunk>, pieces: number): Promise<void> {
  let seen = 0
  for await (const { choices } of stream) {
    if (choices[0]?.delta.content) seen += 1
    if (seen === pieces) return
  }
  throw new Error(`The stream ended after ${seen} of ${pieces}`)
}

/**
 * The number of generated tokens, computed from the recorded cost of a key's long stream. Also checks that it is
 * recorded once.
 */
async function outputOf(projectId: string): Promise<number> {
  const { events, nanos } = await world.recorded(projectId)
  expect(events).toBe(1)
  return (nanos - LONG_INPUT * INPUT) / OUTPUT
}

test('the example returns complete and streamed completions, and charges their usage', async () => {
  const { secret, projectId } = await world.newKey()
  const client = clientOf(secret)
  const question = { model: MODEL, messages: say('Who opens the door?'), seed: 7 }
  const whole = await client.chat.completions.create(question)
  expect(whole).toMatchObject({ object: 'chat.completion', model: MODEL, usage: { prompt_tokens: 5 } })
  const [choice] = whole.choices
  expect(choice).toMatchObject({ index: 0, finish_reason: 'stop', message: { role: 'assistant' } })

  // The same prompt with the same seed gets the same completion, in parts.
  const stream = client.chat.completions.stream({ ...question, stream_options: { include_usage: true } })
  const pieces: string[] = []
  stream.on('content', (piece) => pieces.push(piece))
  const streamed = await stream.finalChatCompletion()
  expect(streamed.choices[0]?.message.content).toBe(choice?.message.content)
  expect(streamed.choices[0]?.finish_reason).toBe('stop')
  expect(streamed.usage).toEqual(whole.usage)
  expect(pieces.length).toBe(whole.usage?.completion_tokens)

  const short = await client.chat.completions.create({ ...question, max_tokens: 3 })
  expect(short).toMatchObject({ choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 3 } })
  const other = await client.chat.completions.create({ ...question, seed: 8 })
  expect(other.choices[0]?.message.content).not.toBe(choice?.message.content)

  const nanos = nanosOf([whole.usage, streamed.usage, short.usage, other.usage])
  await expect.poll(() => world.recorded(projectId)).toEqual({ events: 4, nanos })
})

test("the example's stream reports usage on request and ends like OpenAI's", async () => {
  const { secret } = await world.newKey()
  const read = async (more: object) => {
    const response = await fetch(`${example.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: MODEL, messages: say('Hello'), max_tokens: 2, stream: true, ...more }),
    })
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    return (await response.text()).split('\n\n')
  }
  const plain = await read({})
  expect(plain.slice(-2)).toEqual(['data: [DONE]', ''])
  expect(plain.join()).not.toContain('"usage"')
  const [told = ''] = (await read({ stream_options: { include_usage: true } })).slice(-3)
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }
  expect(JSON.parse(told.replace('data: ', ''))).toMatchObject({ choices: [], usage })
})

test('the example lists its models only for valid keys', async () => {
  const { secret } = await world.newKey()
  const { data } = await clientOf(secret).models.list()
  expect(data).toMatchObject([{ id: MODEL, object: 'model' }])
  expect(await refusalOf(clientOf(foreignSecret()).models.list())).toBeInstanceOf(AuthenticationError)
})

describe("the example's denials, as OpenAI's client shows them:", () => {
  const refused = async (secret: string, more: object = {}): Promise<APIError> => {
    const asked = clientOf(secret).chat.completions.create({ model: MODEL, messages: say('Hello'), ...more })
    const error = await refusalOf(asked)
    if (!(error instanceof APIError)) throw error
    return error
  }

  test('an unknown key and a revoked key', async () => {
    const unknown = await refused(foreignSecret())
    expect(unknown).toBeInstanceOf(AuthenticationError)
    expect(unknown).toMatchObject({ code: 'NOT_FOUND', type: 'invalid_request_error' })

    const { id, secret } = await world.newKey()
    await clientOf(secret).chat.completions.create({ model: MODEL, messages: say('Hello'), max_tokens: 1 })
    const { gateways } = await world.owner.apiKeys.revoke({ id, awaitGatewaysSeconds: 10 })
    expect(gateways?.every(({ acknowledged }) => acknowledged)).toBe(true)
    const revoked = await refused(secret)
    expect(revoked).toBeInstanceOf(AuthenticationError)
    expect(revoked.code).toBe('REVOKED')
  })

  test('an unknown model and another server’s model', async () => {
    const { secret, projectId } = await world.newKey()
    const unknown = await refused(secret, { model: 'example/nothing' })
    expect(unknown).toBeInstanceOf(PermissionDeniedError)
    expect(unknown).toMatchObject({ code: 'MODEL_NOT_AVAILABLE', param: 'model' })
    const elsewhere = await refused(secret, { model: OTHER })
    expect(elsewhere).toBeInstanceOf(NotFoundError)
    expect(elsewhere).toMatchObject({ code: 'model_not_found', param: 'model' })
    expect(await world.recorded(projectId)).toEqual({ events: 0, nanos: 0 })
  })

  test('a key restricted to other networks', async () => {
    const here = await world.newKey({ allowedIps: ['127.0.0.1/32'] })
    await clientOf(here.secret).chat.completions.create({ model: MODEL, messages: say('Hello'), max_tokens: 1 })
    const elsewhere = await world.newKey({ allowedIps: ['192.0.2.0/24'] })
    expect(await refused(elsewhere.secret)).toMatchObject({ status: 403, code: 'IP_NOT_ALLOWED' })
  })

  // Failed by hanging without `x-should-retry`: the client waited for the end of the month.
  test('an exhausted budget, without a retry', async () => {
    // The budget covers 330 output tokens and a few input tokens, but not after both were used.
    const { secret, projectId } = await world.newKey({ limits: { budgets: [{ period: 'MONTH', usd: '0.01' }] } })
    const asked = { model: MODEL, messages: say('Hello there!'), max_tokens: 330 }
    const { usage } = await clientOf(secret).chat.completions.create(asked)
    await expect.poll(() => world.recorded(projectId)).toEqual({ events: 1, nanos: nanosOf([usage]) })
    let attempts = 0
    const client = clientOf(secret).withOptions({
      fetch: (input, init) => {
        attempts += 1
        return fetch(input, init)
      },
    })
    const error = await refusalOf(client.chat.completions.create(asked))
    expect(error).toBeInstanceOf(RateLimitError)
    expect(error).toMatchObject({ code: 'BUDGET_EXCEEDED', type: 'insufficient_quota' })
    expect(attempts).toBe(1)
    // A cheaper request still fits, because the first reservation was released.
    await client.chat.completions.create({ ...asked, max_tokens: 100 })
  })

  test.each([
    ['messages', { messages: [] }],
    ['messages[0].role', { messages: [{ role: 'nobody', content: 'Hello' }] }],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    ['messages[0].content[0]', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
    ['model', { model: 1 }],
    ['max_tokens', { max_tokens: 0 }],
    ['max_tokens', { max_tokens: 4_097 }],
    ['max_completion_tokens', { max_completion_tokens: 1.5 }],
    ['seed', { seed: 'none' }],
    ['n', { n: 2 }],
    ['stream', { stream: 'yes' }],
    ['stream_options.include_usage', { stream: true, stream_options: { include_usage: 1 } }],
  ])('a body whose `%s` is wrong: %j', async (param, more) => {
    const { secret } = await world.newKey()
    const error = await refused(secret, more)
    expect(error).toBeInstanceOf(BadRequestError)
    expect(error).toMatchObject({ type: 'invalid_request_error', param })
  })

  test('a body that is not JSON and a body that is too large', async () => {
    const { secret } = await world.newKey()
    const post = async (body: string) => {
      const headers = { authorization: `Bearer ${secret}` }
      const response = await fetch(`${example.url}/v1/chat/completions`, { method: 'POST', headers, body })
      return [response.status, await response.json()]
    }
    const error = { type: 'invalid_request_error', code: null, param: null }
    expect(await post('{')).toEqual([400, { error: { message: 'The body is not JSON.', ...error } }])
    const message = 'The body has more than 1000000 bytes.'
    expect(await post(' '.repeat(1_000_001))).toEqual([413, { error: { message, ...error } }])
  })
})

test('the example has a health endpoint', async () => {
  const response = await fetch(`${example.url}/health`)
  expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ connected: true })])
})

test('the example is not ready and denies every request until it connects to Keyward', async () => {
  const away = await start({ ...environment, KEYWARD_URL: `http://127.0.0.1:${await freePort()}` })
  try {
    const response = await fetch(`${away.url}/health`)
    expect([response.status, await response.json()]).toEqual([503, expect.objectContaining({ asOf: null })])
    const client = clientOf(foreignSecret(), away).withOptions({ maxRetries: 0 })
    const error = await refusalOf(client.chat.completions.create({ model: MODEL, messages: say('Hello') }))
    expect(error).toMatchObject({ status: 503, code: 'UNAVAILABLE', type: 'server_error' })
  } finally {
    away.kill('SIGTERM')
    expect(await away.ended).toBe(0)
  }
})

test('the example does not start without a valid token', async () => {
  const without = await run({ KEYWARD_URL: keyward.url })
  expect(await without.ended).toBe(2)
  expect(without.output()).toMatch(/^KEYWARD_GATEWAY_TOKEN is not set\. .*\n$/)
  const { secret } = await world.newKey()
  const wrong = await run({ ...environment, KEYWARD_GATEWAY_TOKEN: secret })
  expect(await wrong.ended).toBe(1)
  expect(wrong.output()).not.toContain(secret.slice(0, 20))
  expect(await (await run({ ...environment, PORT: 'eighty' })).ended).toBe(2)
})

describe('the example neither loses usage nor counts it twice:', () => {
  let own: Example
  const begin = async (more: NodeJS.ProcessEnv = {}) => {
    own = await start({ ...environment, ...more })
  }
  afterAll(() => own?.kill('SIGKILL'))
  const stop = async () => {
    own.kill('SIGTERM')
    return own.ended
  }

  // Failed without the `finally` of `pieces` and without checking `aborted`: the whole completion was generated.
  test('if a client aborts a stream', async () => {
    await begin()
    const { secret, projectId } = await world.newKey()
    await readSome(await clientOf(secret, own).chat.completions.create(LONG), 3)
    await expect.poll(() => world.recorded(projectId)).toMatchObject({ events: 1 })
    expect(await stop()).toBe(0)
    const output = await outputOf(projectId)
    expect(output).toBeGreaterThanOrEqual(3)
    expect(output).toBeLessThan(4_096)
  })

  test('if a client does not wait for the response', async () => {
    await begin()
    const { id, secret, projectId } = await world.newKey()
    const leaving = new AbortController()
    const asked = { ...LONG, stream: false }
    const left = refusalOf(clientOf(secret, own).chat.completions.create(asked, { signal: leaving.signal }))
    // The request is in progress once its key is allowed.
    await expect.poll(async () => (await world.owner.apiKeys.get(id))?.lastUsedAt ?? null).not.toBeNull()
    leaving.abort()
    await left
    await expect.poll(() => world.recorded(projectId)).toMatchObject({ events: 1 })
    expect(await stop()).toBe(0)
    expect(await outputOf(projectId)).toBeLessThan(4_096)
  })

  test('if the server is stopped during a stream', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'keyward-example-'))
    await begin({ SPOOL_DIRECTORY: directory })
    const { secret, projectId } = await world.newKey()
    const asked = { ...LONG, max_tokens: 100, stream_options: { include_usage: true } }
    const usages: TokenUsage[] = []
    let seen = 0
    for await (const { choices, usage } of await clientOf(secret, own).chat.completions.create(asked)) {
      if (choices[0]?.delta.content) seen += 1
      if (seen === 3 && choices[0]?.delta.content) own.kill('SIGTERM')
      if (usage) usages.push(usage)
    }
    expect(usages).toMatchObject([{ prompt_tokens: LONG_INPUT, completion_tokens: 100 }])
    expect(await own.ended).toBe(0)
    expect(await world.recorded(projectId)).toEqual({ events: 1, nanos: nanosOf(usages) })
    expect(await readdir(directory)).toEqual([])
    await rm(directory, { recursive: true })
  })

  // Failed without `settled`: the gateway was closed before the usage was recorded.
  test('if a stream exceeds the shutdown deadline', async () => {
    await begin({ SHUTDOWN_SECONDS: '0' })
    const { secret, projectId } = await world.newKey()
    const read = async () => {
      let seen = 0
      for await (const { choices } of await clientOf(secret, own).chat.completions.create(LONG)) {
        if (choices[0]?.delta.content) seen += 1
        if (seen === 3) own.kill('SIGTERM')
      }
    }
    await refusalOf(read())
    expect(await own.ended).toBe(0)
    const output = await outputOf(projectId)
    expect(output).toBeGreaterThanOrEqual(3)
    expect(output).toBeLessThan(4_096)
  })
})
