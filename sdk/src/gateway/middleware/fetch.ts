import { type Admission, type Guarding, type GuardOptions, guard, isFailure } from './admission.ts'

export type { Admission, GuardOptions } from './admission.ts'

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
  (gateway: Guarding, options: GuardOptions<Request> = {}) =>
  <Rest extends unknown[]>(serve: GuardedHandler<Rest>) =>
  async (request: Request, ...rest: Rest): Promise<Response> => {
    const guarded = await guard(gateway, request, request, options)
    if (guarded.refusal) {
      const { body, ...init } = guarded.refusal
      return new Response(body, init)
    }
    try {
      const response = await serve(request, guarded.admission, ...rest)
      guarded.ended(isFailure(response.status))
      return withHeaders(response, guarded.headers)
    } catch (error) {
      guarded.ended(true)
      throw error
    }
  }
