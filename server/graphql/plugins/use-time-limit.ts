import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../http/request-context.ts'

/** Stops resolving a query or mutation after its time limit, when its client already has an answer. */
export function useTimeLimit(): Plugin<RequestContext> {
  return {
    onExecute({ args }) {
      // The executor reads a signal that the types of its arguments lack.
      Object.assign(args, { signal: args.contextValue.timeLimit?.stopped })
    },
  }
}
