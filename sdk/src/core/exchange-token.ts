import type { Workload } from '../generated/types.ts'
import { isRecord } from '../internal/json.ts'
import { rejectSecretInBrowser } from '../internal/secrets.ts'
import { serverError, unexpectedResponse } from '../internal/server-errors.ts'
import { transportOf } from './client.ts'
import type { ClientOptions, RequestOptions } from './options.ts'

/** A key's secret, and the properties of the child token to create. */
export interface TokenExchange {
  /** The secret of a key. */
  readonly secret: string
  /** Workloads that the child token may use. Default: the key's workloads. */
  readonly workloads?: readonly Workload[] | undefined
  /** Models that the child token may use: slugs, or slug prefixes that end with `*`. Default: the key's models. */
  readonly models?: readonly string[] | undefined
  /** Lifetime in seconds, 1 to 3,600. Default: 600. The token never outlives the key. */
  readonly expiresIn?: number | undefined
  /** Maximum total cost of the token's requests, a decimal in US dollars. Default: no maximum. */
  readonly maxCost?: string | undefined
  /**
   * Origins of web pages that may use the token, such as `https://app.example.com`; at most 10. Gateways deny requests
   * from another origin or without an `Origin` header. Default: any origin.
   */
  readonly origins?: readonly string[] | undefined
}

/** A short-lived credential derived from a key. Its scopes can be narrower than the key's. */
export interface ChildToken {
  /** The token, `kw_tmp_…`. The server stores only its hash. */
  readonly token: string
  /** Lifetime in seconds. */
  readonly expiresIn: number
}

/** Options of the child token functions. */
export type TokenOptions = Omit<ClientOptions, 'token' | 'print'> & Pick<RequestOptions, 'signal'>

const URN = 'urn:ietf:params:oauth:'

/**
 * Exchanges a key's secret for a child token, for a browser or a realtime session (RFC 8693). Call it on your own
 * server. Gateways treat the token like the key, for at most an hour. The token stops working when the secret does.
 * @throws {ValidationError} The secret does not work, or the token would have wider scopes than its key.
 * @throws {RateLimitError} The key has too many live child tokens.
 */
export function exchangeToken(
  { secret, workloads = [], models = [], expiresIn, maxCost, origins = [] }: TokenExchange,
  options: TokenOptions = {},
): Promise<ChildToken> {
  rejectSecretInBrowser('secret', secret, options.dangerouslyAllowBrowser)
  const fields = fieldsOf(secret, 'access_token', expiresIn)
  const scope = [...workloads.map((each) => `workload:${each}`), ...models.map((each) => `model:${each}`)].join(' ')
  if (scope) fields.set('scope', scope)
  if (maxCost !== undefined) fields.set('max_cost', maxCost)
  if (origins.length > 0) fields.set('origins', origins.join(' '))
  return post('exchangeToken', { path: 'token', fields }, secret, options, readToken)
}

/** A workload's identity token, and the trust that accepts it. */
export interface IdentityTokenExchange {
  /** The workload's OpenID Connect token. */
  readonly identityToken: string
  /** Id of the trust, `tru_…`. */
  readonly trust: string
  /** Lifetime in seconds, 1 to 3,600. Default: 600. */
  readonly expiresIn?: number | undefined
}

/** A short-lived service account token. */
export interface ServiceAccountToken {
  /** Token for the API, `kw_svc_…`. */
  readonly token: string
  /** Lifetime in seconds. */
  readonly expiresIn: number
}

/**
 * Exchanges a workload's identity token, such as that of a GitHub Actions job, for a service account token. Pipelines
 * then need no stored secret.
 * @throws {ValidationError} The trust does not accept the token, or does not exist.
 */
export function exchangeIdentityToken(
  { identityToken, trust, expiresIn }: IdentityTokenExchange,
  options: TokenOptions = {},
): Promise<ServiceAccountToken> {
  const fields = fieldsOf(identityToken, 'id_token', expiresIn)
  fields.set('audience', trust)
  return post('exchangeIdentityToken', { path: 'token', fields }, identityToken, options, readToken)
}

const fieldsOf = (subject: string, type: string, expiresIn: number | undefined): URLSearchParams => {
  const fields = new URLSearchParams({
    grant_type: `${URN}grant-type:token-exchange`,
    subject_token: subject,
    subject_token_type: `${URN}token-type:${type}`,
  })
  if (expiresIn !== undefined) fields.set('expires_in', `${expiresIn}`)
  return fields
}

const readToken = ({ access_token: token, expires_in: expiresIn }: Record<string, unknown>) =>
  typeof token === 'string' && typeof expiresIn === 'number' ? { token, expiresIn } : undefined

/**
 * Revokes a child token before it expires (RFC 7009). Succeeds if the token is already revoked or expired. A browser
 * can call it with its own token.
 * @throws {ValidationError} The text is not a child token.
 */
export async function revokeToken(token: string, options: TokenOptions = {}): Promise<void> {
  const form = { path: 'token/revoke', fields: new URLSearchParams({ token }) }
  await post('revokeToken', form, token, options, () => true)
}

/** Sends an OAuth form. `read` returns undefined if the response is an error. */
function post<Result>(
  name: string,
  form: { path: string; fields: URLSearchParams },
  secret: string,
  options: TokenOptions,
  read: (answer: Record<string, unknown>) => Result | undefined,
): Promise<Result> {
  // Named `secret` so that errors never contain its value.
  const call = { name, text: '', variables: { input: { secret } }, mayRepeat: true, form }
  return transportOf({ ...options, token: null }).send(call, { signal: options.signal }, ({ data, origin }) => {
    const answer = isRecord(data) ? data : {}
    const result = origin.status === 200 ? read(answer) : undefined
    if (result !== undefined) return result
    const { error, error_description: message } = answer
    if (error === undefined) throw unexpectedResponse(origin)
    throw serverError({ code: origin.status === 429 ? 'RATE_LIMITED' : 'BAD_REQUEST', message }, origin)
  })
}
