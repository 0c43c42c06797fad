import { isFailure } from './admission.ts'

/** The members of a response of `node:http` that are used here. Express and Fastify write to such a response. */
export interface Writing {
  statusCode: number
  readonly headersSent: boolean
  /** Whether its connection, or for HTTP/2 its stream, is closed. */
  readonly destroyed?: boolean | undefined
  readonly stream?: { readonly destroyed: boolean } | undefined
  once(event: 'close', listener: () => void): unknown
}

/**
 * Calls back when a response has ended. If the connection closes before the response begins, the handler may still be
 * working. Its reservation then stays open until it reports. Returns true if the response has already ended, so that
 * nothing needs to be served.
 */
export function onEnd(response: Writing, ended: (hasFailed: boolean) => void): boolean {
  // The event is emitted once, possibly while the request was being authorized.
  const isOver = (response.stream ?? response).destroyed === true
  if (isOver) ended(true)
  else response.once('close', () => ended(response.headersSent && isFailure(response.statusCode)))
  return isOver
}
