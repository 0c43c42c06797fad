import { createHash } from 'node:crypto'

/** How many statements are kept prepared, on every connection, and how many texts are remembered to choose them. */
const MOST_NAMES = 300
const MOST_TEXTS = 3000

/** How often a text must come before it is worth preparing: lists of every length make texts that come once. */
const WORTH_IT = 3

/** A name under which a statement is kept prepared: the same for the same text, in every process. */
export function statementName(text: string): string {
  return createHash('sha1').update(text).digest('base64url')
}

/**
 * Chooses which of Prisma's statements are kept prepared: planning one of its joins takes longer than running it. Bounded,
 * because the server keeps them all, on each connection, for as long as that lives. An empty name means: not this one.
 */
export function statementNamer(): (query: { sql: string }) => string {
  const names = new Map<string, string>()
  let seen = new Map<string, number>()
  return ({ sql }) => {
    const name = names.get(sql)
    if (name !== undefined) return name
    if (names.size >= MOST_NAMES) return ''
    const times = (seen.get(sql) ?? 0) + 1
    if (times >= WORTH_IT) {
      const chosen = statementName(sql)
      names.set(sql, chosen)
      seen.delete(sql)
      return chosen
    }
    if (seen.size >= MOST_TEXTS) seen = new Map()
    seen.set(sql, times)
    return ''
  }
}
