import { isGone, isOutcomeUnknown, isUnavailable, isUnreadable } from '@keyward/prisma/errors'
import { RequestError, type RequestErrorCode } from '@keyward/schema/core/errors'
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { CONNECTION_LOST, OUTCOME_UNKNOWN, UNREADABLE } from '../../http/refusal.ts'
import type { RequestContext } from '../../http/request-context.ts'
import type { Log } from '../../telemetry/log.ts'
import { logUnavailable } from '../../telemetry/outage-log.ts'
import { variableIssues } from '../variable-issues.ts'
import type { YogaContext } from '../yoga-context.ts'
import { isAsyncIterable, mapAsyncIterable } from './async-iterable.ts'

const STATUSES: Partial<Record<RequestErrorCode, number>> = {
  BAD_REQUEST: 400,
  QUERY_TOO_COSTLY: 400,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
}

/**
 * HTTP statuses of errors that affect the whole request. If only one field fails, the response keeps the status 200.
 */
const WHOLE_STATUSES: Partial<Record<RequestErrorCode, number>> = {
  ...STATUSES,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  INTERNAL: 500,
}

const MOST_CHARACTERS = 1_000

const REPEAT =
  'Repeat the request with the same `idempotencyKey` if the input has one. Otherwise read the object before you repeat the request.'

const rootOf = (error: unknown): unknown =>
  error instanceof Error && 'originalError' in error && error.originalError instanceof Error
    ? rootOf(error.originalError)
    : error

/**
 * Whether GraphQL.js found a mistake in the request: in its syntax, variables, transport or validation. Such an error
 * has no path, because execution has not started, and does not wrap another error. Argument errors are an exception,
 * because arguments are read during execution.
 */
function isMistakeInRequest(error: GraphQLError, root: unknown): boolean {
  if (error.path === undefined) return root === error || error.nodes !== undefined
  return root instanceof GraphQLError && /^(Argument|Variable) "/.test(root.message)
}

/** GraphQL.js would suggest the very enum value that the document contains, if the document has it in quotes. */
const withoutQuotes = (message: string): string =>
  message.replace(
    /^Enum "(\w+)" cannot represent non-enum value: "(\w+)"\. Did you mean the enum value "\2".*$/,
    'A value of the enum $1 is written without quotes: $2.',
  )

interface Answer {
  code: RequestErrorCode
  message: string
  details?: Record<string, unknown>
  status?: number | undefined
}

/** An error's public part: a code from the closed list and a message without internal details. */
function answerTo(error: GraphQLError, hasChanged: boolean): Answer {
  const root = rootOf(error)
  if (root instanceof RequestError) return { code: root.code, message: root.message, details: root.details }
  if (isOutcomeUnknown(root)) {
    return { code: 'UNAVAILABLE', message: `${CONNECTION_LOST} ${REPEAT}`, details: OUTCOME_UNKNOWN }
  }
  const outcome = hasChanged
    ? 'A change was committed: read the changed object before you retry.'
    : 'Nothing was changed.'
  if (isUnavailable(root)) {
    return { code: 'UNAVAILABLE', message: `The database cannot be reached. ${outcome} Try again shortly.` }
  }
  if (isUnreadable(root)) return { code: 'UNAVAILABLE', message: `${UNREADABLE} ${outcome}` }
  if (isGone(root)) {
    return {
      code: 'UNAVAILABLE',
      message: 'An object of this request was deleted concurrently. Send the request again.',
    }
  }
  if (!isMistakeInRequest(error, root)) return { code: 'INTERNAL', message: 'Internal error' }
  const { http } = error.extensions
  const status = typeof http === 'object' && http !== null && 'status' in http ? http.status : undefined
  return {
    code: 'BAD_REQUEST',
    message: withoutQuotes(error.message).slice(0, MOST_CHARACTERS),
    status: typeof status === 'number' ? status : undefined,
  }
}

/**
 * Converts an error to the form that clients get. Unexpected errors are logged with their stack and hidden from the
 * client.
 */
export function codedError(
  error: GraphQLError,
  { requestId, timeLimit }: Pick<RequestContext, 'requestId' | 'timeLimit'>,
  log: Log,
  nothingAnswered: boolean,
): GraphQLError {
  const { code, message, details, status } = answerTo(error, timeLimit?.hasChanged ?? false)
  const isUnexpected = code === 'INTERNAL' || isUnreadable(rootOf(error))
  if (isUnexpected) log.error('unexpected error', rootOf(error), { requestId, path: error.path?.join('.') })
  if (isUnavailable(rootOf(error))) logUnavailable(log, rootOf(error), requestId)
  const whole = error.path === undefined || (code === 'INTERNAL' && nothingAnswered)
  const http = status ?? (whole ? WHOLE_STATUSES : STATUSES)[code]
  return new GraphQLError(message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: { ...details, code, requestId, ...(http === undefined ? {} : { http: { status: http } }) },
  })
}

/** If variables are invalid, combines their errors into a single error with all issues. */
function withIssues(args: ExecutionArgs, result: ExecutionResult): ExecutionResult {
  const issues = variableIssues(args, result)
  if (issues.length === 0) return result
  const originalError = RequestError.invalid(issues)
  return { errors: [new GraphQLError(originalError.message, { originalError })] }
}

/** Gives every top-level error a code from the closed list and the request id, and removes internal details. */
export function useErrorCodes(log: Log): Plugin<object, YogaContext> {
  const coded = <Result extends ExecutionResult>(result: Result, context: RequestContext): Result => {
    if (!result.errors?.length) return result
    const nothingAnswered = result.data === undefined || result.data === null
    // The response contains no data, so the decisions of other fields do not reach the client.
    if (nothingAnswered) context.reserved.lose()
    const errors = result.errors.map((error) => codedError(error, context, log, nothingAnswered))
    for (const error of errors) context.errorCodes.add(String(error.extensions.code))
    return { ...result, errors }
  }
  return {
    onExecute: ({ args }) => ({
      onExecuteDone({ result, setResult }) {
        if (!isAsyncIterable(result) && result.errors) setResult(withIssues(args, result))
      },
    }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result, setResult }) {
        if (!isAsyncIterable(result) && result.errors) setResult(withIssues(args, result))
      },
    }),
    onResultProcess({ result, setResult, serverContext: { http } }) {
      if (isAsyncIterable(result)) setResult(mapAsyncIterable(result, (one) => coded(one, http)))
      else setResult(Array.isArray(result) ? result.map((one) => coded(one, http)) : coded(result, http))
    },
  }
}
