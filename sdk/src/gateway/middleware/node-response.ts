import { isFailure } from './admission.ts'

/** The used part of a response of `node:http`, to which Express and Fastify write. */
export interface Writing {
  statusCode: number
  readonly headersSent: boolean
  /** Whether its connection is closed. For HTTP/2, that of its stream. */
  readonly destroyed?: boolean | undefined
  readonly stream?: { readonly destroyed: boolean } | undefined
  once(event: 'close', listener: () => void): unknown
}

/**
 * Calls back when a response has ended. If the connection closes before the response begins, the handler may still be
 * working: its reservation stays open until it reports. Returns whether the response has already ended, so that nothing
 * needs to be served.
 */
export function onEnd(response: Writing, ended: (hasFailed: boolean) => void): boolean {
  // The event comes once, possibly while the request was being authorized.
  const isOver = (response.stream ?? response).destroyed === true
  if (isOver) ended(true)
  else response.once('close', () => ended(response.headersSent && isFailure(response.statusCode)))
  return isOver
}
