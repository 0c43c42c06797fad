import { readEvents } from './events.ts'

/** A request for a chat completion in OpenAI's protocol. */
export interface ChatBody {
  model: string
  messages: readonly { role: 'user'; content: string }[]
  max_tokens: number
  stream: true
  stream_options: { include_usage: true }
}

export const bodyOf = (model: string, message: string, maxTokens: number): ChatBody => ({
  model,
  messages: [{ role: 'user', content: message }],
  max_tokens: maxTokens,
  stream: true,
  stream_options: { include_usage: true },
})

/** The tokens that the endpoint reports. */
export interface ChatUsage {
  input: number
  /** Input tokens that were read from a cache. */
  cached: number
  output: number
}

/** The end of an answer. */
export interface ChatEnd {
  status: number
  usage: ChatUsage | null
  /** `stop`, `length` or another reason of the protocol. Null if the answer was cut off. */
  reason: string | null
}

/** A request that the endpoint did not serve. */
export class ChatDenied extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** The reason of the decision, such as `BUDGET_EXCEEDED`, or another code. Null if the endpoint gives none. */
    readonly code: string | null,
    readonly retryAfter: string | null,
  ) {
    super(message)
  }
}

/** Neither the network nor the browser let the request pass. The browser does not say why. */
export class Unreachable extends Error {}

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const fieldsOf = (value: unknown, name: string): Fields => {
  const field = isFields(value) ? value[name] : undefined
  return isFields(field) ? field : {}
}
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const numberOf = (value: unknown): number => (typeof value === 'number' && value >= 0 ? value : 0)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function deniedOf(response: Response): Promise<ChatDenied> {
  const error = fieldsOf(parse(await response.text()), 'error')
  const code = response.headers.get('keyward-reason') ?? textOf(error.code)
  const message = textOf(error.message) ?? `The endpoint responded with ${response.status}.`
  return new ChatDenied(message, response.status, code, response.headers.get('retry-after'))
}

function usageOf(event: unknown): ChatUsage | null {
  const usage = fieldsOf(event, 'usage')
  if (typeof usage.prompt_tokens !== 'number') return null
  const cached = numberOf(fieldsOf(usage, 'prompt_tokens_details').cached_tokens)
  return { input: numberOf(usage.prompt_tokens), cached, output: numberOf(usage.completion_tokens) }
}

function choiceOf(event: unknown): Fields {
  const choices = isFields(event) ? event.choices : undefined
  const [first] = Array.isArray(choices) ? choices : []
  return isFields(first) ? first : {}
}

interface Sending {
  url: string
  token: string
  body: ChatBody
  signal: AbortSignal
  onText: (text: string) => void
}

/**
 * Sends a request and reads the answer, streamed or whole.
 * @throws {ChatDenied} The endpoint returned an error.
 * @throws {Unreachable} There was no response that this page may read.
 */
export async function sendChat({ url, token, body, signal, onText }: Sending): Promise<ChatEnd> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
    credentials: 'omit',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    signal,
  }).catch((error: unknown) => {
    throw error instanceof TypeError ? new Unreachable() : error
  })
  if (!response.ok) throw await deniedOf(response)
  const end: ChatEnd = { status: response.status, usage: null, reason: null }
  const note = (event: unknown, part: 'delta' | 'message') => {
    const error = fieldsOf(event, 'error')
    const message = textOf(error.message)
    if (message) throw new ChatDenied(message, response.status, textOf(error.code), null)
    const choice = choiceOf(event)
    const text = textOf(fieldsOf(choice, part).content)
    if (text !== null) onText(text)
    end.reason = textOf(choice.finish_reason) ?? end.reason
    end.usage = usageOf(event) ?? end.usage
  }
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (!isStream || !response.body) {
    note(parse(await response.text()), 'message')
    return end
  }
  for await (const data of readEvents(response.body)) if (data !== '[DONE]') note(parse(data), 'delta')
  return end
}
