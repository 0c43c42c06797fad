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
import { holdersOf, type NamedHolder } from './holder.ts'

const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description: 'Kind of error a mutation can return. More values may be added.',
  values: {
    VALIDATION: { description: 'The input is invalid. `issues` lists what to change.' },
    NOT_FOUND: { description: 'No object with this id is visible to you.' },
    FORBIDDEN: { description: 'Your role does not permit this action on an object you can see.' },
    CONFLICT: {
      description: 'The name is taken, a newer version exists, or the idempotency key was used with a different input.',
    },
    INVALID_STATE: {
      description: 'The object’s state does not permit this action. The message says what to do instead.',
    },
    LIMIT_EXCEEDED: { description: 'The instance’s quota for such objects is used up.' },
  } satisfies Record<ErrorCode, { description: string }>,
})

export const ErrorInterface = builder.interfaceRef<KeywardError>('Error').implement({
  description: 'An error that the caller can act on. Mutations return it as data.',
  // Each class has the name of its type. Unions select the type by the class. A field of this interface type calls this
  // function.
  resolveType: (error) => error.name,
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeEnum, description: 'Machine-readable kind of error.' }),
    message: t.exposeString('message', {
      description: 'Human-readable description of the error and the way to fix it.',
    }),
    resolvedBy: t.field({
      type: ['String'],
      description:
        'Mutations that can remove the cause, such as `apiKeyRotationFinish`, in the order to try them. Empty if no mutation can.',
      resolve: ({ resolvedBy }) => [...resolvedBy],
    }),
  }),
})

/**
 * Copies an error into a plain object, to be returned as a field's value. The executor would throw an Error that a
 * resolver returns.
 */
export const asValue = (error: KeywardError): KeywardError => ({ ...error, message: error.message })

const Issue = builder.objectRef<ValidationIssue>('ValidationIssue').implement({
  description: 'One problem with an input.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description: 'Path of the value in the input, outermost first: `["rows", "3", "name"]`.',
    }),
    message: t.exposeString('message', { description: 'Human-readable rule that the value violates.' }),
  }),
})

builder.objectType(ValidationError, {
  name: 'ValidationError',
  description: 'The input is invalid.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.expose('issues', { type: [Issue], description: 'All problems found in the input.' }),
  }),
})

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'No object with this id is visible to you. Hidden, missing and wrong-type ids return the same error.',
  interfaces: [ErrorInterface],
})

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  description: 'Your role does not permit this action on an object you can see.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    action: t.exposeString('action', { description: 'Denied action, as listed in the authorization policy.' }),
    allowedRoles: t.exposeStringList('allowedRoles', { description: 'Roles that permit the action.' }),
  }),
})

const ConflictHolder = builder.objectRef<NamedHolder>('ConflictHolder').implement({
  description: 'The object that an input conflicts with.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Id of the object, for `node`.' }),
    name: t.exposeString('name', {
      nullable: true,
      description:
        'Name of the object. For a collaborator, the name of the person or service account. Null for legacy keys.',
    }),
  }),
})

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'The name is taken, a newer version exists, or the idempotency key was used with a different input.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    path: t.stringList({
      description:
        'Path of the value in the input, outermost first: `["rows", "3", "name"]`. Empty if the conflict is not about one value.',
      resolve: ({ path }) => [...path],
    }),
    field: t.string({
      nullable: true,
      description: 'Last part of `path`, such as `name`. Null if the conflict is not about one value.',
      resolve: ({ path }) => path.at(-1) ?? null,
    }),
    holder: t.field({
      type: ConflictHolder,
      nullable: true,
      description:
        'Object that already has the value. Null if there is no such object, if you may not see it, or if the value is a secret.',
      resolve: ({ holder }, _args, context) => (holder ? holdersOf(context).load(holder) : null),
    }),
  }),
})

builder.objectType(InvalidStateError, {
  name: 'InvalidStateError',
  description: 'The object’s state does not permit this action. The message says what to do instead.',
  interfaces: [ErrorInterface],
})

builder.objectType(LimitExceededError, {
  name: 'LimitExceededError',
  description: 'The instance’s quota for such objects is used up.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ limit: t.exposeInt('limit', { description: 'Maximum number of such objects.' }) }),
})
