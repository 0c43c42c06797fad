import type { Rejected } from '@keyward/sdk/gateway'
import type { Piece } from './model.ts'
import type { Lifetime } from './prompt-cache.ts'
import {
  type ChatRequest,
  flagOf,
  integerOf,
  isRecord,
  MAX_TOKENS,
  promptOf,
  textOf,
  type Used,
  wrong,
} from './protocol.ts'

/* The supported part of Anthropic's messages protocol. Unknown fields of a request are ignored. */

const ROLES: readonly unknown[] = ['user', 'assistant']

/**
 * Parses the body of a request.
 * @throws {RequestError} The body is invalid.
 */
export function readMessagesRequest(body: unknown): ChatRequest {
  if (!isRecord(body)) throw wrong('body', 'must be a JSON object.')
  const { model, messages, system } = body
  if (typeof model !== 'string' || model === '') throw wrong('model', 'must be the name of a model.')
  const maxTokens = integerOf(body, 'max_tokens', 1, MAX_TOKENS)
  if (maxTokens === null) throw wrong('max_tokens', `must be a whole number from 1 to ${MAX_TOKENS}.`)
  const prompt = promptOf(messages, ROLES)
  return {
    model,
    prompt: system == null ? prompt : `${textOf(system, 'system')}\n${prompt}`,
    maxTokens,
    seed: 0,
    isStream: flagOf(body, 'stream'),
    tellsUsage: true,
    thoughts: 0,
    // Messages have no other tier here, whatever `service_tier` asks for.
    serviceTier: 'STANDARD',
    cached: cachedOf([system, ...(Array.isArray(messages) ? messages : []).map(contentOf)]),
  }
}

const contentOf = (message: unknown): unknown => (isRecord(message) ? message.content : null)

function lifetimeOf(control: unknown): Lifetime | null {
  if (control == null) return null
  if (isRecord(control) && control.type === 'ephemeral') {
    if (control.ttl === undefined || control.ttl === '5m') return '5m'
    if (control.ttl === '1h') return '1h'
  }
  throw wrong('cache_control', 'must be of the type "ephemeral", with the ttl "5m" or "1h".')
}

/** The prompt up to the last part with `cache_control`. */
function cachedOf(contents: readonly unknown[]): ChatRequest['cached'] {
  const parts = contents.flatMap((content) => (Array.isArray(content) ? content : [{ text: content }])).filter(isRecord)
  const lifetimes = parts.map((part) => lifetimeOf(part.cache_control))
  const last = lifetimes.length - 1 - [...lifetimes].reverse().findIndex((lifetime) => lifetime !== null)
  const lifetime = lifetimes[last]
  if (!lifetime) return null
  const text = parts.slice(0, last + 1).map((part) => (typeof part.text === 'string' ? part.text : ''))
  return { text: text.join('\n'), lifetime }
}

const usageOf = ({ input, cacheRead, cacheWrite, cacheWriteHour, output }: Used) => ({
  input_tokens: input,
  cache_creation_input_tokens: cacheWrite + cacheWriteHour,
  cache_read_input_tokens: cacheRead,
  cache_creation: { ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: cacheWriteHour },
  output_tokens: output,
  service_tier: 'standard',
})
const stopReasonOf = (end: Piece['end']) => (end === null ? null : end === 'stop' ? 'end_turn' : 'max_tokens')

/** A complete response. */
export const message = (id: string, model: string, text: string | null, end: Piece['end'], used: Used) => ({
  id,
  type: 'message',
  role: 'assistant',
  model,
  content: text === null ? [] : [{ type: 'text', text }],
  stop_reason: stopReasonOf(end),
  stop_sequence: null,
  usage: usageOf(used),
})

/** The events before the first token. */
export const opening = (id: string, model: string, used: Used) => [
  { type: 'message_start', message: message(id, model, null, null, used) },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
]

/** The event of a token. */
export const delta = (text: string) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })

/** The events after the last token. */
export const closing = (end: Piece['end'], used: Used) => [
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: stopReasonOf(end), stop_sequence: null }, usage: usageOf(used) },
  { type: 'message_stop' },
]

/** Anthropic's error types, by HTTP status. */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'overloaded_error',
}

/** An error in the format of Anthropic's clients. */
export const messagesError = (status: number, text: string) => ({
  type: 'error',
  error: { type: ERROR_TYPES[status] ?? 'invalid_request_error', message: text },
})

/** The response to a request that Keyward denies. */
export const messagesRefusal = ({ message: text, reason, httpStatus }: Rejected) =>
  messagesError(httpStatus, `${text} (${reason})`)
