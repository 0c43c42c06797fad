import { errors, type JWTPayload, jwtVerify } from 'jose'
import { type Condition, conditions, meets } from './conditions.ts'
import { type IssuerKeys, IssuerUnavailable } from './issuer-keys.ts'

/** Reasons why a trust denies a token, in the order in which they are checked. */
export const DENIALS = [
  'MALFORMED',
  'ISSUER_UNAVAILABLE',
  'SIGNATURE',
  'ISSUER',
  'AUDIENCE',
  'EXPIRED',
  'LIFETIME',
  'CONDITIONS',
] as const
export type Denial = (typeof DENIALS)[number]

export const MAX_IDENTITY_TOKEN = 8_192

/** Asymmetric algorithms only: with HMAC, a public key would be the secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const TOLERANCE_SECONDS = 30
/** The longest lifetime of a token. A token that lives longer is in effect a stored secret. */
const MAX_LIFETIME_SECONDS = 86_400

interface Expected {
  issuer: string
  audience: string
  /** As stored. */
  conditions: unknown
  organization_id: string
}

const denialOf = (error: unknown): Denial => {
  if (error instanceof IssuerUnavailable) return 'ISSUER_UNAVAILABLE'
  if (error instanceof errors.JWTExpired) return 'EXPIRED'
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'iss'
      ? 'ISSUER'
      : error.claim === 'aud'
        ? 'AUDIENCE'
        : error.reason === 'missing'
          ? 'MALFORMED'
          : 'EXPIRED'
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return 'MALFORMED'
  return 'SIGNATURE'
}

function isTooLong({ exp, iat }: JWTPayload, now: Date): boolean {
  const seconds = now.getTime() / 1_000
  if (exp === undefined) return true
  if (iat !== undefined && iat > seconds + TOLERANCE_SECONDS) return true
  return exp - (iat ?? seconds) > MAX_LIFETIME_SECONDS
}

/** Verifies the identity token of a workload against a trust. Returns its subject, or the reason why it is denied. */
export async function verifyIdentityToken(
  keys: IssuerKeys,
  token: string,
  expected: Expected,
  now: Date,
): Promise<{ subject: string } | Denial> {
  if (token.length > MAX_IDENTITY_TOKEN) return 'MALFORMED'
  const list = conditions.safeParse(expected.conditions)
  const { issuer, audience, organization_id: organizationId } = expected
  const verify = async (renew: boolean) =>
    jwtVerify(token, await keys.find(issuer, organizationId, { renew }), {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      currentDate: now,
      clockTolerance: TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'sub'],
    })
  try {
    const { payload } = await verify(false).catch((error: unknown) => {
      if (error instanceof errors.JWKSNoMatchingKey) return verify(true)
      throw error
    })
    if (isTooLong(payload, now)) return 'LIFETIME'
    const met: readonly Condition[] | undefined = list.data
    if (!met || typeof payload.sub !== 'string' || !meets(met, payload)) return 'CONDITIONS'
    return { subject: payload.sub }
  } catch (error) {
    return denialOf(error)
  }
}
