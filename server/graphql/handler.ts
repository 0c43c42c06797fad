import type { GraphQLSchema } from 'graphql'
import { createYoga } from 'graphql-yoga'
import type { Incoming } from '../http/incoming.ts'
import { hasJsonBody } from '../http/json-caps.ts'
import { REQUEST_CAPS } from '../http/request-caps.ts'
import type { RequestContext } from '../http/request-context.ts'
import { errorResponse, errorTypeFor } from '../http/responses.ts'
import type { Log } from '../telemetry/log.ts'
import type { RequestTracing } from '../telemetry/tracing.ts'
import { useDraining } from './plugins/use-draining.ts'
import { useErrorCodes } from './plugins/use-error-codes.ts'
import { useGraphqlJs } from './plugins/use-graphql-js.ts'
import { useMultipartSubscriptions } from './plugins/use-multipart-subscriptions.ts'
import { useOperationName } from './plugins/use-operation-name.ts'
import { usePersistedQueries } from './plugins/use-persisted-queries.ts'
import { useReplica } from './plugins/use-replica.ts'
import { POST_JSON, useRequestCaps } from './plugins/use-request-caps.ts'
import { useRows } from './plugins/use-rows.ts'
import { useSameOrigin } from './plugins/use-same-origin.ts'
import { useTracing } from './plugins/use-tracing.ts'
import { TimeLimit } from './time-limit.ts'
import type { YogaContext } from './yoga-context.ts'

interface GraphHandlerOptions {
  schema: GraphQLSchema
  /** Creates the context that a request's resolvers share. */
  contextOf(request: RequestContext): Promise<object>
  /** Origins of the instance's own pages. */
  origins: string[]
  log: Log
  tracing: RequestTracing | null
  /** Whether a read replica is configured. */
  hasReplica: boolean
  /** Aborts when the server stops. */
  stopping: AbortSignal
  /** For tests of the time limit. */
  milliseconds?: number
}

/** Serves GraphQL over HTTP: Yoga with request caps, error codes and guards. */
export function createGraphHandler(options: GraphHandlerOptions) {
  const {
    schema,
    contextOf,
    origins,
    log,
    tracing,
    hasReplica,
    stopping,
    milliseconds = REQUEST_CAPS.milliseconds,
  } = options
  const yoga = createYoga<YogaContext, object>({
    schema,
    context: ({ http }) => contextOf(http),
    graphqlEndpoint: '/graphql',
    healthCheckEndpoint: '/health/live',
    landingPage: false,
    graphiql: false,
    cors: false,
    multipart: false,
    batching: false,
    // The handler reads the body up to its limit. Yoga would pipe the body through a stream, which is more expensive
    // than the query.
    maxRequestBodySize: false,
    logging: false,
    // useErrorCodes masks errors and adds the request id, which Yoga's own masking does not.
    maskedErrors: false,
    plugins: [
      useGraphqlJs(),
      useSameOrigin(origins),
      useRequestCaps(),
      // After the request caps, so that only documents within them are stored.
      usePersistedQueries(),
      useMultipartSubscriptions(),
      useOperationName(),
      ...(hasReplica ? [useReplica(schema)] : []),
      useRows(),
      useDraining(stopping),
      useErrorCodes(log),
      // Last, so that the span covers only the operation.
      ...(tracing ? [useTracing(tracing)] : []),
    ],
  })

  /** Runs a request after reading its whole body. Rejects a body that is too large. */
  async function withBody(request: Request, context: RequestContext, incoming: Incoming): Promise<Response> {
    if (request.method !== 'POST') return yoga.fetch(request, { http: context })
    const limit = hasJsonBody(request) ? REQUEST_CAPS.bodyBytes : REQUEST_CAPS.formBytes
    const body = await incoming.body(limit)
    if (!body) return refuse(tooLarge(limit), request, context)
    const { url, method, headers, signal } = request
    const whole = new yoga.fetchAPI.Request(url, { method, headers, signal, body: Buffer.from(body) })
    return yoga.fetch(whole, { http: context })
  }

  async function answer(request: Request, context: RequestContext, incoming: Incoming): Promise<Response> {
    const unsupported = adviceOn(request)
    if (unsupported) return refuse(unsupported, request, context)
    const limit = new TimeLimit(milliseconds, performance.now() - context.startedAt)
    context.timeLimit = limit
    const answered = withBody(request, context, incoming)
    // If the request was cancelled before its subscription began, no client reads the stream.
    const cancelIfLate = async (late: Response) => {
      if (limit.passed.aborted) await late.body?.cancel()
    }
    answered.then(cancelIfLate).catch(() => undefined)
    const response = await answerInTime(limit, answered, context)
    if (response.status < 400 || response.headers.has('content-type')) return response
    const message =
      response.status === 406
        ? 'Accept application/json or application/graphql-response+json; for a subscription text/event-stream, or multipart/mixed;subscriptionSpec=1.0.'
        : POST_JSON
    return refuse({ status: response.status, message }, request, context)
  }

  /** Yoga's own `Request` class is the cheapest for Yoga. */
  return { answer, Request: yoga.fetchAPI.Request }
}

interface Refusal {
  status: number
  message: string
  headers?: Record<string, string>
}

const refuse = ({ status, message, headers }: Refusal, request: Request, { requestId }: RequestContext): Response =>
  errorResponse(status, { code: 'BAD_REQUEST', message, requestId }, { ...errorTypeFor(request), ...headers })

const tooLarge = (limit: number): Refusal => ({
  status: 413,
  message: `The body is larger than ${limit} bytes. Send less at once, in several requests, as JSON.`,
})

const SUBSCRIBE = 'Subscribe by POST with `accept: text/event-stream`: each subscription is a response of its own.'

/** Suggests the supported alternative if the protocol or method is not supported. Null for other requests. */
function adviceOn({ method, headers }: Request): Refusal | null {
  if (headers.get('upgrade')?.toLowerCase() === 'websocket') {
    return { status: 400, message: `WebSockets are not served. ${SUBSCRIBE}` }
  }
  if (method === 'GET' || method === 'POST' || method === 'OPTIONS') return null
  const message = `Send GET or POST. The single connection mode of GraphQL over server-sent events is not served. ${SUBSCRIBE}`
  return { status: 405, message, headers: { allow: 'GET, POST, OPTIONS' } }
}

/** Limits a request's duration, measured from its arrival. A subscription counts as answered when its stream begins. */
const answerInTime = (limit: TimeLimit, answer: Promise<Response>, context: RequestContext): Promise<Response> =>
  limit.race(answer, () => {
    context.errorCodes.add('UNAVAILABLE')
    context.reserved.lose()
    const outcome = limit.hasChanged
      ? 'but made a change. Read the changed object before you repeat the request'
      : 'and changed nothing'
    const message = `The request took more than ${limit.milliseconds / 1000} s ${outcome}. Request less at once.`
    return errorResponse(503, { code: 'UNAVAILABLE', message, requestId: context.requestId })
  })
