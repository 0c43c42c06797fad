import { admit, type Guarding, type GuardOptions, guard } from './admission.ts'
import { onEnd, type Writing } from './node-response.ts'

export { type Admission, admissionOf, type GuardOptions } from './admission.ts'

/** The members of a request of Express, Connect or `node:http` that the middleware uses. */
export interface ExpressRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The client's address, which depends on Express's setting `trust proxy`. Missing in `node:http`. */
  readonly ip?: string | undefined
}

/** The members of the response that the middleware uses. */
export interface ExpressResponse extends Writing {
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

/**
 * Middleware for Express and other frameworks with `(request, response, next)`. Passes on requests that the gateway
 * allows for the address in `request.ip`, and answers denied ones as the forward-auth endpoint does. Handlers get the
 * admission from `admissionOf(request)`.
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
      // `next` is called only once: an error of a later handler is not the middleware's own.
      .then((goesOn) => goesOn && next(), next)
  }
