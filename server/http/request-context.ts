import { randomUUID } from 'node:crypto'
import type { TimeLimit } from '../graphql/time-limit.ts'
import type { Authentication } from '../identity/authenticate.ts'
import type { Reserved } from './reserved.ts'

/**
 * Request properties outside GraphQL. Each request has one such object, from its arrival to its line in the access log.
 */
export interface RequestContext {
  readonly requestId: string
  /** Set if the request is traced. */
  traceId: string | null
  /** Arrival time, in milliseconds on the process's monotonic clock. */
  readonly startedAt: number
  /** The client's address. Only trusted proxies' headers are used. Null if unknown. */
  readonly clientAddress: string | null
  /** Set for GraphQL requests. */
  timeLimit: TimeLimit | null
  /** Set once the credential was checked. */
  authentication: Authentication | null
  /** Public id of the credential that the forward-auth endpoint decided about. Null if unknown. */
  credentialId: string | null
  /** Reservations made by the request's decisions. */
  readonly reserved: Reserved
  /** The operation that ran. Empty until it is known. */
  readonly operation: { kind?: string; name?: string; field?: string; mayLag?: boolean }
  /** Codes of the errors in the response. */
  readonly errorCodes: Set<string>
}

const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,63}$/

/** Returns the client's request id if it is well-formed, or else a new one. */
export const requestIdOf = (given: string | null): string =>
  given !== null && WELL_FORMED.test(given) ? given : randomUUID()

/** Makes the context of a request that has just arrived. */
export const createRequestContext = (
  requestId: string | null,
  clientAddress: string | null,
  reserved: Reserved,
): RequestContext => ({
  requestId: requestIdOf(requestId),
  traceId: null,
  startedAt: performance.now(),
  clientAddress,
  timeLimit: null,
  authentication: null,
  credentialId: null,
  reserved,
  operation: {},
  errorCodes: new Set(),
})
