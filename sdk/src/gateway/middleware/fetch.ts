import { type Admission, type Guarding, type GuardOptions, guard, isFailure } from './admission.ts'
import { isPreflight } from './preflight.ts'

export type { Admission, GuardOptions } from './admission.ts'

/** Options for web handlers. */
export interface FetchGuardOptions extends Omit<GuardOptions<Request>, 'passPreflights'> {
  /** Responds to CORS preflights of browsers, which carry no secret. If omitted, they are denied. */
  readonly preflight?: ((request: Request) => Response | Promise<Response>) | undefined
}

/** Serves an allowed request. `rest` contains any further arguments that the runtime passes to its handlers. */
export type GuardedHandler<Rest extends unknown[]> = (
  request: Request,
  admission: Admission,
  ...rest: Rest
) => Response | Promise<Response>

/** Adds headers to a copy, because responses of `fetch` have immutable headers. `Response.error()` cannot be copied. */
function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const added = Object.entries(headers)
  if (added.length === 0 || response.status === 0) return response
  const copy = new Response(response.body, response)
  for (const [name, value] of added) copy.headers.set(name, value)
  return copy
}

/**
 * Wraps a web handler, `(request) => Response`, for Bun, Deno, workers and their frameworks. The wrapped handler serves
 * only requests that the gateway allows. Denied requests get the same response as from the forward-auth endpoint.
 */
export const requireApiKey =
  (gateway: Guarding, { preflight, ...options }: FetchGuardOptions = {}) =>
  <Rest extends unknown[]>(serve: GuardedHandler<Rest>) =>
  async (request: Request, ...rest: Rest): Promise<Response> => {
    if (preflight && isPreflight(request)) return preflight(request)
    const guarded = await guard(gateway, request, request, options)
    if (guarded.refusal) {
      const { body, ...init } = guarded.refusal
      return new Response(body, init)
    }
    const { admission } = guarded
    // Only preflights have no admission, and they are handled above.
    if (!admission) throw new TypeError('The request has no admission.')
    try {
      const response = await serve(request, admission, ...rest)
      guarded.ended(isFailure(response.status))
      return withHeaders(response, guarded.headers)
    } catch (error) {
      guarded.ended(true)
      throw error
    }
  }
