import { NotFoundError, ServerError } from '../core/errors.ts'
import { isRecord } from './json.ts'
import type { Operation } from './operation.ts'
import { refusal } from './refusals.ts'
import { type GraphAnswer, thrown } from './transport.ts'

/**
 * Whether an error leaves nothing to answer. A field further down that the caller's role hides does: it is null, which
 * its type says, and the rest is there.
 */
function isFatal({ path, extensions }: Record<string, unknown>, { path: own }: Operation<unknown>): boolean {
  if (!Array.isArray(path) || path.length <= own.length) return true
  return !isRecord(extensions) || extensions.code !== 'FORBIDDEN'
}

const withoutTypename = ({ __typename, ...rest }: Record<string, unknown>): Record<string, unknown> => rest

function ofMutation(operation: Operation<unknown>, value: Record<string, unknown>, answer: GraphAnswer): unknown {
  if (value.__typename !== operation.typename) throw refusal(value, answer.origin)
  return operation.unwrap === undefined ? withoutTypename(value) : value[operation.unwrap]
}

/** What a method answers, out of what the graph answered; throws what it refused. */
export function answerOf<Result>(operation: Operation<Result>, answer: GraphAnswer): Result {
  const { data, errors, origin } = answer
  const [first] = errors
  const fatal = errors.find((error) => isFatal(error, operation))
  if (fatal) throw thrown(fatal, origin)
  let value = data
  for (const name of operation.path) value = isRecord(value) ? (value[name] ?? null) : null
  // What may not be null was hidden, and took everything above it along.
  if (value === null && first) throw thrown(first, origin)
  const isMissing = isRecord(data) && (data[operation.path[0] ?? ''] ?? null) === null
  const isOther = operation.typename !== undefined && isRecord(value) && value.__typename !== operation.typename
  const context = { operation: operation.name, requestId: origin.requestId }
  if (operation.throwsNotFound && (isMissing || isOther)) {
    const message = 'There is no such thing, or you may not see it.'
    throw new NotFoundError(message, { ...context, code: 'NOT_FOUND' })
  }
  if (operation.isMutation) {
    if (!isRecord(value)) {
      const message = 'The answer is incomplete.'
      throw new ServerError(message, { ...context, code: 'BAD_RESPONSE' }, origin.status, null)
    }
    value = ofMutation(operation, value, answer)
  } else if (operation.typename !== undefined && isRecord(value)) value = withoutTypename(value)
  // What the document asks for has the type that was generated from the schema together with it.
  return value as Result
}
