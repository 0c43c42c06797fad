import { isFailure } from './admission.ts'

/** What is used of a response of `node:http`, which is what Express and Fastify write to. */
export interface Writing {
  statusCode: number
  readonly headersSent: boolean
  /** Whether its connection is closed; HTTP/2 tells that of the stream. */
  readonly destroyed?: boolean | undefined
  readonly stream?: { readonly destroyed: boolean } | undefined
  once(event: 'close', listener: () => void): unknown
}

/**
 * Hears when a response is over, or its connection is. One that had not begun by then was no answer. Whether it is over already: then
 * serving it would cost what was just let go, for nobody.
 */
export function onEnd(response: Writing, ended: (hasFailed: boolean) => void): boolean {
  const end = () => ended(!response.headersSent || isFailure(response.statusCode))
  // It is told once, and may have been while the gateway was asked.
  const isOver = (response.stream ?? response).destroyed === true
  if (isOver) end()
  else response.once('close', end)
  return isOver
}
