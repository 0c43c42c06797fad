import { NotFoundError, ServerError } from '../core/errors.ts'
import { isRecord } from './json.ts'
import type { Operation } from './operation.ts'
import { serverError } from './server-errors.ts'
import { type GraphAnswer, topLevelError } from './transport.ts'

/** Whether an error makes the whole call fail. FORBIDDEN on a nested field does not, because the field is null. */
function isFatal({ path, extensions }: Record<string, unknown>, { path: own }: Operation<unknown>): boolean {
  if (!Array.isArray(path) || path.length <= own.length) return true
  return !isRecord(extensions) || extensions.code !== 'FORBIDDEN'
}

const withoutTypename = ({ __typename, ...rest }: Record<string, unknown>): Record<string, unknown> => rest

/** Extracts a method's result from a GraphQL response. Throws any errors in the response. */
export function answerOf<Result>(operation: Operation<Result>, answer: GraphAnswer): Result {
  const { name, path, typename, unwrap, isMutation, throwsNotFound } = operation
  const { data, errors, origin } = answer
  const [first] = errors
  const fatal = errors.find((error) => isFatal(error, operation))
  if (fatal) throw topLevelError(fatal, origin)
  let value = data
  for (const step of path) value = isRecord(value) ? (value[step] ?? null) : null
  // If the hidden field is not nullable, its parents are null too.
  if (value === null && first) throw topLevelError(first, origin)
  const isOther = typename !== undefined && isRecord(value) && value.__typename !== typename
  const isMissing = isRecord(data) && (data[path[0] ?? ''] ?? null) === null
  const context = { operation: name, requestId: origin.requestId }
  if (throwsNotFound && (isMissing || isOther)) {
    throw new NotFoundError('No object that is visible to you has this id.', { ...context, code: 'NOT_FOUND' })
  }
  if (isMutation && !isRecord(value)) {
    throw new ServerError('The response is incomplete.', { ...context, code: 'BAD_RESPONSE' }, origin.status, null)
  }
  if (typename !== undefined && isRecord(value)) {
    if (isMutation && isOther) throw serverError(value, origin)
    value = unwrap === undefined ? withoutTypename(value) : value[unwrap]
  }
  // Code generation derives `Result` from the schema and the operation's document.
  return value as Result
}
