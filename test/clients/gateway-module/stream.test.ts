import { connect } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { foreignSecret } from '../../infra/world.ts'
import { refusalOf } from '../sdk/world.ts'
import { type Example, start } from './example.ts'
import { type ReportedWorld, startReportedWorld } from './usage-setting.ts'

/*
 * Streams of sdk/examples/inference-server that clients cancel, with token rates and concurrency on the key. The clients
 * are the unmodified packages of OpenAI and Anthropic, and bare sockets.
 */

const MODEL = 'example/porter'
/** The price of a token, in nano-dollars. The amounts tell input from output in a sum. */
const INPUT = 1
const OUTPUT = 1_000_000

let world: ReportedWorld
let keyward: Listener
let example: Example

beforeAll(async () => {
  world = await startReportedWorld()
  const effectiveFrom = '2020-01-01T00:00:00Z'
  const prices = [
    { lineItem: 'INPUT_TOKENS', usd: '0.001', effectiveFrom },
    { lineItem: 'OUTPUT_TOKENS', usd: '1000', effectiveFrom },
    { lineItem: 'OUTPUT_TOKENS', usd: '500', serviceTier: 'FLEX', effectiveFrom },
    { lineItem: 'CACHED_INPUT_TOKENS', usd: '2', effectiveFrom },
    { lineItem: 'CACHE_WRITE_TOKENS', usd: '3', effectiveFrom },
    { lineItem: 'REASONING_TOKENS', usd: '5', effectiveFrom },
  ]
  await loadModels(world.app.runtime, {
    models: [{ slug: MODEL, displayName: 'Porter', workload: 'INFERENCE', prices }],
  })
  keyward = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
  example = await start({ KEYWARD_URL: keyward.url, KEYWARD_GATEWAY_TOKEN: world.gatewayToken, MODEL })
})
afterAll(async () => {
  example?.kill('SIGKILL')
  await example?.ended
  await world?.close()
  await keyward?.stop(1_000)
})

const openaiOf = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${example.url}/v1`, maxRetries: 0 })
const anthropicOf = (apiKey: string) => new Anthropic({ apiKey, authToken: null, baseURL: example.url, maxRetries: 0 })

const MAX_TOKENS = 8
const messages = [{ role: 'user', content: 'Who opens the door?' } as const]
const INPUT_TOKENS = 5
const asked = { model: MODEL, messages, max_tokens: MAX_TOKENS }

test("Anthropic's client receives complete and streamed messages with x-api-key", async () => {
  const { secret, projectId } = await world.newKey()
  const client = anthropicOf(secret)
  const whole = await client.messages.create(asked)
  expect(whole).toMatchObject({ type: 'message', role: 'assistant', usage: { input_tokens: INPUT_TOKENS } })
  const streamed = await client.messages.stream(asked).finalMessage()
  expect([streamed.content, streamed.stop_reason, streamed.usage]).toEqual([
    whole.content,
    whole.stop_reason,
    whole.usage,
  ])
  const nanos = 2 * (INPUT_TOKENS * INPUT + whole.usage.output_tokens * OUTPUT)
  await expect.poll(() => world.recorded(projectId)).toEqual({ events: 2, nanos })

  const system = await client.messages.create({ ...asked, system: [{ type: 'text', text: 'Be brief' }] })
  expect(system.usage.input_tokens).toBe(INPUT_TOKENS + 2)
})

test('the example charges cache writes and cache reads according to cache_control', async () => {
  const { secret, projectId } = await world.newKey()
  const client = anthropicOf(secret)
  const system = [{ type: 'text', text: 'Be brief', cache_control: { type: 'ephemeral' } } as const]
  const first = await client.messages.create({ ...asked, system })
  const read = { cache_creation_input_tokens: 0, cache_read_input_tokens: 2 }
  expect(first.usage).toMatchObject({
    input_tokens: INPUT_TOKENS,
    cache_creation_input_tokens: 2,
    cache_read_input_tokens: 0,
    service_tier: 'standard',
  })
  const second = await client.messages.stream({ ...asked, system }).finalMessage()
  expect(second.usage).toMatchObject({ input_tokens: INPUT_TOKENS, ...read })
  const output = first.usage.output_tokens + second.usage.output_tokens
  const nanos = 2 * INPUT_TOKENS * INPUT + 2 * 3_000 + 2 * 2_000 + output * OUTPUT
  await expect.poll(() => world.recorded(projectId)).toEqual({ events: 2, nanos })
})

test('the example charges for thinking tokens, and uses the request’s service-tier prices', async () => {
  const { secret, projectId } = await world.newKey()
  const more = { reasoning_effort: 'low', service_tier: 'flex' } as const
  const { usage, service_tier } = await openaiOf(secret).chat.completions.create({ ...asked, ...more })
  expect([service_tier, usage?.completion_tokens_details?.reasoning_tokens]).toEqual(['flex', 4])
  const nanos = INPUT_TOKENS * INPUT + 4 * 5_000 + ((usage?.completion_tokens ?? 0) - 4) * (OUTPUT / 2)
  await expect.poll(() => world.recorded(projectId)).toEqual({ events: 1, nanos })
})

test("Anthropic's client throws its own errors for denials and invalid bodies", async () => {
  const unknown = await refusalOf(anthropicOf(foreignSecret()).messages.create(asked))
  expect(unknown).toBeInstanceOf(Anthropic.AuthenticationError)
  expect(unknown).toMatchObject({ error: { type: 'error', error: { type: 'authentication_error' } } })
  const { secret } = await world.newKey()
  const wrong = await refusalOf(anthropicOf(secret).messages.create({ ...asked, max_tokens: 0 }))
  expect(wrong).toBeInstanceOf(Anthropic.BadRequestError)
  expect(wrong).toMatchObject({ error: { error: { type: 'invalid_request_error' } } })
})

test("OpenAI's client retries a denied request after retry-after", async () => {
  const { secret } = await world.newKey({ limits: { maxConcurrent: 1 } })
  const rated = await world.newKey({ limits: { rates: [{ unit: 'TOKENS', per: 'MINUTE', max: '1000' }] } })
  const { response } = await openaiOf(rated.secret).chat.completions.create(asked).withResponse()
  expect(response.headers.get('x-ratelimit-limit-tokens')).toBe('1000')
  expect(Number(response.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(1_000)
  expect(response.headers.get('ratelimit')).toBeTruthy()

  const statuses: number[] = []
  const retryAfter: (string | null)[] = []
  const retrying = openaiOf(secret).withOptions({
    maxRetries: 3,
    fetch: async (input, init) => {
      const each = await fetch(input, init)
      statuses.push(each.status)
      if (each.status === 429) retryAfter.push(each.headers.get('retry-after'))
      return each
    },
  })
  // The only place is taken by a stream that is longer than the time to the denial, and is cancelled then.
  const long = { ...asked, messages: [{ role: 'user', content: 'word '.repeat(300) } as const], max_tokens: 400 }
  const first = await openaiOf(secret).chat.completions.create({ ...long, stream: true })
  const second = retrying.chat.completions.create(asked)
  await expect.poll(() => statuses).toEqual([429])
  first.controller.abort()
  expect((await second).usage?.prompt_tokens).toBe(INPUT_TOKENS)
  expect(retryAfter[0]).toBe('1')
  expect(statuses.at(-1)).toBe(200)
})

/** One client's knowledge of its stream: the tokens it has received, and whether the stream was complete. */
interface Seen {
  tokens: number
  isComplete: boolean
}

/** Reads a stream of OpenAI's client, and aborts after some tokens. */
async function withOpenai(secret: string, after: number): Promise<Seen> {
  const seen = { tokens: 0, isComplete: false }
  const leaving = new AbortController()
  if (after === 0) setTimeout(() => leaving.abort(), Math.random() * 25)
  const stream = await openaiOf(secret).chat.completions.create({ ...asked, stream: true }, { signal: leaving.signal })
  for await (const { choices } of stream) {
    if (choices[0]?.delta.content) seen.tokens += 1
    if (choices[0]?.finish_reason) seen.isComplete = true
    // Leaving the loop aborts the request.
    if (seen.tokens === after && after > 0) break
  }
  return seen
}

/** Reads a stream of Anthropic's client, and aborts after some tokens. */
async function withAnthropic(secret: string, after: number): Promise<Seen> {
  const seen = { tokens: 0, isComplete: false }
  const leaving = new AbortController()
  if (after === 0) setTimeout(() => leaving.abort(), Math.random() * 25)
  const stream = await anthropicOf(secret).messages.create({ ...asked, stream: true }, { signal: leaving.signal })
  for await (const event of stream) {
    if (event.type === 'content_block_delta') seen.tokens += 1
    if (event.type === 'message_stop') seen.isComplete = true
    if (seen.tokens === after && after > 0) break
  }
  return seen
}

/** Writes a request to a socket, and destroys the socket after some tokens. */
async function withSocket(secret: string, after: number): Promise<Seen> {
  const { hostname, port } = new URL(example.url)
  const body = JSON.stringify({ ...asked, stream: true })
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  let text = ''
  const count = () => text.split('"content":"').length - 1 - (text.includes('"content":""') ? 1 : 0)
  socket.on('data', (data) => {
    text += data
    if (count() >= after && after > 0) socket.destroy()
  })
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${secret}\r\ncontent-type: application/json\r\n` +
      `connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  if (after === 0) setTimeout(() => socket.destroy(), Math.random() * 25)
  await closed
  return { tokens: count(), isComplete: text.includes('[DONE]') }
}

const TIMES = 1_000
const CONCURRENCY = 32
/** Where many decisions take too long at once, the server holds their places until it has released them. */
const PLACES = 8 * CONCURRENCY

// Denied with CONCURRENCY_LIMITED while usage was recorded in the generator of tokens: places of clients that left first stayed taken.
test('1,000 cancelled streams leave no reservation open', async () => {
  const rates = [
    { unit: 'TOKENS', per: 'DAY', max: '10000000' },
    { unit: 'OUTPUT_TOKENS', per: 'DAY', max: '10000000' },
    { unit: 'REQUESTS', per: 'DAY', max: '1000000' },
  ]
  // A leaked place soon denies a request: each cancelled stream holds its place only until the server notices.
  const { id, secret, projectId } = await world.newKey({ limits: { maxConcurrent: PLACES, rates } })
  const kinds = [withOpenai, withAnthropic, withSocket]
  let next = 0
  let received = 0
  const reasons = new Set<unknown>()
  const work = async () => {
    for (let index = next++; index < TIMES; index = next++) {
      const client = kinds[index % kinds.length] ?? withSocket
      try {
        const seen = await client(secret, index % (MAX_TOKENS + 1))
        received += seen.tokens
      } catch (error) {
        if (error instanceof OpenAI.APIError && error.status !== undefined) reasons.add(error.code)
        if (error instanceof Anthropic.APIError && error.status !== undefined) reasons.add(error.message)
      }
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  // A busy machine may take longer than the two seconds that a decision waits. That holds nothing either.
  expect([...reasons].filter((reason) => !/UNAVAILABLE|cannot decide now/.test(String(reason)))).toEqual([])

  const limits = () => world.owner.apiKeys.getLimits(id)
  await expect
    .poll(async () => (await limits()).concurrencyStatus, { timeout: 20_000 })
    .toMatchObject({ used: 0, remaining: PLACES })
  // The process ends only once its usage is recorded and its leases are returned.
  example.kill('SIGTERM')
  expect(await example.ended).toBe(0)
  const { events, nanos } = await world.recorded(projectId)
  const output = Math.floor(nanos / OUTPUT)
  expect(nanos % OUTPUT).toBe(events * INPUT_TOKENS * INPUT)
  expect(events).toBeLessThanOrEqual(TIMES)
  expect(events).toBeGreaterThan(TIMES / 2)
  // A client can leave tokens unread, and every token that it read is recorded.
  expect(output).toBeGreaterThanOrEqual(received)
  expect(output).toBeLessThanOrEqual(events * MAX_TOKENS)

  // The rates were charged by estimate; settled, they equal the recorded usage.
  const { concurrencyStatus, rateStatus } = await limits()
  expect(concurrencyStatus).toMatchObject({ used: 0, remaining: PLACES })
  const used = Object.fromEntries((rateStatus ?? []).map(({ unit, used }) => [unit, Number(used)]))
  expect(used).toEqual({ TOKENS: events * INPUT_TOKENS + output, OUTPUT_TOKENS: output, REQUESTS: events })
})
