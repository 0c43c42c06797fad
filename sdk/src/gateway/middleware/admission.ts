import type { Accepted, Ask, Rejected } from '../answer.ts'
import type { Gateway } from '../gateway.ts'
import { type SecretSource, secretOf } from '../secret.ts'
import type { Usage } from '../usage/usage.ts'

/** A request that was let pass, in the hands of whoever serves it. */
export interface Admission {
  /** Whose request it is, and what its owner should be told. */
  readonly answer: Accepted
  /** Reports what the request used and did cost, for its key; as `record` of the gateway does. */
  readonly record: (usage: Omit<Usage, 'answer' | 'credentialId'>) => Promise<void>
  /**
   * Lets what was set aside for the request go, where it came to nothing. It goes by itself where the request is answered
   * with a status of 400 or more, or fails, before anything is recorded.
   */
  readonly release: () => void
}

/** What middleware may do differently. */
export interface GuardOptions<Asked> {
  /**
   * What a request asks for beside its secret: its workload, its model, what it may cost. It is asked for requests that carry
   * a secret alone. Nothing if not given.
   */
  readonly ask?: Ask | ((request: Asked) => Ask | Promise<Ask>) | undefined
  /** The body of a refusal, which is sent as JSON; `{ allowed, reason, message, credentialId, asOf }` if not given. */
  readonly refusal?: ((answer: Rejected) => unknown) | undefined
  /**
   * Headers of a refusal, with names in lower case: beside those of the door for proxies, or instead of one of the same name.
   */
  readonly refusalHeaders?: ((answer: Rejected) => Readonly<Record<string, string>>) | undefined
}

/** What middleware needs of a gateway. */
export type Guarding = Pick<Gateway, 'authorize' | 'record' | 'release'>

/** How a request is answered that is not let pass. */
export interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What came of asking the gateway: middleware refuses, or goes on. */
export type Outcome =
  | { readonly refusal: Refusal; readonly admission: null }
  | {
      readonly refusal: null
      readonly admission: Admission
      /** To be called when the request is over, with whether it failed. */
      readonly ended: (hasFailed: boolean) => void
    }

/** Whether an answer says that the request was not served; that of `Response.error()` is 0. */
export const isFailure = (status: number): boolean => status >= 400 || status === 0

/** As the door for proxies refuses. */
function refuse(answer: Rejected, { refusal, refusalHeaders }: GuardOptions<never>): Refusal {
  const { reason, message, httpStatus, retryAfterSeconds, rejectedCredentialId: credentialId, asOf } = answer
  return {
    status: httpStatus,
    headers: {
      'content-type': 'application/json',
      'keyward-as-of': asOf,
      'keyward-reason': reason,
      ...(credentialId === null ? {} : { 'keyward-key-id': credentialId }),
      ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...(httpStatus === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...refusalHeaders?.(answer),
    },
    body: JSON.stringify(refusal ? refusal(answer) : { allowed: false, reason, message, credentialId, asOf }),
  }
}

/** Asks the gateway about a request, and keeps an eye on whether its usage is recorded. */
export async function guard<Asked>(
  gateway: Guarding,
  source: SecretSource,
  request: Asked,
  options: GuardOptions<Asked>,
  clientIp?: string | undefined,
): Promise<Outcome> {
  const { ask = {} } = options
  const asked = typeof ask !== 'function' ? ask : secretOf(source) === null ? {} : await ask(request)
  const answer = await gateway.authorize(source, clientIp === undefined ? asked : { clientIp, ...asked })
  if (answer.__typename === 'ApiKeyRejected') return { refusal: refuse(answer, options), admission: null }
  let settled = 0
  const release = () => {
    if (settled++ === 0) gateway.release(answer)
  }
  const record: Admission['record'] = (usage) => {
    settled += 1
    return gateway.record({ ...usage, answer }).catch((error) => {
      settled -= 1
      throw error
    })
  }
  return { refusal: null, admission: { answer, record, release }, ended: (hasFailed) => void (hasFailed && release()) }
}

const admissions = new WeakMap<object, Admission>()

/** Notes which admission a request, or what stands for it, has. */
export const admit = (request: object, admission: Admission): void => void admissions.set(request, admission)

/**
 * The admission of a request that `requireApiKey` let pass: of Express's and Fastify's request, and of Hono's context.
 * @throws {TypeError} No middleware let it pass.
 */
export function admissionOf(request: object): Admission {
  const admission = admissions.get(request)
  if (!admission) throw new TypeError('No `requireApiKey` let this request pass: it has to come before.')
  return admission
}
