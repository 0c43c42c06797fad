import type { Plugin } from 'graphql-yoga'
import type { RequestTracing } from '../../telemetry/tracing.ts'
import type { YogaContext } from '../yoga-context.ts'

/** Records each operation as a span. The span of a subscription ends when its stream begins. */
export function useTracing(tracing: RequestTracing): Plugin<YogaContext> {
  const asSpan = <T>({ http }: YogaContext, run: () => T): T => {
    const { kind = 'unknown', field = 'none', name } = http.operation
    return tracing.operation({ kind, field, name }, run)
  }
  return {
    onExecute: ({ args: { contextValue }, executeFn, setExecuteFn }) =>
      setExecuteFn((given) => asSpan(contextValue, () => executeFn(given))),
    onSubscribe: ({ args: { contextValue }, subscribeFn, setSubscribeFn }) =>
      setSubscribeFn((given) => asSpan(contextValue, () => subscribeFn(given))),
  }
}
