import { mayLag } from '@keyward/schema/graphql/may-lag'
import type { GraphQLSchema } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../http/request-context.ts'

/** Finds out before the context is made whether a replica may answer the operation. */
export function useReplica(schema: GraphQLSchema): Plugin<RequestContext> {
  return {
    onParse:
      () =>
      ({ result, context }) => {
        if (result === null || result instanceof Error || !('kind' in result)) return
        context.operation.mayLag = mayLag(schema, result, context.params.operationName)
      },
  }
}
