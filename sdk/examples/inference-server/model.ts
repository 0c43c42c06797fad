import { setTimeout as pause } from 'node:timers/promises'

/** The training text of the model. */
const TEXT = `
  A key opens a door, and a door keeps a room. Whoever holds the key may enter the room, and nobody asks for a name. Whoever
  loses the key tells the porter, and the porter changes the lock before the night comes. The old key opens nothing after
  that, and the new key opens the same door. In the morning the porter counts the keys, writes down who took which key, and
  puts the book back on the shelf. A guest asks for a room with a window. The porter looks into the book, finds a room, and
  gives the guest a key for a night. The guest pays for the night, and the porter writes that down, too. When the night is
  over the key goes back to the porter, the door is shut, and the room waits for a guest. Nobody enters a room that is not
  theirs, and nobody pays for a night that was not theirs.
`

/** Delay per token, so that a stream can be watched and aborted. */
const TOKEN_MS = 20

/** A token is a word or a punctuation mark. */
const TOKEN = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]/gu
const isWord = (token: string): boolean => /[\p{L}\p{N}]/u.test(token)
const endsSentence = (token: string): boolean => /[.?!]/.test(token)

const tokensOf = (text: string): string[] => text.match(TOKEN) ?? []

/** Counts the tokens of a prompt or a completion. */
export const countTokens = (text: string): number => tokensOf(text).length

/** The possible successors of each token, as often as they occur in the text. The text is circular. */
function learn(text: string): Map<string, string[]> {
  const tokens = tokensOf(text)
  const following = new Map<string, string[]>()
  for (const [index, token] of tokens.entries()) {
    const next = tokens[(index + 1) % tokens.length] ?? ''
    following.set(token, [...(following.get(token) ?? []), next])
  }
  return following
}

const FOLLOWING = learn(TEXT)

/** Pseudo-random numbers from 0 to 1, the same for the same seed. */
function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

/** A request to the model. */
export interface Question {
  readonly prompt: string
  /** The same prompt with the same seed gets the same completion. */
  readonly seed: number
  /** Maximum number of tokens of the completion, thoughts included. */
  readonly maxTokens: number
  /** Number of tokens that the model thinks before it answers. */
  readonly thoughts: number
}

/** One token of a completion. */
export interface Piece {
  /** The token, with its preceding space. */
  readonly text: string
  /** Why it is the last token: the completion is finished, or the maximum is reached. Null for every other token. */
  readonly end: 'stop' | 'length' | null
  /** Whether it is a thought, which is not part of the completion. Its text is empty. */
  readonly isThought?: true
}

/** Generates a completion token by token, with one sentence per token of the prompt. */
export async function* generate({ prompt, seed, maxTokens, thoughts }: Question): AsyncGenerator<Piece, void> {
  for (let count = 1; count <= thoughts; count += 1) {
    await pause(TOKEN_MS)
    yield { text: '', end: count === maxTokens ? 'length' : null, isThought: true }
    if (count === maxTokens) return
  }
  const roll = dice(seed)
  let sentences = Math.max(1, countTokens(prompt))
  let token = '.'
  for (let count = 1; ; count += 1) {
    await pause(TOKEN_MS)
    const choices = FOLLOWING.get(token) ?? []
    token = choices[Math.floor(roll() * choices.length)] ?? '.'
    if (endsSentence(token)) sentences -= 1
    const end = sentences === 0 ? 'stop' : count + thoughts >= maxTokens ? 'length' : null
    yield { text: isWord(token) && count > 1 ? ` ${token}` : token, end }
    if (end) return
  }
}
