import { randomUUID } from 'node:crypto'
import { describeLimits } from '@keyward/engine/decide'
import { countTokens } from '@keyward/engine/lease/kind'
import { readSecret } from '@keyward/engine/presented'
import { rateHeaders } from '@keyward/engine/rate-headers'
import { clientSource } from '@keyward/schema/credential/unknown-secrets'
import type { Runtime } from '@keyward/schema/runtime'
import { findModels } from '@keyward/schema/usage/catalogue'
import type { Allowed, Verification } from '@keyward/schema/verification/decision'
import type { ServerConfig } from '../../config/config.ts'
import { objectToJson } from '../../http/json-caps.ts'
import { REQUEST_CAPS } from '../../http/request-caps.ts'
import type { RequestContext } from '../../http/request-context.ts'
import { readBody } from '../../http/responses.ts'
import type { Log } from '../../telemetry/log.ts'
import { findDemoGateway } from '../made.ts'
import { Generation, type Host, release, unitsOf } from './generation.ts'
import { chunk, completion, errorResponse, usageChunk } from './protocol.ts'
import { type ChatRequest, InvalidChat, readChat } from './request.ts'

/** Base URL of the demo's inference endpoint, as OpenAI clients expect it. */
export const DEMO_INFERENCE = '/demo/v1'
export const DEMO_CHAT = `${DEMO_INFERENCE}/chat/completions` as const

const BODY_BYTES = 65_536

/** The demo's inference endpoint. */
export interface DemoChat {
  /** Whether the instance runs the demo, and no other inference endpoint is configured. */
  isServed(): Promise<boolean>
  /** Answers a request. Null if the endpoint is not served. */
  answer(request: Request, context: RequestContext): Promise<Response | null>
  /** Resolves once the reservations of all answers are settled. */
  settled(): Promise<void>
}

interface Options {
  config: Pick<ServerConfig, 'demo' | 'inferenceUrl'>
  runtime: Runtime
  log: Log
  /** Ends answers in progress. */
  stopping: AbortSignal
}

/** A chat completions endpoint that handles requests as a gateway does, but without a model. */
export function createDemoChat({ config, runtime, log, stopping }: Options): DemoChat {
  const serving = new Set<Promise<unknown>>()

  const findGateway = async () =>
    config.demo && config.inferenceUrl === null ? findDemoGateway(runtime.database) : null

  /** Generates the whole answer even if the client has disconnected, so that the settlement is complete. */
  function generate(generation: Generation, signal: AbortSignal, send: (token: string) => void) {
    const stop = () => generation.stop()
    const signals = [signal, stopping]
    if (signals.some(({ aborted }) => aborted)) stop()
    for (const each of signals) each.addEventListener('abort', stop)
    const running = runtime.database.detached(() => generation.run(send))
    serving.add(running)
    const forget = () => {
      serving.delete(running)
      for (const each of signals) each.removeEventListener('abort', stop)
    }
    running.then(forget, forget)
    return running
  }

  async function answer(host: Host, request: Request, context: RequestContext): Promise<Response> {
    if (request.method !== 'POST')
      return errorResponse(405, 'method_not_allowed', 'Send the request with POST.', { headers: { allow: 'POST' } })
    const secret = readSecret((name) => request.headers.get(name), [])
    if (secret === null) {
      const headers = { 'www-authenticate': 'Bearer', 'keyward-reason': 'NO_SECRET' }
      return errorResponse(401, 'NO_SECRET', 'Send the secret as `Authorization: Bearer …`.', { headers })
    }
    const chat = await read(request)
    if (chat instanceof Response) return chat
    const decision = await runtime.verifier.authorize(
      {
        secret,
        workload: 'INFERENCE',
        model: chat.model,
        clientIp: context.clientAddress,
        origin: request.headers.get('origin'),
        estimatedUnits: unitsOf({ input: chat.inputTokens, output: chat.maxTokens }),
      },
      () => clientSource(context.clientAddress),
    )
    context.credentialId = decision.record?.ids.credential ?? null
    const headers = headersOf(decision, runtime.database.clock.now().getTime())
    if (!decision.allowed) {
      context.errorCodes.add(decision.reason)
      return errorResponse(decision.httpStatus, decision.reason, decision.message, { headers })
    }
    const unpriced = await withoutPrice(chat, decision)
    if (unpriced) return unpriced
    const heading = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(decision.asOf / 1_000), model: chat.model }
    const generation = new Generation(host, chat, decision)
    if (chat.isStream) return stream(chat, heading, generation, request.signal, headers)
    let content = ''
    const end = await generate(generation, request.signal, (token) => {
      content += token
    })
    return Response.json(completion(heading, content, end ?? 'length', generation.used), { headers })
  }

  function stream(
    chat: ChatRequest,
    heading: Parameters<typeof chunk>[0],
    generation: Generation,
    signal: AbortSignal,
    headers: Record<string, string>,
  ): Response {
    const encoder = new TextEncoder()
    let isRead = true
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const send = (data: string) => {
          if (isRead) controller.enqueue(encoder.encode(`data: ${data}\n\n`))
        }
        const sendJson = (data: object) => send(JSON.stringify(data))
        const sendAll = async () => {
          sendJson(chunk(heading, { role: 'assistant', content: '' }))
          const end = await generate(generation, signal, (content) => sendJson(chunk(heading, { content })))
          if (end !== null) {
            sendJson(chunk(heading, {}, end))
            if (chat.reportsUsage) sendJson(usageChunk(heading, generation.used))
            send('[DONE]')
          }
          if (isRead) controller.close()
        }
        // Not awaited, because a stream can be read and cancelled only after `start` returns.
        sendAll().catch((error: unknown) => isRead && controller.error(error))
      },
      cancel() {
        isRead = false
        generation.stop()
      },
    })
    return new Response(body, { headers: { ...headers, 'content-type': 'text/event-stream; charset=utf-8' } })
  }

  /** Returns an error for a model without text prices, such as an embedding model, and releases the reservation. */
  async function withoutPrice(chat: ChatRequest, decision: Allowed): Promise<Response | null> {
    const units = unitsOf({ input: chat.inputTokens, output: chat.maxTokens })
    const priced = { tier: 'STANDARD' as const, input: countTokens(units).input, at: runtime.database.clock.now() }
    let missing = units
    try {
      const model = (await findModels(runtime.database, [chat.model])).get(chat.model)
      missing = units.filter(({ lineItem }) => (model?.priceOf(lineItem, priced) ?? null) === null)
    } finally {
      if (missing.length > 0) await release({ runtime }, decision)
    }
    if (missing.length === 0) return null
    const items = missing.map(({ lineItem }) => lineItem).join(' and ')
    const message = `\`${chat.model}\` has no price for ${items}, so it cannot chat here. Choose another model.`
    return errorResponse(400, 'model_without_price', message, { param: 'model' })
  }

  return {
    isServed: async () => (await findGateway()) !== null,
    async answer(request, context) {
      const gateway = await findGateway()
      return gateway && answer({ runtime, log, gateway }, request, context)
    },
    settled: async () => void (await Promise.allSettled(serving)),
  }
}

/** Reads the body up to its maximum size. */
async function read(request: Request): Promise<ChatRequest | Response> {
  const body = await readBody(request, BODY_BYTES)
  if (body === null)
    return errorResponse(413, 'body_too_large', `The body must have at most ${BODY_BYTES} bytes. Send less text.`)
  const parsed = parse(body)
  if (parsed === undefined)
    return errorResponse(400, 'invalid_json', 'The body must be JSON, nested only a few levels.')
  const chat = readChat(parsed)
  return chat instanceof InvalidChat ? errorResponse(400, 'invalid_value', chat.message, { param: chat.param }) : chat
}

function parse(body: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return objectToJson(text, REQUEST_CAPS.valueDepth) === null ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

/** A decision's headers: its rates, as from the forward-auth endpoint, and its reason. */
function headersOf(decision: Verification, now: number): Record<string, string> {
  const isRateLimited = !decision.allowed && decision.reason === 'RATE_LIMITED'
  const rates = rateHeaders(describeLimits(decision.limits), isRateLimited, now)
  if (decision.allowed) return { ...rates }
  const { reason, retryAfterSeconds, httpStatus } = decision
  return {
    ...rates,
    'keyward-reason': reason,
    ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(httpStatus === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    // Without this header, OpenAI's clients retry after any `retry-after`. A budget can take weeks to reset.
    ...(reason === 'BUDGET_EXCEEDED' ? { 'x-should-retry': 'false' } : {}),
  }
}
