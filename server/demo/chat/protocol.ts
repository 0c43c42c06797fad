import type { End } from './answer.ts'

/** Number of tokens used. */
export interface Used {
  input: number
  output: number
}

/** Members that all response objects contain. */
export interface Heading {
  id: string
  created: number
  model: string
}

const usageOf = ({ input, output }: Used) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
})

/** A complete answer in OpenAI's protocol. */
export const completion = (heading: Heading, content: string, end: End, used: Used) => ({
  ...heading,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: end }],
  usage: usageOf(used),
})

/** A stream event: a part of the answer, or its end. */
export const chunk = (heading: Heading, delta: object, end: End | null = null) => ({
  ...heading,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: end }],
})

/** The event that reports a stream's usage. */
export const usageChunk = (heading: Heading, used: Used) => ({
  ...heading,
  object: 'chat.completion.chunk',
  choices: [],
  usage: usageOf(used),
})

const TYPES: Record<number, string> = { 429: 'rate_limit_error', 500: 'server_error', 503: 'server_error' }

/** An error in OpenAI's protocol. */
export const errorResponse = (
  status: number,
  code: string,
  message: string,
  { param = null, headers = {} }: { param?: string | null; headers?: Record<string, string> } = {},
): Response => {
  const type = TYPES[status] ?? 'invalid_request_error'
  return Response.json({ error: { message, type, param, code } }, { status, headers })
}
