import { withHeaders } from './responses.ts'

/** A complete answer, sent in one piece. Making a fetch Response of it would cost more than the forward-auth endpoint's work. */
export interface PlainAnswer {
  status: number
  /**
   * Names and values in turn, to which common headers are added. Node.js takes them as they are: to add a member to a copy
   * of an object costs more than a decision.
   */
  headers: string[]
  body: string
  /** ALLOWED, or the reason of a denial. */
  outcome: string
}

export type Answer = Response | PlainAnswer

/** Distinguishes the two by their body: Yoga's Response may be another class than the global one. */
export const isPlain = (answer: Answer): answer is PlainAnswer => typeof answer.body === 'string'

/** Headers of every answer. */
const COMMON_HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

const COMMON_OF_PLAIN = [
  'content-type',
  'application/json',
  'cache-control',
  'no-store',
  ...Object.entries(COMMON_HEADERS).flat(),
]

/** Adds the headers that every answer carries, and those that proxies and caches need. */
export function withCommonHeaders(answer: Answer, requestId: string): Answer {
  if (isPlain(answer)) {
    answer.headers.push(...COMMON_OF_PLAIN, 'x-request-id', requestId)
    return answer
  }
  const own = { ...COMMON_HEADERS, 'x-request-id': requestId }
  const isStream = /^(text\/event-stream|multipart\/mixed)/.test(answer.headers.get('content-type') ?? '')
  // Yoga names an encoding that does not exist, which some proxies pass on and some clients reject.
  if (answer.headers.get('content-encoding') === 'none') answer.headers.delete('content-encoding')
  return withHeaders(answer, {
    ...own,
    ...(answer.headers.has('cache-control') ? {} : { 'cache-control': 'no-store' }),
    // Proxies such as nginx would hold events back until their buffer is full.
    ...(isStream ? { 'x-accel-buffering': 'no' } : {}),
  })
}

/** Makes a fetch Response of any answer. */
export const toResponse = (answer: Answer): Response =>
  isPlain(answer) ? new Response(answer.body, { status: answer.status, headers: pairsOf(answer.headers) }) : answer

const pairsOf = (headers: readonly string[]): [string, string][] =>
  headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : []))
