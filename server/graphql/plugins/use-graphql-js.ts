import { execute } from 'graphql'
import type { Plugin } from 'graphql-yoga'

/**
 * Executes queries and mutations by graphql-js. Yoga's executor prepares for cancellation and streams: it makes two closures,
 * and checks a signal twice, for every field. After the time limit of a request its statements end, and nothing changes.
 */
export const useGraphqlJs = (): Plugin => ({
  onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
})
