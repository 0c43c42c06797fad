import { mayLag } from '@keyward/schema/graphql/may-lag'
import type { GraphQLSchema } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { YogaContext } from '../yoga-context.ts'

/** Decides, before the context is created, whether a replica may serve the operation. */
export function useReplica(schema: GraphQLSchema): Plugin<YogaContext> {
  return {
    onParse:
      () =>
      ({ result, context }) => {
        if (result === null || result instanceof Error || !('kind' in result)) return
        context.http.operation.mayLag = mayLag(schema, result, context.params.operationName)
      },
  }
}
