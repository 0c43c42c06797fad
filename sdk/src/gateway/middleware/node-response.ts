import { isFailure } from './admission.ts'

/** Members of a `node:http` response that the middleware uses. Express and Fastify write to such a response. */
export interface Writing {
  statusCode: number
  readonly headersSent: boolean
  /** Whether the response's connection, or its stream for HTTP/2, is closed. */
  readonly destroyed?: boolean | undefined
  readonly stream?: { readonly destroyed: boolean } | undefined
  once(event: 'close', listener: () => void): unknown
}

/**
 * Calls back when a response has ended. If the connection closes before the response begins, the handler may still be
 * working. Its reservation then stays open until the handler reports usage. Returns true if the response has already
 * ended, so that the request need not be served.
 */
export function onEnd(response: Writing, ended: (hasFailed: boolean) => void): boolean {
  // The event is emitted only once, and may have been emitted while the request was being authorized.
  const isOver = (response.stream ?? response).destroyed === true
  if (isOver) ended(true)
  else response.once('close', () => ended(response.headersSent && isFailure(response.statusCode)))
  return isOver
}
