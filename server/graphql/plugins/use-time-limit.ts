import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../http/request-context.ts'

/** Stops resolving a query or mutation after its time limit, when its client already has an answer. */
export function useTimeLimit(milliseconds: number): Plugin<RequestContext> {
  return {
    onExecute({ args }) {
      const left = milliseconds - (performance.now() - args.contextValue.startedAt)
      // The executor reads a signal that the types of its arguments lack.
      Object.assign(args, { signal: AbortSignal.timeout(Math.max(1, Math.round(left))) })
    },
  }
}
