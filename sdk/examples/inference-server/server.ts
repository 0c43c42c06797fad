import { getConnInfo } from '@hono/node-server/conninfo'
import type { Ask, Gateway } from '@keyward/sdk/gateway'
import { type Admission, admissionOf, type GuardOptions, requireApiKey } from '@keyward/sdk/gateway/hono'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { streamSSE } from 'hono/streaming'
import { countTokens, generate, type Piece } from './model.ts'
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

interface Env {
  Variables: { asked: ChatRequest }
}

/** The server before it listens. */
export interface Inference {
  readonly app: Hono<Env>
  /** Resolves once no request is in progress and the gateway has all recorded usage. */
  settled(): Promise<void>
}

const unitsOf = ({ input, output }: Used) =>
  [
    { lineItem: 'INPUT_TOKENS', quantity: String(input) },
    { lineItem: 'OUTPUT_TOKENS', quantity: String(output) },
  ] as const

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
async function askForCompletion(context: Context<Env>): Promise<Ask> {
  const asked = readChatRequest(parse(await context.req.text()))
  context.set('asked', asked)
  const { model, prompt, maxTokens } = asked
  return { ...ask(context), model, estimatedUnits: unitsOf({ input: countTokens(prompt), output: maxTokens }) }
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

  constructor(asked: ChatRequest, { record }: Admission) {
    this.#asked = asked
    this.#record = record
    this.#used = { input: countTokens(asked.prompt), output: 0 }
  }

  get used(): Used {
    return this.#used
  }

  /** Generates the completion and records its usage once at the end. The end can be the client's disconnect. */
  async *pieces(): AsyncGenerator<Piece, void> {
    try {
      for await (const piece of generate(this.#asked)) {
        this.#used = { ...this.#used, output: this.#used.output + countTokens(piece.text) }
        yield piece
      }
    } finally {
      await this.#record({ workload: 'INFERENCE', model: this.#asked.model, units: unitsOf(this.#used) })
    }
  }
}

/** Adds the routes to a gateway. `model` is the name in Keyward's catalogue. */
export function createInference(gateway: Gateway, model: string): Inference {
  const began = Math.floor(Date.now() / 1_000)
  const serving = new Set<Promise<unknown>>()
  /** Tracks work that must end before the gateway is closed. */
  const watch = <Result>(served: Promise<Result>): Promise<Result> => {
    serving.add(served)
    const forget = () => void serving.delete(served)
    served.then(forget, forget)
    return served
  }

  const app = new Hono<Env>()

  app.onError((error, context) => {
    if (error instanceof RequestError) {
      const { message, code, param, status } = error
      return context.json(errorBody(message, 'invalid_request_error', code, param), status)
    }
    console.error(error)
    return context.json(errorBody('The server failed.', 'server_error'), 500)
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

  app.post(
    '/v1/chat/completions',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new RequestError(`The body has more than ${MAX_BODY_BYTES} bytes.`, { status: 413 })
      },
    }),
    requireApiKey(gateway, { ask: askForCompletion, ...refusals }),
    (context) => {
      const asked = context.get('asked')
      if (asked.model !== model) {
        const message = `The model \`${asked.model}\` is served elsewhere.`
        throw new RequestError(message, { status: 404, code: 'model_not_found', param: 'model' })
      }
      const answer = new Answer(asked, admissionOf(context))
      return asked.isStream ? stream(context, answer) : watch(whole(context, answer))
    },
  )

  function stream(context: Context<Env>, answer: Answer): Response {
    const { tellsUsage } = context.get('asked')
    const heading = headingOf(model)
    return streamSSE(context, (out) => {
      const send = (data: object) => out.writeSSE({ data: JSON.stringify(data) })
      const sendAll = async () => {
        await send(chunk(heading, { role: 'assistant', content: '' }))
        for await (const { text, end } of answer.pieces()) {
          if (out.aborted) return
          await send(chunk(heading, { content: text }))
          if (end) await send(chunk(heading, {}, end))
        }
        if (tellsUsage) await send(usageChunk(heading, answer.used))
        await out.writeSSE({ data: '[DONE]' })
      }
      return watch(sendAll())
    })
  }

  async function whole(context: Context<Env>, answer: Answer): Promise<Response> {
    let content = ''
    let finish: Piece['end'] = null
    for await (const { text, end } of answer.pieces()) {
      if (context.req.raw.signal.aborted) break
      content += text
      finish = end
    }
    return context.json(completion(headingOf(model), content, finish, answer.used))
  }

  return { app, settled: async () => void (await Promise.allSettled(serving)) }
}
