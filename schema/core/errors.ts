/** The codes of errors that a caller can act on. They are answered as data, as members of a mutation's result union. */
export type ErrorCode = 'VALIDATION' | 'NOT_FOUND' | 'FORBIDDEN' | 'CONFLICT' | 'INVALID_STATE' | 'LIMIT_EXCEEDED'

/** What one argument of a mutation got wrong. */
export interface ValidationIssue {
  /** Where in the input, from the outside in: `['name']`, `['rows', '3', 'sha256']`. */
  path: string[]
  message: string
}

/** Base of the errors that mutations answer as data. */
export abstract class KeywardError extends Error {
  abstract readonly code: ErrorCode
  /** @param resolvedBy Mutations that remove the cause, in the order to try. Each client names them in its own words. */
  constructor(
    message: string,
    readonly resolvedBy: readonly string[] = [],
  ) {
    super(message)
    this.name = new.target.name
  }
}

/** The input cannot be accepted as it is; each issue says what to change. */
export class ValidationError extends KeywardError {
  readonly code = 'VALIDATION'
  constructor(readonly issues: ValidationIssue[]) {
    super(issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' '))
  }
  static at(path: string | string[], message: string): ValidationError {
    return new ValidationError([{ path: typeof path === 'string' ? [path] : path, message }])
  }
}

/**
 * Nothing the caller may see has this id. The message depends on the argument alone, so that the ids of another
 * tenant, of nothing and of another type answer the same bytes.
 */
export class NotFoundError extends KeywardError {
  readonly code = 'NOT_FOUND'
  constructor(noun: string) {
    super(`There is no such ${noun}, or you may not see it.`)
  }
}

/** The caller may see it, but may not do this to it. */
export class ForbiddenError extends KeywardError {
  readonly code = 'FORBIDDEN'
  constructor(
    readonly action: string,
    readonly allowedRoles: string[],
    message = `You may not do this (${action}). It takes: ${allowedRoles.join(', ') || 'nobody, through this API'}.`,
  ) {
    super(message)
  }
}

/** Something else holds what was asked for: a name, or an idempotency key used with another input. */
export class ConflictError extends KeywardError {
  readonly code = 'CONFLICT'
  /** @param field The input field whose value is in use, where it is one. */
  constructor(
    message: string,
    readonly field: string | null = null,
    resolvedBy: readonly string[] = [],
  ) {
    super(message, resolvedBy)
  }
}

/** The thing is not in a state that allows this; the message says what to do instead. */
export class InvalidStateError extends KeywardError {
  readonly code = 'INVALID_STATE'
}

/** One more would be more than the instance allows. */
export class LimitExceededError extends KeywardError {
  readonly code = 'LIMIT_EXCEEDED'
  constructor(
    message: string,
    readonly limit: number,
  ) {
    super(message)
  }
}

/** The codes of top-level errors (`extensions.code`). The list is closed. */
export type RequestErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'BAD_REQUEST'
  | 'QUERY_TOO_COSTLY'
  | 'UNAVAILABLE'
  | 'INTERNAL'

/** An error of the request as a whole, or of a field that the caller's role hides. Its message may be shown. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  constructor(
    readonly code: RequestErrorCode,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message)
  }

  /** Rejects values of the request. Clients read the issues, which have the shape of ValidationError's. */
  static invalid(issues: ValidationIssue[]): RequestError {
    const message = issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' ')
    return new RequestError('BAD_REQUEST', message, { issues })
  }
}

/** Refuses a request that carries no credential where one is needed. */
export const unauthenticated = (): RequestError =>
  new RequestError('UNAUTHENTICATED', 'Sign in, or send a credential as `Authorization: Bearer …`.')
