import {
  ConflictError,
  type ErrorCode,
  ForbiddenError,
  InvalidStateError,
  type KeywardError,
  LimitExceededError,
  NotFoundError,
  ValidationError,
  type ValidationIssue,
} from '../../core/errors.ts'
import { builder } from '../builder.ts'

const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description: 'What kind of error a mutation answers. The list may grow.',
  values: {
    VALIDATION: { description: 'The input cannot be accepted as it is; `issues` says what to change.' },
    NOT_FOUND: { description: 'Nothing that you may see has this id.' },
    FORBIDDEN: { description: 'You may see it, but your role may not do this.' },
    CONFLICT: { description: 'Something else holds the name, or the idempotency key was used with another input.' },
    INVALID_STATE: { description: 'It is not in a state that allows this; the message says what to do instead.' },
    LIMIT_EXCEEDED: { description: 'One more would be more than the instance allows.' },
  } satisfies Record<ErrorCode, { description: string }>,
})

export const ErrorInterface = builder.interfaceRef<KeywardError>('Error').implement({
  description: 'An error that a caller can act on, answered as data by mutations.',
  // Each class is called as its type is. Unions tell them apart by class; a field of this interface asks here.
  resolveType: (error) => error.name,
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeEnum, description: 'What kind of error it is, for programs.' }),
    message: t.exposeString('message', { description: 'What went wrong and what to change, for people.' }),
  }),
})

/** An error as the value of a field. The executor throws every Error that a resolver answers: this is none. */
export const asValue = (error: KeywardError): KeywardError => ({ ...error, message: error.message })

const Issue = builder.objectRef<ValidationIssue>('ValidationIssue').implement({
  description: 'One thing to change about an input.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description: 'Where in the input, from the outside in: `["rows", "3", "name"]`.',
    }),
    message: t.exposeString('message', { description: 'What to change.' }),
  }),
})

builder.objectType(ValidationError, {
  name: 'ValidationError',
  description: 'The input cannot be accepted as it is.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.expose('issues', { type: [Issue], description: 'Everything that has to change, at once.' }),
  }),
})

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'Nothing that you may see has this id. Ids of others, of nothing and of another type answer the same.',
  interfaces: [ErrorInterface],
})

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  description: 'You may see it, but your role may not do this.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    action: t.exposeString('action', { description: 'The action of the policy table that was refused.' }),
    allowedRoles: t.exposeStringList('allowedRoles', { description: 'The roles that may do it.' }),
  }),
})

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'Something else holds the name, or the idempotency key was used with another input.',
  interfaces: [ErrorInterface],
})

builder.objectType(InvalidStateError, {
  name: 'InvalidStateError',
  description: 'It is not in a state that allows this. The message says what to do instead.',
  interfaces: [ErrorInterface],
})

builder.objectType(LimitExceededError, {
  name: 'LimitExceededError',
  description: 'One more would be more than the instance allows.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ limit: t.exposeInt('limit', { description: 'How many there may be.' }) }),
})
