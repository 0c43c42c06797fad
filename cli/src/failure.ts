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
import { wordsOf } from './words.ts'

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

/** What a failure is about, as far as the command has come. */
export interface About {
  /** The server that was turned to. */
  baseUrl?: string | undefined
  /** What the command was to call something. */
  name?: string | undefined
}

/** What the server or the client said, in the words of this command. */
function messageOf(error: ApiError, { baseUrl = 'the server', name }: About): string {
  // The command always sends a token, and its user knows no headers.
  if (error instanceof AuthenticationError) {
    return `${baseUrl} refused the token: it is unknown, malformed, expired, revoked, signed out, or a key that is not for this address.`
  }
  return wordsOf(error, name).replace('`baseUrl`', `the address ${baseUrl}`)
}

/** What to do about it, where the server's message does not say so itself. */
function adviceOf(error: unknown): string {
  if (error instanceof AuthenticationError) return ' Sign in with `keyward login`, or set KEYWARD_TOKEN.'
  if (error instanceof ForbiddenError && error.allowedRoles.some((role) => !error.message.includes(role))) {
    return ` Ask somebody who is ${error.allowedRoles.join(' or ')}.`
  }
  if (error instanceof RateLimitError && error.retryAfter !== null) {
    return ` Try again in ${Math.ceil(error.retryAfter)} s.`
  }
  if (error instanceof TimeoutError) return ' Give it more time with --timeout, or look at the address.'
  return ''
}

function ofServer(error: ApiError, about: About): string {
  const text = messageOf(error, about) + adviceOf(error)
  return error.requestId === null ? text : `${text}\n  Request id: ${error.requestId}`
}

/** What a command that threw has to say. Nothing that a secret could be in is passed on. */
export function failureOf(error: unknown, about: About): Failure {
  const exitCode = exitCodeOf(error)
  const told = error instanceof Error ? error.message : String(error)
  const message = error instanceof ApiError ? ofServer(error, about) : told
  const isOurs = error instanceof UsageError || error instanceof CommandError || error instanceof ClosedOutputError
  const own = { name: isOurs ? error.name : 'Error', message: told }
  const facts = error instanceof ApiError ? { ...error.toJSON(), message: messageOf(error, about) } : own
  return { exitCode, message, document: { error: { ...facts, exitCode } } }
}
