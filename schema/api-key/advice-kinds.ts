/** All recommendations for keys, in the order of their counts. */
export const ADVICE_KINDS = [
  'LEAKED',
  'EXPIRES_SOON',
  'NO_EXPIRATION',
  'UNUSED_90_DAYS',
  'CREATOR_GONE',
  'ROTATION_SAFE_TO_FINISH',
] as const

/** A recommendation for a key that is not revoked. */
export type ApiKeyAdvice = (typeof ADVICE_KINDS)[number]
