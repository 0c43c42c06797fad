import { createHash } from 'node:crypto'

/** Maximum number of statements to prepare on every connection, and of texts to count for choosing them. */
const MOST_NAMES = 300
const MOST_TEXTS = 3000

/** How often a text must occur before it is prepared, because a list in a query makes a new text for every length. */
const WORTH_IT = 3

/** Derives the name of a prepared statement from its text, so that it is the same in every process. */
export function statementName(text: string): string {
  return createHash('sha1').update(text).digest('base64url')
}

/**
 * Chooses which of Prisma's statements to prepare, because planning one of its joins takes longer than running it. Their
 * number is bounded: PostgreSQL keeps each until its connection ends. An empty name leaves a statement unprepared.
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
