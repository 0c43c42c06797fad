import type { ChatRequest } from './request.ts'

/** Why generation ended: the answer is complete, or it reached the request's maximum. */
export type End = 'stop' | 'length'

const QUOTED = 60

/** Quotes the start of a text on one line. */
function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > QUOTED ? `${line.slice(0, QUOTED).trimEnd()}…` : line
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/**
 * Generates the answer's tokens, one per word. The answer says that it comes from the demo. Equal requests get equal
 * answers.
 */
export function answerTo({ model, messages, inputTokens, maxTokens }: ChatRequest): { tokens: string[]; end: End } {
  const last = messages.at(-1) ?? ''
  const text = `This is the demo of Keyward. No model runs behind “${model}”: every request gets this text.

Your last message begins with “${quote(last)}”. The request has ${plural(messages.length, 'message')} with about ${plural(inputTokens, 'token')}.

Everything else is real. Keyward authorized the request, reserved its highest possible cost in the budgets that apply to it, and now replaces the reservation with the cost of the tokens that you see. Look for them on the costs page of the project.`
  const tokens = text.match(/\s*\S+/g) ?? []
  return tokens.length > maxTokens ? { tokens: tokens.slice(0, maxTokens), end: 'length' } : { tokens, end: 'stop' }
}
