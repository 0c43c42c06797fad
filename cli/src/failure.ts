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

/** The outcome of a failed command. */
export interface Failure {
  exitCode: ExitCode
  /** Message for people. */
  message: string
  /** The error as a document, for programs that use `--json`. */
  document: Record<string, unknown>
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode
  if (error instanceof UsageError) return EXIT_CODES.usage
  if (error instanceof AuthenticationError) return EXIT_CODES.authentication
  if (error instanceof ForbiddenError) return EXIT_CODES.forbidden
  if (error instanceof NotFoundError) return EXIT_CODES.notFound
  const isRejected = [ValidationError, ConflictError, InvalidStateError, LimitExceededError].some(
    (rejection) => error instanceof rejection,
  )
  if (isRejected) return EXIT_CODES.rejected
  if (error instanceof RateLimitError) return EXIT_CODES.rateLimited
  const isAway = [TimeoutError, ConnectionError, ServerError].some((away) => error instanceof away)
  return isAway ? EXIT_CODES.unavailable : EXIT_CODES.failed
}

/** The code of an error that has no server code: `USAGE`, `UNAVAILABLE`. */
function codeOf(exitCode: ExitCode): string {
  const [name = 'failed'] = Object.entries(EXIT_CODES).find(([, code]) => code === exitCode) ?? []
  return name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()
}

/** An error's message, in command line terms. */
function messageOf(error: ApiError, baseUrl = 'the server', keyId?: string | undefined): string {
  // The command always sends a token, so a missing token cannot be the cause.
  if (error instanceof AuthenticationError) {
    return `${baseUrl} rejected the token: it is unknown, malformed, expired, revoked, signed out, or a key that is not allowed from this address.`
  }
  return wordsOf(error, keyId).replace('`baseUrl`', `the address ${baseUrl}`)
}

/**
 * The command that grants a role in a project, if such a role is enough. Organization members may have no role in its
 * projects.
 */
function projectRole({ allowedRoles }: ForbiddenError): string {
  const role = ['MEMBER', 'ADMIN'].find((name) => allowedRoles.includes(`PROJECT_${name}`))
  return role === undefined
    ? ''
    : ` An ADMIN can give this caller a role in the project: keyward collaborators add --project PROJECT --principal-id ID --role ${role.toLowerCase()}`
}

/** Advice for the user, if the server's message does not contain any. */
function adviceOf(error: unknown): string {
  if (error instanceof AuthenticationError) return ' Sign in with `keyward login`, or set KEYWARD_TOKEN.'
  if (error instanceof ForbiddenError) {
    const isUnnamed = error.allowedRoles.some((role) => !error.message.includes(role))
    const roles = isUnnamed ? ` Ask a person with the role ${error.allowedRoles.join(' or ')}.` : ''
    return roles + projectRole(error)
  }
  if (error instanceof RateLimitError && error.retryAfter !== null) {
    return ` Try again in ${Math.ceil(error.retryAfter)} s.`
  }
  if (error instanceof TimeoutError) return ' Allow more time with --timeout, or check the address.'
  return ''
}

function ofServer(error: ApiError, baseUrl: string | undefined, keyId: string | undefined): string {
  const text = messageOf(error, baseUrl, keyId) + adviceOf(error)
  return error.requestId === null ? text : `${text}\n  Request id: ${error.requestId}`
}

/**
 * Returns an error's exit code and messages. The SDK has already removed secrets from its messages.
 * @param baseUrl The server's address. Undefined if the command has not read it yet.
 * @param keyId Id of the key that the command acts on, for use in the commands that the message suggests.
 */
export function failureOf(error: unknown, baseUrl: string | undefined, keyId: string | undefined): Failure {
  const exitCode = exitCodeOf(error)
  const text = error instanceof Error ? error.message : String(error)
  const message = error instanceof ApiError ? ofServer(error, baseUrl, keyId) : text
  const isOurs = error instanceof UsageError || error instanceof CommandError || error instanceof ClosedOutputError
  const own = { name: isOurs ? error.name : 'Error', message: text }
  const facts = error instanceof ApiError ? { ...error.toJSON(), message: messageOf(error, baseUrl, keyId) } : own
  const code = 'code' in facts && typeof facts.code === 'string' ? facts.code : codeOf(exitCode)
  return { exitCode, message, document: { error: { ...facts, code, exitCode } } }
}
