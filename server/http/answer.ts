import { withHeaders } from './responses.ts'

/** A complete answer, sent in one piece. Making a fetch Response of it would cost more than the forward-auth endpoint's work. */
export interface PlainAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

export type Answer = Response | PlainAnswer

/** Distinguishes the two by their body: Yoga's Response may be another class than the global one. */
export const isPlain = (answer: Answer): answer is PlainAnswer => typeof answer.body === 'string'

/** Headers of every answer. */
const COMMON_HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

/** Adds the headers that every answer carries, and those that proxies and caches need. */
export function withCommonHeaders(answer: Answer, requestId: string): Answer {
  const own = { ...COMMON_HEADERS, 'x-request-id': requestId }
  if (isPlain(answer)) {
    const { status, headers, body } = answer
    return {
      status,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers, ...own },
      body,
    }
  }
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
  isPlain(answer) ? new Response(answer.body, { status: answer.status, headers: answer.headers }) : answer
