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
import * as documents from '../generated/documents.ts'
import { isRecord } from './json.ts'
import type { Operation } from './operation.ts'
import { redact } from './secrets.ts'

/** The request that caused an error. */
export interface Origin {
  operation: string
  requestId: string | null
  status: number | null
  retryAfter: number | null
  /** The request's credentials and secrets, which no message may contain. */
  credentials: readonly string[]
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** The SDK methods that send a mutation: `apiKeys.finishRotation` for `apiKeyRotationFinish`. */
function methodsOf(mutation: string): string[] {
  const found = Object.values<Operation<unknown>>(documents).find(({ path }) => path[0] === mutation)
  return found ? [found.name] : []
}

/**
 * Maps a server error to its class. The error is either a member of a mutation's result, or a top-level error with its
 * extensions.
 */
export function serverError(error: Record<string, unknown>, origin: Origin): ApiError {
  const { operation, requestId, status, retryAfter, credentials } = origin
  const messageOf = ({ message }: Record<string, unknown>): string =>
    redact(text(message) ?? 'The server gave no reason.', credentials)
  const code = text(error.code) ?? 'UNKNOWN'
  const message = messageOf(error)
  const context: ErrorContext = { code, operation, requestId, resolvedBy: strings(error.resolvedBy).flatMap(methodsOf) }
  switch (code) {
    case 'VALIDATION':
    case 'BAD_REQUEST':
    case 'QUERY_TOO_COSTLY': {
      const issues = (Array.isArray(error.issues) ? error.issues.filter(isRecord) : []).map((issue) => {
        const path = strings(issue.path)
        // SDK methods take the fields of `input` as their own arguments, so the path does not start with `input`.
        return { path: path[0] === 'input' ? path.slice(1) : path, message: messageOf(issue) }
      })
      const said = issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' ')
      return new ValidationError(said || message, context, issues)
    }
    case 'NOT_FOUND':
      return new NotFoundError(message, context)
    case 'FORBIDDEN':
      return new ForbiddenError(message, context, text(error.action), strings(error.allowedRoles))
    case 'CONFLICT': {
      const { holder } = error
      const held = isRecord(holder) ? { id: String(holder.id), name: text(holder.name) } : null
      return new ConflictError(message, context, strings(error.path), held)
    }
    case 'INVALID_STATE':
      return new InvalidStateError(message, context)
    case 'LIMIT_EXCEEDED':
      return new LimitExceededError(message, context, typeof error.limit === 'number' ? error.limit : null)
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

/** The error for a response that comes from a proxy or another server instead of Keyward. */
export function unexpectedResponse({ operation, requestId, status, retryAfter }: Origin): ApiError {
  const context = { code: 'BAD_RESPONSE', operation, requestId }
  if (status === 429) {
    const message = 'A proxy in front of the server limits the request rate (HTTP 429).'
    return new RateLimitError(message, { ...context, code: 'RATE_LIMITED' }, retryAfter)
  }
  const message = `The response is not from a Keyward server (HTTP ${status ?? 'unknown'}). Check \`baseUrl\` and any proxies.`
  return new ServerError(message, context, status, retryAfter)
}

/** Whether a later attempt can succeed. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ServerError) return error.code !== 'BAD_RESPONSE' || (error.status ?? 0) >= 500
  return error instanceof RateLimitError || error instanceof TimeoutError || error instanceof ConnectionError
}
