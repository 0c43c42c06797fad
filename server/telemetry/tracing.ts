import type { Tracing } from '@keyward/prisma/tracing'
import type { Answer } from '../http/answer.ts'
import type { Incoming } from '../http/incoming.ts'
import type { RequestContext } from '../http/request-context.ts'
import type { Metrics } from './metrics/metrics.ts'

/** Traces requests and, through `Tracing`, the work that they cause. */
export interface RequestTracing extends Tracing {
  /** Answers a request within a span. Continues the trace named in the request's headers. */
  request(
    incoming: Incoming,
    route: string | null,
    context: RequestContext,
    answer: () => Promise<Answer>,
  ): Promise<Answer>
  /** Runs a GraphQL operation within a span. */
  operation<T>(operation: { kind: string; field: string; name: string | undefined }, run: () => T): T
}

/** Exports this process's traces and metrics. */
export interface Telemetry {
  /** Null if no traces are exported. */
  readonly tracing: RequestTracing | null
  /** Null if no metrics are exported. */
  readonly exportMetrics: ((metrics: Metrics) => void) | null
  /** Exports the remaining data, for at most a second. */
  close(): Promise<void>
}
