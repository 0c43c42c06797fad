import { isFailure } from './admission.ts'

/** What is used of a response of `node:http`, which is what Express and Fastify write to. */
export interface Writing {
  statusCode: number
  readonly headersSent: boolean
  once(event: 'close', listener: () => void): unknown
}

/** Hears when a response is over, or its connection is. One that had not begun by then was no answer. */
export function onEnd(response: Writing, ended: (hasFailed: boolean) => void): void {
  response.once('close', () => ended(!response.headersSent || isFailure(response.statusCode)))
}
