import { withHeaders } from './responses.ts'

/** Response headers that pages may read. `set-auth-token` contains a session token. */
const EXPOSED_HEADERS = 'retry-after, set-auth-token, x-request-id'

/** Headers that Keyward reads, or that GraphQL clients and tracing libraries add to every request. */
const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'x-graphql-yoga-csrf',
  'x-keyward-challenge',
  'x-keyward-invitation',
  'x-request-id',
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
  'x-apollo-operation-name',
  'baggage',
  'sentry-trace',
  'traceparent',
  'tracestate',
].join(', ')

/**
 * Allows pages from the configured origins to call an API with a credential in a header. Cookies are excluded, because
 * Access-Control-Allow-Credentials is never sent.
 */
export function createCors(origins: string[]) {
  const headersFor = (request: Request): Record<string, string> => {
    const origin = request.headers.get('origin')
    if (origin === null || !origins.includes(origin)) return {}
    return { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS, vary: 'Origin' }
  }
  const preflight = (request: Request, isOpen: boolean): Response => {
    const headers = headersFor(request)
    if (!isOpen || headers['access-control-allow-origin'] === undefined) return new Response(null, { status: 403 })
    return new Response(null, {
      status: 204,
      headers: {
        ...headers,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': ALLOWED_HEADERS,
        'access-control-max-age': '600',
      },
    })
  }

  /**
   * Answers preflights, and adds the headers that allow a page to read the response. Preflights for closed paths fail.
   */
  return async (request: Request, serve: () => Promise<Response>, { isOpen = true } = {}): Promise<Response> => {
    const isPreflight = request.method === 'OPTIONS' && request.headers.has('access-control-request-method')
    return isPreflight ? preflight(request, isOpen) : withHeaders(await serve(), headersFor(request))
  }
}
