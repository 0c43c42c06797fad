import type { Tracing } from '@keyward/prisma/tracing'
import type { Answer } from '../http/answer.ts'
import type { Incoming } from '../http/incoming.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Metrics } from './metrics/metrics.ts'

/** Traces requests and, through `Tracing`, the work that they cause. */
export interface RequestTracing extends Tracing {
  /** Answers a request within a span, which continues the trace that the request's headers name. */
  request(
    incoming: Incoming,
    route: string | null,
    context: RequestContext,
    answer: () => Promise<Answer>,
  ): Promise<Answer>
  /** Runs a GraphQL operation within a span. */
  operation<T>(operation: { kind: string; field: string; name: string | undefined }, run: () => T): T
}

/** The export of this process's traces and metrics. */
export interface Telemetry {
  /** Null: no traces. */
  readonly tracing: RequestTracing | null
  /** Null: no metrics. */
  readonly exportMetrics: ((metrics: Metrics) => void) | null
  /** Exports the remaining data, for at most a second. */
  close(): Promise<void>
}
