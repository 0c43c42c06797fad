import { execute } from 'graphql'
import type { Plugin } from 'graphql-yoga'

/**
 * Executes queries and mutations with GraphQL.js. Yoga's executor supports cancellation and streams, so it creates two
 * closures and checks a signal twice per field. With GraphQL.js, a request's statements still end at its time limit.
 */
export const useGraphqlJs = (): Plugin => ({
  onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
})
