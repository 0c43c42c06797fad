/** Reasons for a denial in the order of the checks, with the HTTP status and the message that a gateway answers its caller. */
export const REASONS = {
  MALFORMED: {
    httpStatus: 401,
    message: 'The secret is mistyped: its checksum is wrong.',
  },
  UNAVAILABLE: { httpStatus: 503, message: 'Keyward cannot decide at the moment. Try again.' },
  NOT_FOUND: { httpStatus: 401, message: 'The secret is unknown.' },
  REVOKED: { httpStatus: 401, message: 'The key is revoked.' },
  SECRET_RETIRED: { httpStatus: 401, message: 'The key was rotated and this secret is retired. Use the new secret.' },
  EXPIRED: { httpStatus: 401, message: 'The key has expired.' },
  PAUSED: { httpStatus: 403, message: 'The key, its project or its organization is paused.' },
  PROJECT_ARCHIVED: { httpStatus: 403, message: 'The project of the key is archived.' },
  IP_NOT_ALLOWED: { httpStatus: 403, message: 'The key may not be used from this address.' },
  WORKLOAD_NOT_ALLOWED: { httpStatus: 403, message: 'The key may not be used for this workload.' },
  MODEL_NOT_ALLOWED: { httpStatus: 403, message: 'The key may not be used for this model.' },
  RESOURCE_NOT_IN_PROJECT: { httpStatus: 403, message: 'The resource is not in the project of the key.' },
  MODEL_NOT_AVAILABLE: { httpStatus: 403, message: 'The model is not available to the project of the key.' },
  RATE_LIMITED: { httpStatus: 429, message: 'The key has reached its rate limit.' },
  CONCURRENCY_LIMITED: { httpStatus: 429, message: 'The key has reached its concurrency limit.' },
  BUDGET_EXCEEDED: { httpStatus: 429, message: 'A budget of the key has no room for this request.' },
} as const

export type Reason = keyof typeof REASONS

export type Warning =
  | 'LEGACY_KEY_DEPRECATED'
  | 'EXPIRES_SOON'
  | 'SECRET_RETIRES_SOON'
  | 'BUDGET_NEARLY_SPENT'
  | 'SERVED_DURING_OUTAGE'

/** After this many seconds an UNAVAILABLE decision is worth another try. */
const RETRY_AFTER_SECONDS = 1

/** The parts of a denial that follow from its reason. */
export const describeReason = (reason: Reason) => ({
  ...REASONS[reason],
  retryAfterSeconds: reason === 'UNAVAILABLE' ? RETRY_AFTER_SECONDS : null,
})
