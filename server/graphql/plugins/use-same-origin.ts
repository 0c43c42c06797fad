import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention'
import { RequestError } from '@keyward/schema/core/errors'
import type { Plugin } from 'graphql-yoga'
import type { YogaContext } from '../yoga-context.ts'

/** Headers that a page from another origin cannot send without a preflight. */
const CUSTOM_HEADERS = ['x-graphql-yoga-csrf', 'apollo-require-preflight', 'x-apollo-operation-name', 'authorization']

/**
 * Protects signed-in people from cross-site requests: browsers must preflight the request, and a request with a session
 * cookie must come from the instance's own pages.
 */
export function useSameOrigin(origins: string[]): Plugin<object, YogaContext> {
  const prevention = useCSRFPrevention({ requestHeaders: CUSTOM_HEADERS })
  return {
    onPluginInit({ addPlugin }) {
      addPlugin({
        ...prevention,
        onRequestParse(payload) {
          try {
            return prevention.onRequestParse?.(payload)
          } catch {
            throw new RequestError(
              'FORBIDDEN',
              'Send `content-type: application/json` or the header `x-graphql-yoga-csrf: 1`. Without them, another site could make a browser send this request. An EventSource cannot send them: subscribe with a client that uses fetch, such as graphql-sse.',
            )
          }
        },
      })
    },
    onRequestParse({ request, serverContext }) {
      if (serverContext.http.authentication?.by !== 'COOKIE') return
      const origin = request.headers.get('origin')
      const elsewhere =
        origin !== null ? !origins.includes(origin) : request.headers.get('sec-fetch-site') === 'cross-site'
      if (elsewhere)
        throw new RequestError(
          'FORBIDDEN',
          'A session cookie is accepted only from pages of this instance. Elsewhere, send a token in `Authorization`.',
        )
    },
  }
}
