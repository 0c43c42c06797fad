import { AsyncLocalStorage } from 'node:async_hooks'
import type { RunningSpan, SpanFacts, TracedWork } from '@keyward/prisma/tracing'
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { type Answer, isPlain } from '../../http/answer.ts'
import type { Incoming } from '../../http/incoming.ts'
import type { RequestContext } from '../../http/request-context.ts'
import { withoutCredentials } from '../log.ts'
import type { RequestTracing } from '../tracing.ts'
import { statementViewer } from './statements.ts'

/** An active span, and the context in which other spans become its children. */
interface Active {
  span: Span
  context: Context
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE'])

/**
 * The duration of a slow statement, in milliseconds. Only spans of slow and failed statements have the text, because the
 * export of all texts took 7% of a traced request.
 */
const SLOW_STATEMENT = 20

const propagator = new W3CTraceContextPropagator()

const HEADERS = {
  get: ({ header }: Incoming, name: string) => header(name) ?? undefined,
  keys: () => ['traceparent', 'tracestate'],
}

const contextOf = (incoming: Incoming): Context =>
  incoming.header('traceparent') === null ? ROOT_CONTEXT : propagator.extract(ROOT_CONTEXT, incoming, HEADERS)

const remoteContext = (traceparent: string): Context =>
  propagator.extract(ROOT_CONTEXT, traceparent, { get: (text) => text, keys: () => ['traceparent'] })

/** A failed statement's SQLSTATE, or the error's name. Messages are not used, because they contain values. */
function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

const isFailure = (error: unknown): boolean => error !== undefined && error !== null

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR })
}

const runningSpan = (span: Span): RunningSpan => ({
  note: (facts: SpanFacts) => void span.setAttributes(facts),
  fail: (type) => fail(span, type),
})

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise

/** Traces requests and the work that they cause. Each asynchronous call chain has its own active span. */
export function createRequestTracing(tracer: Tracer): RequestTracing {
  const storage = new AsyncLocalStorage<Active>()
  const showStatement = statementViewer()

  const begin = (name: string, kind: SpanKind, attributes: Attributes, parent: Context): Active => {
    const span = tracer.startSpan(name, { kind, attributes }, parent)
    return { span, context: trace.setSpan(parent, span) }
  }
  const activeContext = () => storage.getStore()?.context ?? ROOT_CONTEXT

  function describe({ span }: Active, context: RequestContext, answered: Answer): void {
    const { status } = answered
    span.setAttribute('http.response.status_code', status)
    if (context.errorCodes.size > 0) span.setAttribute('keyward.error_codes', [...context.errorCodes])
    // Only the forward-auth endpoint returns plain answers.
    if (isPlain(answered)) span.setAttribute('keyward.decision', answered.outcome)
    if (status >= 500) fail(span, String(status))
  }

  return {
    startStatement(text) {
      const active = storage.getStore()
      // Work that outlives its request, such as a subscription, is not recorded.
      if (!active?.span.isRecording()) return null
      const shown = showStatement(text)
      const span = tracer.startSpan(shown.name, { kind: SpanKind.CLIENT, attributes: shown.attributes }, active.context)
      const startedAt = performance.now()
      return (error) => {
        const failed = isFailure(error)
        if (failed || performance.now() - startedAt >= SLOW_STATEMENT) span.setAttribute('db.query.text', shown.text)
        if (failed) {
          const type = typeOf(error)
          span.setAttribute('db.response.status_code', type)
          fail(span, type)
        }
        span.end()
      }
    },

    traceparent() {
      const spanContext = storage.getStore()?.span.spanContext()
      if (!spanContext) return null
      const { traceId, spanId, traceFlags } = spanContext
      return `00-${traceId}-${spanId}-0${(traceFlags & TraceFlags.SAMPLED).toString(16)}`
    },

    async run<T>(work: TracedWork, run: (span: RunningSpan) => Promise<T>): Promise<T> {
      const { name, kind, parent, facts = {} } = work
      const above = parent === undefined ? activeContext() : parent === null ? ROOT_CONTEXT : remoteContext(parent)
      const active = begin(name, kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL, facts, above)
      try {
        return await storage.run(active, run, runningSpan(active.span))
      } catch (error) {
        fail(active.span, typeOf(error))
        throw error
      } finally {
        active.span.end()
      }
    },

    async request(incoming, route, context, answer) {
      const method = METHODS.has(incoming.method) ? incoming.method : '_OTHER'
      const attributes: Attributes = { 'http.request.method': method, 'keyward.request_id': context.requestId }
      if (route !== null) attributes['http.route'] = route
      const name = route === null ? method : `${method} ${route}`
      const active = begin(name, SpanKind.SERVER, attributes, contextOf(incoming))
      context.traceId = active.span.spanContext().traceId
      try {
        const answered = await storage.run(active, answer)
        describe(active, context, answered)
        return answered
      } finally {
        active.span.end()
      }
    },

    operation(operation, run) {
      const { kind, name, field } = operation
      const attributes: Attributes = { 'graphql.operation.type': kind, 'keyward.graphql.field': field }
      // Credentials are removed, because the client chose the name.
      if (name !== undefined) attributes['graphql.operation.name'] = withoutCredentials(name)
      const active = begin(`${kind} ${field}`, SpanKind.INTERNAL, attributes, activeContext())
      const result = storage.run(active, run)
      if (isPromise(result)) result.finally(() => active.span.end()).catch(() => undefined)
      else active.span.end()
      return result
    },
  }
}
