import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../http/request-context.ts'
import type { RequestTracing } from '../../telemetry/tracing.ts'

/** Makes each operation a span. A subscription is one until its stream begins. */
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
