import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention'
import { RequestError } from '@keyward/schema/core/errors'
import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../http/request-context.ts'

/** Headers that no page of another origin can add without asking first. */
const CUSTOM_HEADERS = ['x-graphql-yoga-csrf', 'authorization']

/**
 * Keeps other sites from using a signed-in person's cookie: a request has to be one that a browser asks about before it
 * sends it across origins, and with a cookie it has to come from our own pages.
 */
export function useSameOrigin(origins: string[]): Plugin<object, RequestContext> {
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
              'Send `content-type: application/json`, or the header `x-graphql-yoga-csrf: 1`: without either, another site could make a browser send this.',
            )
          }
        },
      })
    },
    onRequestParse({ request, serverContext }) {
      if (serverContext.authentication?.by !== 'COOKIE') return
      const origin = request.headers.get('origin')
      const elsewhere =
        origin !== null ? !origins.includes(origin) : request.headers.get('sec-fetch-site') === 'cross-site'
      if (elsewhere) throw new RequestError('FORBIDDEN', 'A session cookie counts only on pages of this instance.')
    },
  }
}
