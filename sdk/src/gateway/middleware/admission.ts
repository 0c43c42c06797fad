import { rateHeaders } from '@keyward/engine/rate-headers'
import type { Accepted, Ask, Rejected } from '../answer.ts'
import type { Gateway } from '../gateway.ts'
import type { SecretSource } from '../secret.ts'
import type { Usage } from '../usage/usage.ts'
import { isPreflight } from './preflight.ts'

/** An allowed request, as passed to its handler. */
export interface Admission {
  /** The decision: the request's owner, and warnings for the owner. */
  readonly answer: Accepted
  /** Reports the request's usage and cost for its key, like the gateway's `record`. */
  readonly record: (usage: Omit<Usage, 'answer' | 'credentialId'>) => Promise<void>
  /**
   * Releases the reservation of a request that was not served. The middleware calls it if the request fails, or if the
   * response status is 400 or more and no usage was recorded.
   */
  readonly release: () => void
}

/** Middleware options. */
export interface GuardOptions<Asked> {
  /**
   * Returns a request's workload, model and estimated cost. Called only for requests that carry a secret. By default,
   * they are unknown.
   */
  readonly ask?: Ask | ((request: Asked) => Ask | Promise<Ask>) | undefined
  /**
   * Whether CORS preflights of browsers are allowed without a secret: `OPTIONS` with `Origin` and
   * `Access-Control-Request-Method`. A preflight has no admission. Defaults to false.
   */
  readonly passPreflights?: boolean | undefined
  /** Returns a denial's body, which is sent as JSON. Defaults to `{ allowed, reason, message, credentialId, asOf }`. */
  readonly refusal?: ((answer: Rejected) => unknown) | undefined
  /**
   * Returns a denial's headers, with lower-case names. They extend or replace the headers of the forward-auth endpoint.
   */
  readonly refusalHeaders?: ((answer: Rejected) => Readonly<Record<string, string>>) | undefined
}

/** The gateway methods that middleware uses. */
export type Guarding = Pick<Gateway, 'authorize' | 'carriesSecret' | 'record' | 'release'>

/** The response to a denied request. */
export interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The result of authorizing a request. */
export type Outcome =
  | { readonly refusal: Refusal; readonly admission: null }
  | {
      readonly refusal: null
      /** Null for a preflight. */
      readonly admission: Admission | null
      /** Headers that inform the client about its rate limits. */
      readonly headers: Readonly<Record<string, string>>
      /** Must be called when the request ends, with whether it failed. */
      readonly ended: (hasFailed: boolean) => void
    }

/** Whether a status means that the request was not served. `Response.error()` has status 0. */
export const isFailure = (status: number): boolean => status >= 400 || status === 0

/** Builds the same response as the forward-auth endpoint. */
function refuse(answer: Rejected, { refusal, refusalHeaders }: GuardOptions<never>): Refusal {
  const { reason, message, httpStatus, retryAfterSeconds, deniedCredentialId: credentialId, asOf } = answer
  return {
    status: httpStatus,
    headers: {
      'content-type': 'application/json',
      'keyward-as-of': asOf,
      'keyward-reason': reason,
      ...(credentialId === null ? {} : { 'keyward-key-id': credentialId }),
      ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...(httpStatus === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...rateHeaders(answer.limits, reason === 'RATE_LIMITED', Date.parse(asOf)),
      ...refusalHeaders?.(answer),
    },
    body: JSON.stringify(refusal ? refusal(answer) : { allowed: false, reason, message, credentialId, asOf }),
  }
}

/** Authorizes a request, and tracks whether its usage is recorded. */
export async function guard<Asked>(
  gateway: Guarding,
  source: SecretSource,
  request: Asked,
  options: GuardOptions<Asked>,
  clientIp?: string | undefined,
): Promise<Outcome> {
  const { ask = {}, passPreflights } = options
  if (passPreflights && isPreflight(source)) return { refusal: null, admission: null, headers: {}, ended: () => {} }
  const asked = typeof ask !== 'function' ? ask : gateway.carriesSecret(source) ? await ask(request) : {}
  const answer = await gateway.authorize(source, clientIp === undefined ? asked : { clientIp, ...asked })
  if (answer.__typename === 'ApiKeyDenied') return { refusal: refuse(answer, options), admission: null }
  let settled = 0
  const release = () => {
    if (settled++ === 0) gateway.release(answer)
  }
  const record: Admission['record'] = (usage) => {
    settled += 1
    return gateway.record({ consumer: asked.consumer, ...usage, answer }).catch((error) => {
      settled -= 1
      throw error
    })
  }
  return {
    refusal: null,
    admission: { answer, record, release },
    headers: rateHeaders(answer.limits, false, Date.parse(answer.asOf)),
    ended: (hasFailed) => void (hasFailed && release()),
  }
}

const admissions = new WeakMap<object, Admission>()

/** Attaches an admission to a request or its context. */
export const admit = (request: object, admission: Admission | null): void =>
  void (admission && admissions.set(request, admission))

/**
 * Returns the admission of a request that `requireApiKey` allowed. Pass the request of Express or Fastify, or Hono's
 * context.
 * @throws {TypeError} `requireApiKey` did not run before.
 */
export function admissionOf(request: object): Admission {
  const admission = admissions.get(request)
  if (!admission) throw new TypeError('`requireApiKey` must run before `admissionOf`.')
  return admission
}
