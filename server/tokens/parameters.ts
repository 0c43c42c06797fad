import { origins } from '@keyward/schema/child-token/origins'
import { DEFAULT_LIFETIME_SECONDS, MAX_LIFETIME_SECONDS } from '@keyward/schema/child-token/service'
import { usd } from '@keyward/schema/limit/settings/input'

/** The grant type of a token exchange (RFC 8693). */
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** Token type of a key's secret, and of the token that it is exchanged for. */
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** Token types of a workload's identity token. */
const IDENTITY_TOKENS = ['urn:ietf:params:oauth:token-type:id_token', 'urn:ietf:params:oauth:token-type:jwt']

/** Error codes of OAuth (RFC 6749 and RFC 8693). */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_scope'
  | 'invalid_target'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'
  | 'temporarily_unavailable'

/** An error in the form that OAuth clients expect. */
export class Refusal {
  constructor(
    readonly error: OAuthError,
    readonly description: string,
    readonly status = 400,
    readonly headers: Record<string, string> = {},
  ) {}
}

/** The parameters of a token exchange. */
export interface ExchangeParameters {
  subjectToken: string
  /** The trust that accepts a workload's identity token. Null if the subject is a key's secret. */
  trustId: string | null
  scope: string
  lifetimeSeconds: number
  /** In US dollars. Null if omitted. */
  maxCost: string | null
  /** Origins of web pages that may use the token. Empty: any origin. */
  origins: string[]
}

const LONGEST = { secret: 4_096, identityToken: 8_192, scope: 8_192 }

function lifetimeOf(given: string | null): number | null {
  if (given === null) return DEFAULT_LIFETIME_SECONDS
  const seconds = /^\d{1,5}$/.test(given) ? Number(given) : 0
  return seconds >= 1 && seconds <= MAX_LIFETIME_SECONDS ? seconds : null
}

/**
 * Parses origins separated by spaces. An empty parameter is rejected, because it must not create a token for all
 * origins.
 */
function readOrigins(given: string | null): string[] | Refusal {
  if (given === null) return []
  const read = origins.safeParse(given.split(' ').filter((each) => each !== ''))
  if (read.success && read.data.length > 0) return read.data
  return new Refusal(
    'invalid_request',
    `\`origins\`, separated by spaces: ${read.error?.issues[0]?.message ?? 'name one.'}`,
  )
}

/** Parses the parameters of a token exchange. Unknown parameters are ignored, as OAuth requires. */
export function readParameters(form: URLSearchParams): ExchangeParameters | Refusal {
  const invalid = (description: string) => new Refusal('invalid_request', description)
  // An empty parameter is treated as omitted.
  const given = (name: string): string | null => form.get(name) || null
  const grantType = given('grant_type')
  if (grantType === null) return invalid('`grant_type` is missing.')
  if (grantType !== TOKEN_EXCHANGE)
    return new Refusal('unsupported_grant_type', `\`grant_type\` must be \`${TOKEN_EXCHANGE}\`.`)
  const subjectToken = given('subject_token')
  if (subjectToken === null) return invalid('`subject_token` is missing: send the secret of a key.')
  const type = given('subject_token_type') ?? ''
  const isIdentity = IDENTITY_TOKENS.includes(type)
  if (type !== ACCESS_TOKEN && !isIdentity)
    return invalid(`\`subject_token_type\` must be \`${[ACCESS_TOKEN, ...IDENTITY_TOKENS].join('`, `')}\`.`)
  if ((given('requested_token_type') ?? ACCESS_TOKEN) !== ACCESS_TOKEN)
    return invalid(`\`requested_token_type\` must be \`${ACCESS_TOKEN}\`, or be omitted.`)
  if (given('actor_token') !== null || given('actor_token_type') !== null)
    return invalid('`actor_token` is not supported: the child token acts as the key.')
  const audience = given('audience')
  if (isIdentity && audience === null)
    return new Refusal('invalid_target', '`audience` is missing: name the trust, `tru_…`.')
  if (isIdentity && given('scope') !== null)
    return new Refusal('invalid_scope', 'Omit `scope`: the role of the service account decides what the token may do.')
  if ((!isIdentity && audience !== null) || given('resource') !== null)
    return new Refusal('invalid_target', 'Omit `audience` and `resource`: the child token works where the key does.')
  const scope = given('scope') ?? ''
  const longest = isIdentity ? LONGEST.identityToken : LONGEST.secret
  if (subjectToken.length > longest || scope.length > LONGEST.scope)
    return invalid(`\`subject_token\` must have at most ${longest} characters, and \`scope\` at most ${LONGEST.scope}.`)
  const lifetimeSeconds = lifetimeOf(given('expires_in'))
  if (lifetimeSeconds === null)
    return invalid(`\`expires_in\` must be a whole number of seconds from 1 to ${MAX_LIFETIME_SECONDS}.`)
  const maxCost = given('max_cost')
  if (isIdentity && maxCost !== null)
    return invalid('`max_cost` applies only to child tokens of keys. Omit it when you exchange an identity token.')
  const amount = maxCost === null ? null : usd.safeParse(maxCost)
  if (amount?.success === false)
    return invalid('`max_cost` must be more than 0 and at most 999999999, a decimal in US dollars.')
  const pages = given('origins')
  if (isIdentity && pages !== null) return invalid('Omit `origins`: the token is not a credential for gateways.')
  const bound = readOrigins(pages)
  if (bound instanceof Refusal) return bound
  const trustId = isIdentity ? audience : null
  return { subjectToken, trustId, scope, lifetimeSeconds, maxCost: amount?.data ?? null, origins: bound }
}
