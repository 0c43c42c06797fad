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
 * HTTP statuses of errors of the whole request. An error of a field leaves the rest of the response and its status 200.
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
 * Whether the GraphQL library found a mistake in the request: in its syntax, its variables, its transport, or by
 * validation. Such an error has no path, because nothing has run yet. The library itself creates it, and it does not
 * wrap another error. Errors of arguments are an exception: arguments are read while the query runs.
 */
function isMistakeInRequest(error: GraphQLError, root: unknown): boolean {
  if (error.path === undefined) return root === error || error.nodes !== undefined
  return root instanceof GraphQLError && /^(Argument|Variable) "/.test(root.message)
}

/** GraphQL.js suggests exactly the enum value that the document contains, because the document has it in quotes. */
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

/** The public part of an error: a code of the closed list and a message without internals. */
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

/** The error as it is sent to the client. An unexpected error is logged with its stack and hidden from the client. */
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

/** Returns the result, or a single error with every issue if variables are invalid. */
function withIssues(args: ExecutionArgs, result: ExecutionResult): ExecutionResult {
  const issues = variableIssues(args, result)
  if (issues.length === 0) return result
  const originalError = RequestError.invalid(issues)
  return { errors: [new GraphQLError(originalError.message, { originalError })] }
}

/** Gives every top-level error a code of the closed list and the request's id, and takes internals out of it. */
export function useErrorCodes(log: Log): Plugin<object, YogaContext> {
  const coded = <Result extends ExecutionResult>(result: Result, context: RequestContext): Result => {
    if (!result.errors?.length) return result
    const nothingAnswered = result.data === undefined || result.data === null
    // The decisions of other fields are not sent to anybody.
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
