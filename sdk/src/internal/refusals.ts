import {
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  type ErrorContext,
  ForbiddenError,
  InvalidStateError,
  LimitExceededError,
  NotFoundError,
  RateLimitError,
  ServerError,
  TimeoutError,
  ValidationError,
} from '../core/errors.ts'
import { isRecord } from './json.ts'
import { issueOf, redact } from './redact.ts'

/** Of which call an error is told, and what must not be in it. */
export interface Origin {
  operation: string
  requestId: string | null
  status: number | null
  retryAfter: number | null
  /** Variables and credentials. */
  sent: unknown
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

const messageOf = (problem: Record<string, unknown>, sent: unknown): string =>
  typeof problem.message === 'string' ? redact(problem.message, sent) : 'The server gave no reason.'

/**
 * The error that a program gets for what the server answered: a member of a mutation's result, or a top-level error
 * together with its extensions.
 */
export function refusal(problem: Record<string, unknown>, origin: Origin): ApiError {
  const { operation, requestId, status, retryAfter, sent } = origin
  const code = typeof problem.code === 'string' ? problem.code : 'UNKNOWN'
  const message = messageOf(problem, sent)
  const context: ErrorContext = { code, operation, requestId }
  switch (code) {
    case 'VALIDATION':
    case 'BAD_REQUEST':
    case 'QUERY_TOO_COSTLY': {
      const invalid = issueOf(String(problem.message))
      const issues = Array.isArray(problem.issues) ? problem.issues.filter(isRecord) : invalid ? [invalid] : []
      const told = issues.map((issue) => ({ path: strings(issue.path), message: messageOf(issue, sent) }))
      return new ValidationError(message, context, told)
    }
    case 'NOT_FOUND':
      return new NotFoundError(message, context)
    case 'FORBIDDEN': {
      const action = typeof problem.action === 'string' ? problem.action : null
      return new ForbiddenError(message, context, action, strings(problem.allowedRoles))
    }
    case 'CONFLICT':
      return new ConflictError(message, context)
    case 'INVALID_STATE':
      return new InvalidStateError(message, context)
    case 'LIMIT_EXCEEDED':
      return new LimitExceededError(message, context, typeof problem.limit === 'number' ? problem.limit : null)
    case 'UNAUTHENTICATED':
      return new AuthenticationError(message, context)
    case 'RATE_LIMITED':
      return new RateLimitError(message, context, retryAfter)
    case 'UNAVAILABLE':
    case 'INTERNAL':
      return new ServerError(message, context, status, retryAfter)
    default:
      return new ApiError(message, context)
  }
}

/** Something answered, but not as Keyward does: a proxy, or another server. */
export function strangeAnswer({ operation, requestId, status, retryAfter }: Origin): ApiError {
  const context = { code: 'BAD_RESPONSE', operation, requestId }
  if (status === 429) {
    const message = 'Something in front of the server refuses so many requests (HTTP 429).'
    return new RateLimitError(message, { ...context, code: 'RATE_LIMITED' }, retryAfter)
  }
  const message = `What answered is not a Keyward server (HTTP ${status ?? 'unknown'}). Look at \`baseUrl\`, and at proxies in between.`
  return new ServerError(message, context, status, retryAfter)
}

/** Whether trying again later may help. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ServerError) return error.code !== 'BAD_RESPONSE' || (error.status ?? 0) >= 500
  return error instanceof RateLimitError || error instanceof TimeoutError || error instanceof ConnectionError
}
