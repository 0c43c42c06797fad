/** What every error tells beside its message. */
export interface ErrorContext {
  /** What kind of error it is, as the server or the client named it: `NOT_FOUND`, `TIMEOUT`. */
  readonly code: string
  /** The method or the name of the operation that failed: `apiKeys.create`. */
  readonly operation: string
  /** The request’s id in the server’s log; null when no answer came. */
  readonly requestId: string | null
}

/** One thing to change about an input. */
export interface Issue {
  /** Where in the input, from the outside in: `['rows', '3', 'name']`. */
  readonly path: readonly string[]
  /** What to change. */
  readonly message: string
}

/**
 * Base of every error of this client. What was sent, such as secrets, tokens and variables, is in none of them: it is
 * taken out of the server’s messages, too.
 */
export class ApiError extends Error {
  static {
    // On the prototype, so that the first line of the stack says it, minified or not.
    ApiError.prototype.name = 'ApiError'
  }
  readonly code: string
  readonly operation: string
  readonly requestId: string | null

  constructor(message: string, { code, operation, requestId }: ErrorContext) {
    super(message)
    this.code = code
    this.operation = operation
    this.requestId = requestId
  }

  /** What loggers write down: everything but the stack. */
  toJSON(): Record<string, unknown> {
    return Object.fromEntries([['name', this.name], ['message', this.message], ...Object.entries(this)])
  }
}

/** The input or the document cannot be accepted as it is: change it. */
export class ValidationError extends ApiError {
  static {
    ValidationError.prototype.name = 'ValidationError'
  }
  /** Everything that has to change, at once; empty when the document itself is at fault. */
  readonly issues: readonly Issue[]

  constructor(message: string, context: ErrorContext, issues: readonly Issue[]) {
    super(message, context)
    this.issues = issues
  }
}

/** Nothing that you may see has this id. */
export class NotFoundError extends ApiError {
  static {
    NotFoundError.prototype.name = 'NotFoundError'
  }
}

/** You may see it, but your role may not do or read this: ask somebody of `allowedRoles`. */
export class ForbiddenError extends ApiError {
  static {
    ForbiddenError.prototype.name = 'ForbiddenError'
  }
  /** The action that was refused, such as `apiKey:create`; null where the server names none. */
  readonly action: string | null
  /** The roles that may do it; empty where the server names none. */
  readonly allowedRoles: readonly string[]

  constructor(message: string, context: ErrorContext, action: string | null, allowedRoles: readonly string[]) {
    super(message, context)
    this.action = action
    this.allowedRoles = allowedRoles
  }
}

/** Something else holds the name, or the idempotency key was used with another input: choose another. */
export class ConflictError extends ApiError {
  static {
    ConflictError.prototype.name = 'ConflictError'
  }
}

/** It is not in a state that allows this; the message says what to do instead. */
export class InvalidStateError extends ApiError {
  static {
    InvalidStateError.prototype.name = 'InvalidStateError'
  }
}

/** One more would be more than the instance allows: remove one first. */
export class LimitExceededError extends ApiError {
  static {
    LimitExceededError.prototype.name = 'LimitExceededError'
  }
  /** How many there may be; null where the server does not say. */
  readonly limit: number | null

  constructor(message: string, context: ErrorContext, limit: number | null) {
    super(message, context)
    this.limit = limit
  }
}

/** The credential is missing or not valid: send a live one. */
export class AuthenticationError extends ApiError {
  static {
    AuthenticationError.prototype.name = 'AuthenticationError'
  }
}

/** Too many requests: wait. */
export class RateLimitError extends ApiError {
  static {
    RateLimitError.prototype.name = 'RateLimitError'
  }
  /** For how many seconds; null where the server does not say. */
  readonly retryAfter: number | null

  constructor(message: string, context: ErrorContext, retryAfter: number | null) {
    super(message, context)
    this.retryAfter = retryAfter
  }
}

/** No answer came in time. A change may have happened all the same. */
export class TimeoutError extends ApiError {
  static {
    TimeoutError.prototype.name = 'TimeoutError'
  }
}

/** The server was not reached, or the connection broke. A change may have happened all the same. */
export class ConnectionError extends ApiError {
  static {
    ConnectionError.prototype.name = 'ConnectionError'
  }
}

/** The server could not answer, or what answered was not Keyward. A change may have happened all the same. */
export class ServerError extends ApiError {
  static {
    ServerError.prototype.name = 'ServerError'
  }
  /** The HTTP status; null for an error within an answer. */
  readonly status: number | null
  /** For how many seconds to wait; null where the server does not say. */
  readonly retryAfter: number | null

  constructor(message: string, context: ErrorContext, status: number | null, retryAfter: number | null) {
    super(message, context)
    this.status = status
    this.retryAfter = retryAfter
  }
}
