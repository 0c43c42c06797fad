import {
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  ForbiddenError,
  InvalidStateError,
  LimitExceededError,
  NotFoundError,
  RateLimitError,
  ServerError,
  TimeoutError,
  ValidationError,
} from '@keyward/sdk'
import { ClosedOutputError, CommandError, EXIT_CODES, type ExitCode, UsageError } from './exit-codes.ts'

/** What a failed command says, and ends with. */
export interface Failure {
  exitCode: ExitCode
  /** For people. */
  message: string
  /** For programs, with `--json`. */
  document: Record<string, unknown>
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode
  if (error instanceof UsageError) return EXIT_CODES.usage
  if (error instanceof AuthenticationError) return EXIT_CODES.authentication
  if (error instanceof ForbiddenError) return EXIT_CODES.forbidden
  if (error instanceof NotFoundError) return EXIT_CODES.notFound
  const isRefusal = [ValidationError, ConflictError, InvalidStateError, LimitExceededError].some(
    (refusal) => error instanceof refusal,
  )
  if (isRefusal) return EXIT_CODES.refused
  if (error instanceof RateLimitError) return EXIT_CODES.rateLimited
  const isAway = [TimeoutError, ConnectionError, ServerError].some((away) => error instanceof away)
  return isAway ? EXIT_CODES.unavailable : EXIT_CODES.failed
}

/** What the server or the client said, in the words of this command. */
function wordsOf(error: ApiError, baseUrl = 'the server'): string {
  // The command always sends a token, and its user knows no headers.
  if (error instanceof AuthenticationError) {
    return `${baseUrl} refused the token: it is unknown, malformed, expired, revoked, signed out, or a key that is not for this address.`
  }
  return error.message.replace('`baseUrl`', `the address ${baseUrl}`)
}

/** What to do about it, where the server's message does not say so itself. */
function adviceOf(error: unknown): string {
  if (error instanceof AuthenticationError) return ' Sign in with `keyward login`, or set KEYWARD_TOKEN.'
  if (error instanceof ForbiddenError && error.allowedRoles.length > 0) {
    return ` Ask somebody who is ${error.allowedRoles.join(' or ')}.`
  }
  if (error instanceof RateLimitError && error.retryAfter !== null) {
    return ` Try again in ${Math.ceil(error.retryAfter)} s.`
  }
  if (error instanceof TimeoutError) return ' Give it more time with --timeout, or look at the address.'
  return ''
}

function ofServer(error: ApiError, baseUrl: string | undefined): string {
  const lines = [wordsOf(error, baseUrl) + adviceOf(error)]
  if (error instanceof ValidationError) {
    for (const { path, message } of error.issues) {
      const place = path.length > 0 ? `${path.join('.')}: ` : ''
      if (!error.message.includes(message)) lines.push(`  ${place}${message}`)
    }
  }
  if (error.requestId !== null) lines.push(`  Request id: ${error.requestId}`)
  return lines.join('\n')
}

/** What a command that threw has to say. Nothing that a secret could be in is passed on. */
export function failureOf(error: unknown, baseUrl: string | undefined): Failure {
  const exitCode = exitCodeOf(error)
  const told = error instanceof Error ? error.message : String(error)
  const message = error instanceof ApiError ? ofServer(error, baseUrl) : told
  const isOurs = error instanceof UsageError || error instanceof CommandError || error instanceof ClosedOutputError
  const own = { name: isOurs ? error.name : 'Error', message: told }
  const facts = error instanceof ApiError ? { ...error.toJSON(), message: wordsOf(error, baseUrl) } : own
  return { exitCode, message, document: { error: { ...facts, exitCode } } }
}
