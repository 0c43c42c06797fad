/**
 * Reasons for a denial in the order of the checks, with the HTTP status and the message that a gateway returns to its
 * caller.
 */
export const REASONS = {
  MALFORMED: [401, 'The secret is mistyped: its checksum is wrong.'],
  UNAVAILABLE: [503, 'Keyward cannot decide now. Try again.'],
  NOT_FOUND: [401, 'The secret is unknown.'],
  REVOKED: [401, 'The key is revoked.'],
  SECRET_RETIRED: [401, 'The key was rotated. Use its new secret.'],
  EXPIRED: [401, 'The key has expired.'],
  PAUSED: [403, 'The key, its project or its organization is paused.'],
  PROJECT_ARCHIVED: [403, 'The project of the key is archived.'],
  IP_NOT_ALLOWED: [403, 'The key may not be used from this address, or the request has none.'],
  ORIGIN_NOT_ALLOWED: [403, 'The token may not be used from this origin, or the request has none.'],
  WORKLOAD_NOT_ALLOWED: [403, 'The key may not be used for this workload, or the request has none.'],
  MODEL_NOT_ALLOWED: [403, 'The key may not be used for this model, or the request has none.'],
  RESOURCE_NOT_IN_PROJECT: [403, 'The resource is not in the project of the key.'],
  MODEL_NOT_AVAILABLE: [403, 'The model is not available to the project of the key.'],
  RATE_LIMITED: [429, 'The key has reached its rate limit.'],
  CONCURRENCY_LIMITED: [429, 'The key has reached its concurrency limit.'],
  BUDGET_EXCEEDED: [429, 'A budget of the key has no room for this request.'],
} as const

export type Reason = keyof typeof REASONS

export type Warning =
  | 'LEGACY_KEY_DEPRECATED'
  | 'EXPIRES_SOON'
  | 'SECRET_RETIRES_SOON'
  | 'BUDGET_NEARLY_SPENT'
  | 'SERVED_DURING_OUTAGE'

/** Number of seconds after which to repeat a request that was denied without a decision. */
export const RETRY_AFTER_SECONDS = 1

/** The parts of a denial that depend only on its reason. */
export function describeReason(reason: Reason) {
  const [httpStatus, message] = REASONS[reason]
  return { httpStatus, message, retryAfterSeconds: reason === 'UNAVAILABLE' ? RETRY_AFTER_SECONDS : null }
}
