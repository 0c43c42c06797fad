import { admit, type Guarding, type GuardOptions, guard } from './admission.ts'
import { onEnd, type Writing } from './node-response.ts'

export { type Admission, admissionOf, type GuardOptions } from './admission.ts'

/** Members of an Express, Connect or `node:http` request that the middleware uses. */
export interface ExpressRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The client's address, which depends on Express's setting `trust proxy`. Missing in `node:http`. */
  readonly ip?: string | undefined
}

/** Members of the response that the middleware uses. */
export interface ExpressResponse extends Writing {
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

/**
 * Middleware for Express and other frameworks with `(request, response, next)`. Passes on requests that the gateway
 * allows for the address in `request.ip`. Denied requests get the same response as from the forward-auth endpoint.
 * Handlers get the admission from `admissionOf(request)`.
 */
export const requireApiKey =
  <Request extends ExpressRequest>(gateway: Guarding, options: GuardOptions<Request> = {}) =>
  (request: Request, response: ExpressResponse, next: (error?: unknown) => void): void => {
    guard(gateway, request, request, options, request.ip)
      .then((guarded) => {
        if (guarded.refusal) {
          const { status, headers, body } = guarded.refusal
          response.statusCode = status
          for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
          response.end(body)
          return false
        }
        for (const [name, value] of Object.entries(guarded.headers)) response.setHeader(name, value)
        admit(request, guarded.admission)
        return !onEnd(response, guarded.ended)
      })
      // `then` has two arguments so that an exception in `next` does not call `next` again.
      .then((goesOn) => goesOn && next(), next)
  }
