import { randomUUID } from 'node:crypto'
import type { Caller } from '../identity/who-is-calling.ts'

/** What is known of a request outside of the graph; one object from its arrival to its line in the log. */
export interface RequestContext {
  readonly requestId: string
  /** In milliseconds, on the process's own clock. */
  readonly startedAt: number
  /** The address of the client as far as the proxies can be trusted; null where nothing tells it. */
  readonly clientAddress: string | null
  /** Set once the credential has been looked at. */
  caller: Caller | null
  /** The operation that ran. Filled in, not replaced: plugins see a copy of this object. */
  readonly operation: { kind?: string; name?: string }
  /** Codes of the errors that were answered. */
  readonly errorCodes: Set<string>
}

const SANE = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,63}$/

/** The request id that the client chose, if it is a sane one, or a new one. */
export const requestIdOf = (given: string | null): string => (given !== null && SANE.test(given) ? given : randomUUID())
