import { getConnInfo } from '@hono/node-server/conninfo'
import type { Ask, Gateway } from '@keyward/sdk/gateway'
import { type Admission, admissionOf, type GuardOptions, requireApiKey } from '@keyward/sdk/gateway/hono'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { streamSSE } from 'hono/streaming'
import { closing, delta, message, messagesError, messagesRefusal, opening, readMessagesRequest } from './messages.ts'
import { countTokens, generate, type Piece } from './model.ts'
import { PromptCache } from './prompt-cache.ts'
import {
  type ChatRequest,
  chunk,
  completion,
  errorBody,
  headingOf,
  modelList,
  RequestError,
  readChatRequest,
  refusalBody,
  type Used,
  usageChunk,
} from './protocol.ts'

const MAX_BODY_BYTES = 1_000_000
const MESSAGES = '/v1/messages'

interface Env {
  Variables: { asked: ChatRequest }
}

/** The server before it listens. */
export interface Inference {
  readonly app: Hono<Env>
  /** Resolves once no request is in progress and the gateway has all recorded usage. */
  settled(): Promise<void>
}

/** The line items of usage. The catalogue needs a price for each that requests can use. */
const unitsOf = ({ input, cacheRead, cacheWrite, cacheWriteHour, output, reasoning }: Used) => {
  const always = [['INPUT_TOKENS', input] as const, ['OUTPUT_TOKENS', output] as const]
  const others = [
    ['CACHED_INPUT_TOKENS', cacheRead],
    ['CACHE_WRITE_TOKENS', cacheWrite],
    ['CACHE_WRITE_1H_TOKENS', cacheWriteHour],
    ['REASONING_TOKENS', reasoning],
  ] as const
  return [...always, ...others.filter(([, quantity]) => quantity > 0)].map(([lineItem, quantity]) => ({
    lineItem,
    quantity: String(quantity),
  }))
}

/** The tokens of a request before its answer. */
function readBy({ prompt, cached }: ChatRequest, isCached: boolean): Used {
  const begin = cached ? countTokens(cached.text) : 0
  return {
    input: countTokens(prompt) - begin,
    cacheRead: isCached ? begin : 0,
    cacheWrite: !isCached && cached?.lifetime === '5m' ? begin : 0,
    cacheWriteHour: !isCached && cached?.lifetime === '1h' ? begin : 0,
    output: 0,
    reasoning: 0,
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new RequestError('The body is not JSON.')
  }
}

/** The request that Keyward decides on. Hono does not give middleware the client's address. */
const ask = (context: Context): Ask => ({
  workload: 'INFERENCE',
  clientIp: getConnInfo(context).remote.address,
})

/** The same for a completion, with its maximum cost, which is reserved in the budgets of the key. */
const askBy =
  (read: (body: unknown) => ChatRequest) =>
  async (context: Context<Env>): Promise<Ask> => {
    const asked = read(parse(await context.req.text()))
    context.set('asked', asked)
    const { model, maxTokens } = asked
    const reasoning = Math.min(asked.thoughts, maxTokens)
    // At most: a write to the cache costs more than a read, and whose cache it is, is unknown before the decision.
    const most = { ...readBy(asked, false), output: maxTokens - reasoning, reasoning }
    return { ...ask(context), model, estimatedUnits: unitsOf(most) }
  }

/** The response to a request that Keyward denies. */
const refusals: Pick<GuardOptions<Context>, 'refusal' | 'refusalHeaders'> = {
  refusal: refusalBody,
  // OpenAI's clients retry after any `retry-after`, and a budget can take weeks to reset.
  refusalHeaders: ({ reason }) => (reason === 'BUDGET_EXCEEDED' ? { 'x-should-retry': 'false' } : {}),
}

/** A completion in progress, and its usage so far. */
class Answer {
  #used: Used
  readonly #asked: ChatRequest
  readonly #record: Admission['record']

  constructor(asked: ChatRequest, { record, answer }: Admission, cache: PromptCache) {
    this.#asked = asked
    this.#record = record
    const { cached } = asked
    this.#used = readBy(asked, cached !== null && cache.read(answer.organizationId, cached.text, cached.lifetime))
  }

  get used(): Used {
    return this.#used
  }

  /** Generates the completion. */
  async *pieces(): AsyncGenerator<Piece, void> {
    for await (const piece of generate(this.#asked)) {
      const { output, reasoning } = this.#used
      this.#used = piece.isThought
        ? { ...this.#used, reasoning: reasoning + 1 }
        : { ...this.#used, output: output + countTokens(piece.text) }
      yield piece
    }
  }

  /** Serves the completion and records its usage once at the end. The end can be the client's disconnect. */
  async serve<Result>(send: () => Promise<Result>): Promise<Result> {
    try {
      return await send()
    } finally {
      const { model, serviceTier } = this.#asked
      await this.#record({ workload: 'INFERENCE', model, serviceTier, units: unitsOf(this.#used) })
    }
  }
}

/** A server-sent event. */
interface Sent {
  readonly event?: string
  readonly data: string
}

/** The stream of OpenAI's protocol. */
async function* chunks(asked: ChatRequest, answer: Answer): AsyncGenerator<Sent, void> {
  const heading = headingOf(asked)
  const event = (data: object) => ({ data: JSON.stringify(data) })
  yield event(chunk(heading, { role: 'assistant', content: '' }))
  for await (const { text, end, isThought } of answer.pieces()) {
    if (!isThought) yield event(chunk(heading, { content: text }))
    if (end) yield event(chunk(heading, {}, end))
  }
  if (asked.tellsUsage) yield event(usageChunk(heading, answer.used))
  yield { data: '[DONE]' }
}

const messageId = () => `msg_${crypto.randomUUID()}`

/** The stream of Anthropic's protocol. */
async function* events(model: string, answer: Answer): AsyncGenerator<Sent, void> {
  const event = (data: { type: string }) => ({ event: data.type, data: JSON.stringify(data) })
  yield* opening(messageId(), model, answer.used).map(event)
  let last: Piece['end'] = null
  for await (const { text, end } of answer.pieces()) {
    yield event(delta(text))
    last = end
  }
  yield* closing(last, answer.used).map(event)
}

/**
 * Adds the routes to a gateway. `model` is the name in Keyward's catalogue. Pages of `corsOrigins` may call the routes, and read
 * the reason of a denial.
 */
export function createInference(gateway: Gateway, model: string, corsOrigins: readonly string[] = []): Inference {
  const began = Math.floor(Date.now() / 1_000)
  const serving = new Set<Promise<unknown>>()
  const cache = new PromptCache()
  /** Tracks work that must end before the gateway is closed. */
  const watch = <Result>(served: Promise<Result>): Promise<Result> => {
    serving.add(served)
    const forget = () => void serving.delete(served)
    served.then(forget, forget)
    return served
  }

  const app = new Hono<Env>()

  // Before the routes: a browser's preflight carries no key, and a page has to be able to read denials.
  if (corsOrigins.length > 0)
    app.use(
      '/v1/*',
      cors({
        origin: [...corsOrigins],
        allowMethods: ['GET', 'POST'],
        allowHeaders: ['authorization', 'content-type', 'x-api-key', 'anthropic-version'],
        exposeHeaders: ['keyward-reason', 'retry-after'],
        maxAge: 600,
      }),
    )

  app.onError((error, context) => {
    const isMessages = context.req.path === MESSAGES
    if (error instanceof RequestError) {
      const { message: text, code, param, status } = error
      const body = isMessages ? messagesError(status, text) : errorBody(text, 'invalid_request_error', code, param)
      return context.json(body, status)
    }
    console.error(error)
    const text = 'The server failed.'
    return context.json(isMessages ? messagesError(500, text) : errorBody(text, 'server_error'), 500)
  })
  app.notFound((context) => context.json(errorBody('There is nothing here.', 'invalid_request_error'), 404))

  app.get('/health', (context) => {
    const { status } = gateway
    const canTell = status.stalenessSeconds !== null && status.stalenessSeconds <= status.graceSeconds
    return context.json(status, canTell ? 200 : 503)
  })

  app.get('/v1/models', requireApiKey(gateway, { ask, ...refusals }), (context) =>
    context.json(modelList([model], began)),
  )

  const limitBody = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new RequestError(`The body has more than ${MAX_BODY_BYTES} bytes.`, { status: 413 })
    },
  })

  /** Starts the answer to an allowed request. */
  function begin(context: Context<Env>): Answer {
    const asked = context.get('asked')
    if (asked.model === model) return new Answer(asked, admissionOf(context), cache)
    const text = `The model \`${asked.model}\` is served elsewhere.`
    throw new RequestError(text, { status: 404, code: 'model_not_found', param: 'model' })
  }

  app.post(
    '/v1/chat/completions',
    limitBody,
    requireApiKey(gateway, { ask: askBy(readChatRequest), ...refusals }),
    (context) => {
      const asked = context.get('asked')
      const answer = begin(context)
      return asked.isStream
        ? stream(context, answer, chunks(asked, answer))
        : whole(context, answer, (text, end) => completion(headingOf(asked), text, end, answer.used))
    },
  )

  app.post(
    MESSAGES,
    limitBody,
    requireApiKey(gateway, { ask: askBy(readMessagesRequest), ...refusals, refusal: messagesRefusal }),
    (context) => {
      const answer = begin(context)
      return context.get('asked').isStream
        ? stream(context, answer, events(model, answer))
        : whole(context, answer, (text, end) => message(messageId(), model, text, end, answer.used))
    },
  )

  function stream(context: Context<Env>, answer: Answer, sent: AsyncIterable<Sent>): Response {
    return streamSSE(context, (out) => {
      // A client that left before the response has a body that is never read, so that a write would wait forever.
      const { signal } = context.req.raw
      const abort = () => out.abort()
      if (signal.aborted) abort()
      signal.addEventListener('abort', abort, { once: true })
      const sendAll = async () => {
        for await (const event of sent) {
          if (out.aborted) return
          await out.writeSSE(event)
        }
      }
      return watch(answer.serve(sendAll))
    })
  }

  async function whole(
    context: Context<Env>,
    answer: Answer,
    body: (text: string, end: Piece['end']) => object,
  ): Promise<Response> {
    const generateAll = async () => {
      let content = ''
      let finish: Piece['end'] = null
      for await (const { text, end } of answer.pieces()) {
        if (context.req.raw.signal.aborted) break
        content += text
        finish = end
      }
      return context.json(body(content, finish))
    }
    return watch(answer.serve(generateAll))
  }

  return { app, settled: async () => void (await Promise.allSettled(serving)) }
}
