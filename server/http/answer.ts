import { withHeaders } from './responses.ts'

/**
 * A complete response, sent in one piece. Converting it to a fetch Response would be more expensive than the whole
 * forward-auth decision.
 */
export interface PlainAnswer {
  status: number
  /**
   * Alternating names and values, the form that Node.js accepts. Common headers are appended. Adding a member to a
   * copied object would be more expensive than a decision.
   */
  headers: string[]
  body: string
  /** ALLOWED, or the reason for a denial. */
  outcome: string
}

export type Answer = Response | PlainAnswer

/** Distinguishes the two kinds by their body, because Yoga's Response may not be the global class. */
export const isPlain = (answer: Answer): answer is PlainAnswer => typeof answer.body === 'string'

/** Headers of every response. */
const COMMON_HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

const COMMON_OF_PLAIN = [
  'content-type',
  'application/json',
  'cache-control',
  'no-store',
  ...Object.entries(COMMON_HEADERS).flat(),
]

/** Adds the headers that every response carries, and headers for proxies and caches. */
export function withCommonHeaders(answer: Answer, requestId: string): Answer {
  if (isPlain(answer)) {
    answer.headers.push(...COMMON_OF_PLAIN, 'x-request-id', requestId)
    return answer
  }
  const own = { ...COMMON_HEADERS, 'x-request-id': requestId }
  const isStream = /^(text\/event-stream|multipart\/mixed)/.test(answer.headers.get('content-type') ?? '')
  // Yoga sends an invalid encoding, `none`. Some proxies pass it on, and some clients reject it.
  if (answer.headers.get('content-encoding') === 'none') answer.headers.delete('content-encoding')
  return withHeaders(answer, {
    ...own,
    ...(answer.headers.has('cache-control') ? {} : { 'cache-control': 'no-store' }),
    // Prevents proxies such as nginx from buffering events.
    ...(isStream ? { 'x-accel-buffering': 'no' } : {}),
  })
}

/** Turns any response into a fetch Response. */
export const toResponse = (answer: Answer): Response =>
  isPlain(answer) ? new Response(answer.body, { status: answer.status, headers: pairsOf(answer.headers) }) : answer

const pairsOf = (headers: readonly string[]): [string, string][] =>
  headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : []))
