import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../http/request-context.ts'

/** Lets the handler's 503 come first: a resolver that is stopped before it would be a 200 with an error. */
const MARGIN_MS = 100

/** Stops resolving a query or mutation after its time limit, when its client already has an answer. */
export function useTimeLimit(milliseconds: number): Plugin<RequestContext> {
  return {
    onExecute({ args }) {
      const left = milliseconds - (performance.now() - args.contextValue.startedAt)
      // The executor reads a signal that the types of its arguments lack.
      Object.assign(args, { signal: AbortSignal.timeout(Math.max(1, Math.round(left)) + MARGIN_MS) })
    },
  }
}
