import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../http/request-context.ts'
import type { RequestTracing } from '../../telemetry/tracing.ts'

/** Records each operation as a span. The span of a subscription ends when its stream begins. */
export function useTracing(tracing: RequestTracing): Plugin<RequestContext> {
  const asSpan = <T>({ operation: { kind = 'unknown', field = 'none', name } }: RequestContext, run: () => T): T =>
    tracing.operation({ kind, field, name }, run)
  return {
    onExecute: ({ args: { contextValue }, executeFn, setExecuteFn }) =>
      setExecuteFn((given) => asSpan(contextValue, () => executeFn(given))),
    onSubscribe: ({ args: { contextValue }, subscribeFn, setSubscribeFn }) =>
      setSubscribeFn((given) => asSpan(contextValue, () => subscribeFn(given))),
  }
}
