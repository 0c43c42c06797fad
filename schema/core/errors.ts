/** Codes of the errors that a caller can act on. Mutations return them as data, as members of their result union. */
export type ErrorCode = 'VALIDATION' | 'NOT_FOUND' | 'FORBIDDEN' | 'CONFLICT' | 'INVALID_STATE' | 'LIMIT_EXCEEDED'

/** One invalid value of a mutation's input. */
export interface ValidationIssue {
  /** The path in the input: `['name']`, `['rows', '3', 'sha256']`. */
  path: string[]
  message: string
}

/** Base class of the errors that mutations return as data. */
export abstract class KeywardError extends Error {
  abstract readonly code: ErrorCode
  /**
   * @param resolvedBy Mutations that remove the cause, in the order to try. Each client shows them under its own names.
   */
  constructor(
    message: string,
    readonly resolvedBy: readonly string[] = [],
  ) {
    super(message)
    this.name = new.target.name
  }
}

/** The input is invalid. Each issue says what to change. */
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
 * No object visible to the caller has this id. The message depends only on the noun, so that foreign, unknown and
 * mistyped ids return the same response.
 */
export class NotFoundError extends KeywardError {
  readonly code = 'NOT_FOUND'
  constructor(noun: string) {
    super(`This ${noun} does not exist, or you may not see it.`)
  }
}

/** Names the roles that allow an action. */
export const requiredRole = (roles: readonly string[]): string =>
  roles.length === 0 ? 'No role allows it through this API.' : `Required role: ${roles.join(' or ')}.`

/** The caller can see the object, but is not allowed to perform the action. */
export class ForbiddenError extends KeywardError {
  readonly code = 'FORBIDDEN'
  constructor(
    readonly action: string,
    readonly allowedRoles: string[],
    message = `You may not do this (${action}). ${requiredRole(allowedRoles)}`,
  ) {
    super(message)
  }
}

/** The object that already has a unique value. Callers see it only if they can read it. */
export type Holder =
  | { type: 'ApiKey'; projectId: string; nameKey: string }
  | { type: 'Collaborator'; projectId: string; userId: string | null; serviceAccountId: string | null }
  | { type: 'LegacyKey'; organizationId: string }
  | { type: 'ServiceAccount'; organizationId: string; nameKey: string }
  | { type: 'UsageAdjustment'; organizationId: string; adjustmentId: string }

/** Another object has this value, such as its name, or the idempotency key was used with different input. */
export class ConflictError extends KeywardError {
  readonly code = 'CONFLICT'
  /**
   * @param path The path of the value in the input. Empty if the conflict is not about one value.
   * @param holder The object that the input conflicts with. Null if no object can be shown.
   */
  constructor(
    message: string,
    readonly path: readonly string[] = [],
    readonly holder: Holder | null = null,
    resolvedBy: readonly string[] = [],
  ) {
    super(message, resolvedBy)
  }
}

/** The object's state does not allow this. The message says what to do first. */
export class InvalidStateError extends KeywardError {
  readonly code = 'INVALID_STATE'
}

/** A quota is used up. */
export class LimitExceededError extends KeywardError {
  readonly code = 'LIMIT_EXCEEDED'
  constructor(
    message: string,
    readonly limit: number,
    resolvedBy: readonly string[] = [],
  ) {
    super(message, resolvedBy)
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

/** An error of the whole request, or of a field hidden from the caller's role. Its message can be shown. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  constructor(
    readonly code: RequestErrorCode,
    message: string,
    readonly details: Record<string, unknown> = {},
    readonly issues: readonly ValidationIssue[] = [],
  ) {
    super(message)
  }

  /** Rejects values of the request. Clients read the issues, which have the shape of ValidationError's. */
  static invalid(issues: ValidationIssue[]): RequestError {
    const message = issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' ')
    return new RequestError('BAD_REQUEST', message, { issues }, issues)
  }
}

/** The error for a missing required credential. */
export const unauthenticated = (): RequestError =>
  new RequestError('UNAUTHENTICATED', 'Sign in, or send a credential as `Authorization: Bearer …`.')
