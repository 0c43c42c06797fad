import { describe, expect, test } from 'vitest'
import { type Choice, costOf, writesText } from '../../../console/src/playground/cost.ts'
import { curlOf } from '../../../console/src/playground/curl.ts'
import { readEvents } from '../../../console/src/playground/events.ts'

const streamOf = (chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })

async function eventsOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const events: string[] = []
  for await (const event of readEvents(streamOf(chunks))) events.push(event)
  return events
}

describe('the events of a streamed response', () => {
  const text = ': a comment\n\nevent: note\ndata: {"text":"für 日本"}\r\n\r\ndata: one\ndata: two\n\ndata:[DONE]\n\n'
  const expected = ['{"text":"für 日本"}', 'one\ntwo', '[DONE]']

  test('are read however the network splits them', async () => {
    const bytes = new TextEncoder().encode(text)
    expect(await eventsOf([bytes])).toEqual(expected)
    expect(await eventsOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected)
  })

  test('are ignored if incomplete, and cause an error if too long', async () => {
    expect(await eventsOf([new TextEncoder().encode('data: whole\n\ndata: cut')])).toEqual(['whole'])
    const endless = Array.from({ length: 11 }, () => new TextEncoder().encode('x'.repeat(100_000)))
    await expect(eventsOf(endless)).rejects.toThrow('too long')
  })
})

describe('the cost of a response', () => {
  const at = { serviceTier: 'STANDARD', unit: 'PER_MILLION', aboveInputTokens: null } as const
  const [past, future] = ['2020-01-01T00:00:00Z', '2999-01-01T00:00:00Z']
  const prices: Choice['prices'] = [
    { ...at, lineItem: 'INPUT_TOKENS', usd: '1', effectiveFrom: past },
    { ...at, lineItem: 'INPUT_TOKENS', usd: '2', effectiveFrom: past, aboveInputTokens: '1000' },
    { ...at, lineItem: 'INPUT_TOKENS', usd: '9', effectiveFrom: future },
    { ...at, lineItem: 'INPUT_TOKENS', usd: '0.5', effectiveFrom: past, serviceTier: 'FLEX' },
    { ...at, lineItem: 'OUTPUT_TOKENS', usd: '10', effectiveFrom: past },
  ]
  const model = { id: 'mdl_1', slug: 'm', displayName: 'M', project: null, prices }
  const cached = { ...at, lineItem: 'CACHED_INPUT_TOKENS' as const, usd: '0.1', effectiveFrom: past }

  test('uses the current standard-tier price for the number of input tokens', () => {
    expect(costOf(model, { input: 1_000, cached: 0, output: 100 })).toBeCloseTo(0.002, 12)
    expect(costOf(model, { input: 2_000, cached: 0, output: 0 })).toBeCloseTo(0.004, 12)
  })

  test('uses the cache price for cached input tokens if there is one', () => {
    expect(costOf(model, { input: 1_000, cached: 400, output: 0 })).toBeCloseTo(0.001, 12)
    const other = { ...model, prices: [...prices, cached] }
    expect(costOf(other, { input: 1_000, cached: 400, output: 0 })).toBeCloseTo(0.00064, 12)
  })

  test('is unknown if the model has no text price', () => {
    const vectors = { ...model, prices: prices.slice(0, 1) }
    expect(costOf(vectors, { input: 1, cached: 0, output: 1 })).toBeNull()
    expect([writesText(vectors), writesText(model), writesText({ prices: [] })]).toEqual([false, true, true])
  })
})

test('a copied command contains the message in shell quotes', () => {
  const body = {
    model: 'm',
    messages: [{ role: 'user', content: `It's $HOME` }],
    max_tokens: 1,
    stream: true,
    stream_options: { include_usage: true },
  } as const
  expect(curlOf('https://inference.example.com/v1/chat/completions', body)).toBe(
    `curl -N 'https://inference.example.com/v1/chat/completions' \\
  -H 'content-type: application/json' \\
  -H "authorization: Bearer $KEYWARD_SECRET" \\
  -d '{"model":"m","messages":[{"role":"user","content":"It'\\''s $HOME"}],"max_tokens":1,"stream":true,"stream_options":{"include_usage":true}}'`,
  )
})
