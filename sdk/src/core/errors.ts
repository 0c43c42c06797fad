/** Properties of every error, in addition to its message. */
export interface ErrorContext {
  /** The kind of error, such as `NOT_FOUND` or `TIMEOUT`. */
  readonly code: string
  /** The failed operation: the SDK method, such as `apiKeys.create`, or the name in your document. */
  readonly operation: string
  /** The request’s id in the server log. Null if there was no response. */
  readonly requestId: string | null
  /** Methods that can resolve the cause, in the order to try: `['apiKeys.finishRotation']`. Usually empty. */
  readonly resolvedBy?: readonly string[]
}

/** An invalid input value. */
export interface Issue {
  /** The value's path in the arguments: `['rows', '3', 'name']`. */
  readonly path: readonly string[]
  /** The rule that the value violates. */
  readonly message: string
}

/** The object that an input conflicts with. */
export interface ConflictHolder {
  readonly id: string
  /** Null for objects without a name. */
  readonly name: string | null
}

/** Base class of all errors that this client throws. Secrets, tokens and headers are removed from the message. */
export class ApiError extends Error {
  static {
    // Set on the prototype, so that stack traces start with this name even in a minified bundle.
    ApiError.prototype.name = 'ApiError'
  }
  readonly code: string
  readonly operation: string
  readonly requestId: string | null
  readonly resolvedBy: readonly string[]

  constructor(message: string, { code, operation, requestId, resolvedBy = [] }: ErrorContext) {
    super(message)
    this.resolvedBy = resolvedBy
    this.code = code
    this.operation = operation
    this.requestId = requestId
  }

  /** Every property except the stack, for loggers. */
  toJSON(): Record<string, unknown> {
    return Object.fromEntries([['name', this.name], ['message', this.message], ...Object.entries(this)])
  }
}

/** The input or document is invalid. */
export class ValidationError extends ApiError {
  static {
    ValidationError.prototype.name = 'ValidationError'
  }
  /** All invalid values. Empty if the document itself is invalid. */
  readonly issues: readonly Issue[]

  constructor(message: string, context: ErrorContext, issues: readonly Issue[]) {
    super(message, context)
    this.issues = issues
  }
}

/** No object with this id is visible to you. */
export class NotFoundError extends ApiError {
  static {
    NotFoundError.prototype.name = 'NotFoundError'
  }
}

/** Your role does not allow this. Ask a person with one of the `allowedRoles`. */
export class ForbiddenError extends ApiError {
  static {
    ForbiddenError.prototype.name = 'ForbiddenError'
  }
  /** The forbidden action, such as `apiKey:create`. Null if the server does not name it. */
  readonly action: string | null
  /** The roles that allow the action. Empty if the server does not name them. */
  readonly allowedRoles: readonly string[]

  constructor(message: string, context: ErrorContext, action: string | null, allowedRoles: readonly string[]) {
    super(message, context)
    this.action = action
    this.allowedRoles = allowedRoles
  }
}

/** Another object already has this value, such as its name, or the idempotency key was used with different input. */
export class ConflictError extends ApiError {
  static {
    ConflictError.prototype.name = 'ConflictError'
  }
  /** The last part of `path`, such as `name`. Null if the conflict is not about a single value. */
  readonly field: string | null
  /** The value's path in the arguments: `['name']`. Empty if the conflict is not about a single value. */
  readonly path: readonly string[]
  /** The object that already has the value. Null if you are not allowed to see it, or if the value is a secret. */
  readonly holder: ConflictHolder | null

  constructor(message: string, context: ErrorContext, path: readonly string[], holder: ConflictHolder | null) {
    super(message, context)
    this.field = path.at(-1) ?? null
    this.path = path
    this.holder = holder
  }
}

/**
 * The object’s state does not allow this. The message says what to do first, and `resolvedBy` names methods that do it.
 */
export class InvalidStateError extends ApiError {
  static {
    InvalidStateError.prototype.name = 'InvalidStateError'
  }
}

/** A quota is used up. Delete an object first. */
export class LimitExceededError extends ApiError {
  static {
    LimitExceededError.prototype.name = 'LimitExceededError'
  }
  /** The quota. Null if the server does not name it. */
  readonly limit: number | null

  constructor(message: string, context: ErrorContext, limit: number | null) {
    super(message, context)
    this.limit = limit
  }
}

/** The credential is missing or invalid. */
export class AuthenticationError extends ApiError {
  static {
    AuthenticationError.prototype.name = 'AuthenticationError'
  }
}

/** Too many requests. Wait before you try again. */
export class RateLimitError extends ApiError {
  static {
    RateLimitError.prototype.name = 'RateLimitError'
  }
  /** How many seconds to wait. Null if the server does not say. */
  readonly retryAfter: number | null

  constructor(message: string, context: ErrorContext, retryAfter: number | null) {
    super(message, context)
    this.retryAfter = retryAfter
  }
}

/** The server did not respond in time. The change may have been made anyway. */
export class TimeoutError extends ApiError {
  static {
    TimeoutError.prototype.name = 'TimeoutError'
  }
}

/** The server cannot be reached, or the connection was lost. The change may have been made anyway. */
export class ConnectionError extends ApiError {
  static {
    ConnectionError.prototype.name = 'ConnectionError'
  }
}

/** The server failed, or the response is not from Keyward. The change may have been made anyway. */
export class ServerError extends ApiError {
  static {
    ServerError.prototype.name = 'ServerError'
  }
  /** The HTTP status. Null if the error was in a GraphQL response. */
  readonly status: number | null
  /** How many seconds to wait. Null if the server does not say. */
  readonly retryAfter: number | null

  constructor(message: string, context: ErrorContext, status: number | null, retryAfter: number | null) {
    super(message, context)
    this.status = status
    this.retryAfter = retryAfter
  }
}
