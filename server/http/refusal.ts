import { isOutcomeUnknown, isUnavailable, isUnreadable } from '@keyward/prisma/errors'
import { UnknownSecretsLimitedError } from '@keyward/schema/credential/unknown-secrets'
import type { Log } from '../telemetry/log.ts'
import { logUnavailable } from '../telemetry/outage-log.ts'
import type { RequestContext } from './request-context.ts'
import { errorResponse } from './responses.ts'

export const CONNECTION_LOST =
  'The connection to the database was lost during the change. It is not known whether the change was made.'

/** Message if a stored value cannot be read, so that the request is denied. The reason is logged. */
export const UNREADABLE = 'A stored value cannot be read, so the request is denied. The operator finds it in the log.'

/** UNAVAILABLE extension that lets programs know that the outcome is unknown. */
export const OUTCOME_UNKNOWN = { outcome: 'UNKNOWN' }

const CUT_CODES: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']

/**
 * Whether an error only reports that the client closed the connection. All other errors are the server's own, even if
 * the client has disconnected.
 */
export const isCut = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || ('code' in error && CUT_CODES.includes(error.code)))

/** Responds to an error outside GraphQL. Unexpected errors are logged; otherwise the database is unavailable. */
export function refusal(error: unknown, context: RequestContext, log: Log): Response {
  const { requestId } = context
  if (isUnavailable(error)) {
    context.errorCodes.add('UNAVAILABLE')
    logUnavailable(log, error, requestId)
    if (isOutcomeUnknown(error)) {
      const message = `${CONNECTION_LOST} Read before you repeat it.`
      return errorResponse(503, { code: 'UNAVAILABLE', message, requestId, ...OUTCOME_UNKNOWN })
    }
    const message = 'The database cannot be reached. Nothing was changed. Try again shortly.'
    return errorResponse(503, { code: 'UNAVAILABLE', message, requestId }, { 'retry-after': '1' })
  }
  if (error instanceof UnknownSecretsLimitedError) {
    context.errorCodes.add(error.code)
    const { code, message, details } = error
    return errorResponse(429, { code, message, requestId, ...details }, { 'retry-after': '1' })
  }
  log.error('unexpected error', error, { requestId })
  if (isUnreadable(error)) {
    context.errorCodes.add('UNAVAILABLE')
    return errorResponse(503, { code: 'UNAVAILABLE', message: UNREADABLE, requestId })
  }
  context.errorCodes.add('INTERNAL')
  return errorResponse(500, { code: 'INTERNAL', message: 'Internal error', requestId })
}
