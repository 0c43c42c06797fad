import { type Admission, type Guarding, type GuardOptions, guard, isFailure } from './admission.ts'
import { isPreflight } from './preflight.ts'

export type { Admission, GuardOptions } from './admission.ts'

/** Options for web handlers. */
export interface FetchGuardOptions extends Omit<GuardOptions<Request>, 'passPreflights'> {
  /** Responds to preflights of browsers, which carry no secret. Without it they are denied. */
  readonly preflight?: ((request: Request) => Response | Promise<Response>) | undefined
}

/** Serves a request that was let pass; `rest` is whatever else the runtime gives to its handlers. */
export type GuardedHandler<Rest extends unknown[]> = (
  request: Request,
  admission: Admission,
  ...rest: Rest
) => Response | Promise<Response>

/** Headers of a response of `fetch` cannot be changed, and those of `Response.error()` neither. */
function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const added = Object.entries(headers)
  if (added.length === 0 || response.status === 0) return response
  const copy = new Response(response.body, response)
  for (const [name, value] of added) copy.headers.set(name, value)
  return copy
}

/**
 * For handlers of the web's kind, `(request) => Response`, as Bun, Deno, workers and frameworks on them have: makes one that
 * serves only what the gateway lets pass, and answers anything else as the door for proxies does.
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
    // Only preflights have none, and they do not come here.
    if (!admission) throw new TypeError('A request passed without an admission.')
    try {
      const response = await serve(request, admission, ...rest)
      guarded.ended(isFailure(response.status))
      return withHeaders(response, guarded.headers)
    } catch (error) {
      guarded.ended(true)
      throw error
    }
  }
