import { isFailure } from './admission.ts'

/** The used part of a response of `node:http`, to which Express and Fastify write. */
export interface Writing {
  statusCode: number
  readonly headersSent: boolean
  /** Whether its connection is closed; HTTP/2 tells that of the stream. */
  readonly destroyed?: boolean | undefined
  readonly stream?: { readonly destroyed: boolean } | undefined
  once(event: 'close', listener: () => void): unknown
}

/**
 * Hears when a response is over. Where its connection is gone before it began, a handler may be at work for nobody, and what
 * that costs stays set aside until it says. Answers whether all is over already: then nothing is served.
 */
export function onEnd(response: Writing, ended: (hasFailed: boolean) => void): boolean {
  // The event comes once, possibly while the request was being authorized.
  const isOver = (response.stream ?? response).destroyed === true
  if (isOver) ended(true)
  else response.once('close', () => ended(response.headersSent && isFailure(response.statusCode)))
  return isOver
}
