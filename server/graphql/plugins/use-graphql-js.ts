import { execute } from 'graphql'
import type { Plugin } from 'graphql-yoga'

/**
 * Executes queries and mutations with graphql-js. Yoga's executor supports cancellation and streams, for which it makes
 * two closures and checks a signal twice for every field. Without it, statements of a request still end at its time
 * limit.
 */
export const useGraphqlJs = (): Plugin => ({
  onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
})
