import { z } from 'zod'

/** Maximum of `max_tokens`. */
export const MAX_TOKENS = 1_024
const DEFAULT_TOKENS = 256
const MAX_MESSAGES = 50
const MAX_CHARACTERS = 16_384
const MAX_PARTS = 20
const CHARACTERS_OF_TOKEN = 4

/** A parsed request for a chat completion. */
export interface ChatRequest {
  model: string
  /** The text of each message. */
  messages: readonly string[]
  /** Number of tokens in all messages. */
  inputTokens: number
  maxTokens: number
  isStream: boolean
  /** Whether the stream ends with a usage event. */
  reportsUsage: boolean
}

/** A request that cannot be served, with its invalid field. */
export class InvalidChat {
  constructor(
    readonly message: string,
    readonly param: string | null,
  ) {}
}

const text = z
  .string({ error: 'must be a string.' })
  .max(MAX_CHARACTERS, { error: `must have at most ${MAX_CHARACTERS} characters.` })

const part = z.object(
  { type: z.literal('text', { error: 'must be "text": the demo reads nothing else.' }), text },
  { error: 'must be a text part.' },
)

const message = z.object(
  {
    role: z.enum(['developer', 'system', 'user', 'assistant'], {
      error: 'must be `developer`, `system`, `user` or `assistant`.',
    }),
    content: z.union([text, z.array(part).min(1).max(MAX_PARTS)], {
      error: `must be text of at most ${MAX_CHARACTERS} characters, or 1 to ${MAX_PARTS} text parts.`,
    }),
  },
  { error: 'must be a message with `role` and `content`.' },
)

const tokens = z
  .number({ error: 'must be a number.' })
  .int({ error: 'must be a whole number.' })
  .min(1, { error: 'must be at least 1.' })
  .max(MAX_TOKENS, { error: `must be at most ${MAX_TOKENS}.` })

const flag = z.boolean({ error: 'must be true or false.' })

/** The supported part of OpenAI's protocol. Unknown members are ignored, because OpenAI's clients send many. */
const chat = z.object(
  {
    model: z.string({ error: 'must be the name of a model.' }).min(1).max(200, { error: 'must be shorter.' }),
    messages: z
      .array(message, { error: 'must be a list of messages.' })
      .min(1, { error: 'must have a message.' })
      .max(MAX_MESSAGES, { error: `must have at most ${MAX_MESSAGES} messages.` }),
    max_tokens: tokens.nullish(),
    max_completion_tokens: tokens.nullish(),
    n: z.literal(1, { error: 'must be 1.' }).nullish(),
    stream: flag.nullish(),
    stream_options: z.object({ include_usage: flag.nullish() }, { error: 'must be an object.' }).nullish(),
  },
  { error: 'The body must be a JSON object.' },
)

/** Formats an issue's path, such as `messages[0].content`. */
const paramOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('')

const textOf = (content: string | { text: string }[]): string =>
  typeof content === 'string' ? content : content.map((each) => each.text).join('\n')

const countTokens = (messages: readonly string[]): number =>
  messages.reduce((sum, each) => sum + Math.max(1, Math.ceil(each.length / CHARACTERS_OF_TOKEN)), 0)

/** Parses a request. All its parts are bounded. */
export function readChat(body: unknown): ChatRequest | InvalidChat {
  const { success, data, error } = chat.safeParse(body)
  if (!success) {
    const [issue] = error.issues
    const param = issue ? paramOf(issue.path) : ''
    return new InvalidChat(param ? `\`${param}\` ${issue?.message}` : (issue?.message ?? ''), param || null)
  }
  const messages = data.messages.map(({ content }) => textOf(content))
  return {
    model: data.model,
    messages,
    inputTokens: countTokens(messages),
    maxTokens: data.max_completion_tokens ?? data.max_tokens ?? DEFAULT_TOKENS,
    isStream: data.stream ?? false,
    reportsUsage: data.stream_options?.include_usage ?? false,
  }
}
