import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../http/request-context.ts'

/** Stops resolving a query or mutation once its time is over; its answer has been given up by then. */
export function useTimeLimit(milliseconds: number): Plugin<RequestContext> {
  return {
    onExecute({ args }) {
      const left = milliseconds - (performance.now() - args.contextValue.startedAt)
      // The executor looks at a signal that the types of its arguments do not name.
      Object.assign(args, { signal: AbortSignal.timeout(Math.max(1, Math.round(left))) })
    },
  }
}
