import { isOutcomeUnknown, isUnavailable } from '@keyward/prisma/errors'
import type { InputFieldMap, InputShapeFromFields } from '@pothos/core'
import { builder } from './builder.ts'
import type { GraphContext } from './context.ts'
import './error/graph.ts'
import {
  ConflictError,
  ForbiddenError,
  InvalidStateError,
  LimitExceededError,
  NotFoundError,
  ValidationError,
} from '../core/errors.ts'
import { findRemoval, type Removal, type RemovalRule } from '../write/removed.ts'
import type { FieldsOf, InputFieldsOf } from './types.ts'

const OPTIONAL_ERRORS = {
  CONFLICT: ConflictError,
  INVALID_STATE: InvalidStateError,
  LIMIT_EXCEEDED: LimitExceededError,
}

interface MutationOptions<Fields extends InputFieldMap, Payload extends object> {
  description: string
  /** The fields of the one `input`. */
  input: (t: InputFieldsOf) => Fields
  inputDescription?: string
  payloadDescription: string
  payload: (t: FieldsOf<Payload>) => PothosFields
  /** Errors in addition to VALIDATION, NOT_FOUND and FORBIDDEN, which every mutation can return. */
  errors?: (keyof typeof OPTIONAL_ERRORS)[]
  /**
   * Set if the mutation removes the object whose id is in its input. The payload then contains that id, for caches of
   * clients. A repeated removal returns the payload that `again` makes from the earlier removal.
   */
  removes?: { rule: RemovalRule; again: (removal: Removal, input: InputShapeFromFields<Fields>) => Payload }
  /** The number of input rows that the payload reports on. The cost of the payload is multiplied by it. */
  rows?: (input: InputShapeFromFields<Fields>) => number
  /**
   * Whether the mutation may change the caller's own roles, by adding or ending some. The payload is then read with the
   * roles after the mutation. Otherwise it is read with the roles held while the mutation committed, even if they ended
   * a moment later.
   */
  ownRoles?: 'MAY_GAIN' | 'MAY_LOSE'
  /** The service. It authorizes before it writes. */
  resolve: (input: InputShapeFromFields<Fields>, context: GraphContext) => Promise<Payload>
}

type PothosFields = ReturnType<
  Extract<Parameters<ReturnType<typeof builder.objectRef>['implement']>[0]['fields'], (...args: never[]) => unknown>
>

const capitalize = (value: string): string => value.charAt(0).toUpperCase() + value.slice(1)

/**
 * Defines a mutation in the common form: `nameCreate(input: NameCreateInput!): NameCreateResult!`,
 * a union of its payload and the errors that a caller can act on.
 */
export function mutation<Payload extends object, Fields extends InputFieldMap = InputFieldMap>(
  name: string,
  options: MutationOptions<Fields, Payload>,
): void {
  const pascal = capitalize(name)
  const input = builder.inputType(`${pascal}Input`, {
    description: options.inputDescription ?? `Input of \`${name}\`.`,
    fields: options.input,
  })
  const payload = builder.objectRef<Payload>(`${pascal}Payload`).implement({
    description: options.payloadDescription,
    fields: options.payload,
  })
  const { removes } = options
  if (removes)
    builder.objectField(payload, 'removedId', (t) =>
      t.id({
        description: 'Id of the removed object. Remove it from caches.',
        resolve: (result) => {
          if (!('removedId' in result)) throw new Error(`${name} has no id in its input`)
          return String(result.removedId)
        },
      }),
    )
  const run = async (given: InputShapeFromFields<Fields>, context: GraphContext): Promise<Payload> => {
    try {
      return await options.resolve(given, context)
    } catch (error) {
      if (!removes || !(error instanceof NotFoundError) || !('id' in given)) throw error
      const removal = await findRemoval(context, removes.rule, String(given.id))
      if (!removal) throw error
      return removes.again(removal, given)
    }
  }
  // TypeScript cannot follow the generic type of the argument, so the functions are passed to the field without a cast.
  const resolve = async (_root: object, args: { input: InputShapeFromFields<Fields> }, context: GraphContext) => {
    context.access.requireAuthenticated()
    const result = await run(args.input, context).catch(async (error: unknown) => {
      // An error may follow a commit: a denial is written to the audit log before it is returned. If the database is
      // unreachable, the error does not wait for it.
      await context.noteChange(!isOutcomeUnknown(error) && !isUnavailable(error))
      throw error
    })
    await context.noteChange(true)
    await context.renewGrants(options.ownRoles ?? 'KEEP')
    return removes && 'id' in args.input ? { ...result, removedId: args.input.id } : result
  }
  const complexity = (args: { input: InputShapeFromFields<Fields> }) => ({
    field: 1,
    multiplier: Math.max(1, options.rows?.(args.input) ?? 1),
  })
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      description: options.description,
      args: { input: t.arg({ type: input, required: true, description: 'Input of the mutation.' }) },
      errors: {
        types: [
          ValidationError,
          NotFoundError,
          ForbiddenError,
          ...(options.errors ?? []).map((code) => OPTIONAL_ERRORS[code]),
        ],
        union: { name: `${pascal}Result`, description: `Result of \`${name}\`: its payload or an error.` },
      },
      complexity: complexity as never,
      resolve: resolve as never,
    }),
  )
}
