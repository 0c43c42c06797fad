import type { Rejected } from '@keyward/sdk/gateway'
import type { Piece } from './model.ts'
import type { Lifetime } from './prompt-cache.ts'

/* The supported part of OpenAI's chat-completions protocol. Unknown fields of a request are ignored. */

/** Maximum of `max_tokens`. */
export const MAX_TOKENS = 4_096
const DEFAULT_MAX_TOKENS = 256
const ROLES: readonly unknown[] = ['developer', 'system', 'user', 'assistant', 'tool']

/** A parsed request. */
export interface ChatRequest {
  readonly model: string
  /** The text of all messages. */
  readonly prompt: string
  readonly maxTokens: number
  readonly seed: number
  readonly isStream: boolean
  /** Whether a stream ends with a usage report. */
  readonly tellsUsage: boolean
  /** Number of tokens that the model thinks before it answers. */
  readonly thoughts: number
  readonly serviceTier: Tier
  /** The beginning of the prompt that is to be cached. Null: nothing is. */
  readonly cached: { readonly text: string; readonly lifetime: Lifetime } | null
}

/** The tier of a request, as Keyward's catalogue prices it. */
export type Tier = 'STANDARD' | 'FLEX' | 'PRIORITY'

/** The tiers of OpenAI's protocol. */
const TIERS: ReadonlyMap<unknown, Tier> = new Map([
  ['auto', 'STANDARD'],
  ['default', 'STANDARD'],
  ['flex', 'FLEX'],
  ['priority', 'PRIORITY'],
])

/** Tokens of thought for each effort. */
const EFFORTS: ReadonlyMap<unknown, number> = new Map([
  ['none', 0],
  ['minimal', 2],
  ['low', 4],
  ['medium', 8],
  ['high', 16],
])

function choiceOf<Value>(
  body: Record<string, unknown>,
  param: string,
  values: ReadonlyMap<unknown, Value>,
  missing: Value,
): Value {
  if (body[param] == null) return missing
  const value = values.get(body[param])
  if (value !== undefined) return value
  throw wrong(param, `must be one of ${[...values.keys()].join(', ')}.`)
}

/** A request that cannot be served. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly status: 400 | 404 | 413
  readonly code: string | null
  readonly param: string | null

  constructor(
    message: string,
    { status = 400, code = null, param = null }: Partial<Pick<RequestError, 'status' | 'code' | 'param'>> = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.param = param
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const wrong = (param: string, message: string) => new RequestError(`\`${param}\` ${message}`, { param })

export function integerOf(body: Record<string, unknown>, param: string, least: number, most: number): number | null {
  const value = body[param] ?? null
  if (value === null) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw wrong(param, `must be a whole number from ${least} to ${most}.`)
}

export function flagOf(body: Record<string, unknown>, param: string, name = param): boolean {
  const value = body[name] ?? false
  if (typeof value === 'boolean') return value
  throw wrong(param, 'must be true or false.')
}

/** The text of a message, which is a string or a list of text parts. */
export function textOf(content: unknown, param: string): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) throw wrong(param, 'must be a text or an array of parts.')
  return content
    .map((part: unknown, index) => {
      if (isRecord(part) && part.type === 'text' && typeof part.text === 'string') return part.text
      throw wrong(`${param}[${index}]`, 'must be of the type "text": this model reads nothing else.')
    })
    .join('\n')
}

/** The text of all messages, whose roles must be among these. */
export function promptOf(messages: unknown, roles = ROLES): string {
  if (!Array.isArray(messages) || messages.length === 0) throw wrong('messages', 'must be an array with a message.')
  return messages
    .map((message: unknown, index) => {
      const param = `messages[${index}]`
      if (!isRecord(message)) throw wrong(param, 'must be a message.')
      if (!roles.includes(message.role)) throw wrong(`${param}.role`, `must be one of ${roles.join(', ')}.`)
      // The content of an assistant message with tool calls can be null.
      return message.role === 'assistant' && message.content == null ? '' : textOf(message.content, `${param}.content`)
    })
    .join('\n')
}

/**
 * Parses the body of a request.
 * @throws {RequestError} The body is invalid.
 */
export function readChatRequest(body: unknown): ChatRequest {
  if (!isRecord(body)) throw new RequestError('The body must be a JSON object.')
  const { model, messages, stream_options: streamOptions } = body
  if (typeof model !== 'string' || model === '') throw wrong('model', 'must be the name of a model.')
  const prompt = promptOf(messages)
  integerOf(body, 'n', 1, 1)
  if (streamOptions != null && !isRecord(streamOptions)) throw wrong('stream_options', 'must be an object.')
  return {
    model,
    prompt,
    maxTokens:
      integerOf(body, 'max_completion_tokens', 1, MAX_TOKENS) ??
      integerOf(body, 'max_tokens', 1, MAX_TOKENS) ??
      DEFAULT_MAX_TOKENS,
    seed: integerOf(body, 'seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) ?? 0,
    isStream: flagOf(body, 'stream'),
    tellsUsage: flagOf(streamOptions ?? {}, 'stream_options.include_usage', 'include_usage'),
    thoughts: choiceOf(body, 'reasoning_effort', EFFORTS, 0),
    serviceTier: choiceOf(body, 'service_tier', TIERS, 'STANDARD'),
    cached: null,
  }
}

/** Numbers of tokens. No token is in two of them. */
export interface Used {
  readonly input: number
  /** Tokens of the prompt that were read from the cache, and that were written to it for five minutes or an hour. */
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly cacheWriteHour: number
  readonly output: number
  /** Tokens of thoughts. */
  readonly reasoning: number
}

/** OpenAI's usage: prompt tokens include cached ones, and completion tokens include thoughts. */
function usageOf({ input, cacheRead, output, reasoning }: Used) {
  const [prompt, complete] = [input + cacheRead, output + reasoning]
  return {
    prompt_tokens: prompt,
    completion_tokens: complete,
    total_tokens: prompt + complete,
    prompt_tokens_details: { cached_tokens: cacheRead },
    completion_tokens_details: { reasoning_tokens: reasoning },
  }
}

/** OpenAI's names of tiers. */
const tierName = (tier: Tier): string => (tier === 'STANDARD' ? 'default' : tier.toLowerCase())

/** The common fields of all parts of a response. */
export interface Heading {
  readonly id: string
  /** Unix time, in seconds. */
  readonly created: number
  readonly model: string
  readonly service_tier: string
}

export const headingOf = ({ model, serviceTier }: Pick<ChatRequest, 'model' | 'serviceTier'>): Heading => ({
  id: `chatcmpl-${crypto.randomUUID()}`,
  created: Math.floor(Date.now() / 1_000),
  model,
  service_tier: tierName(serviceTier),
})

/** A complete response. */
export const completion = (heading: Heading, content: string, end: Piece['end'], used: Used) => ({
  ...heading,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: end }],
  usage: usageOf(used),
})

/** A part of a streamed response. */
export const chunk = (heading: Heading, delta: { role?: 'assistant'; content?: string }, end: Piece['end'] = null) => ({
  ...heading,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: end }],
})

/** The last part, with the usage report. */
export const usageChunk = (heading: Heading, used: Used) => ({
  ...heading,
  object: 'chat.completion.chunk',
  choices: [],
  usage: usageOf(used),
})

/** The list of models. */
export const modelList = (ids: readonly string[], created: number) => ({
  object: 'list',
  data: ids.map((id) => ({ id, object: 'model', created, owned_by: 'keyward-example' })),
})

/** An error in the format of OpenAI's clients. */
export const errorBody = (message: string, type: string, code: string | null = null, param: string | null = null) => ({
  error: { message, type, code, param },
})

/** OpenAI's error types. `code` is Keyward's reason. */
const REFUSAL_TYPES: Readonly<Record<string, string>> = {
  RATE_LIMITED: 'rate_limit_exceeded',
  CONCURRENCY_LIMITED: 'rate_limit_exceeded',
  BUDGET_EXCEEDED: 'insufficient_quota',
  UNAVAILABLE: 'server_error',
}

/** The response to a request that Keyward denies. */
export const refusalBody = ({ message, reason }: Rejected) =>
  errorBody(
    message,
    REFUSAL_TYPES[reason] ?? 'invalid_request_error',
    reason,
    reason === 'MODEL_NOT_AVAILABLE' ? 'model' : null,
  )
