import { z } from 'zod'
import { listOf, text } from '../core/input.ts'

export const MAX_CONDITIONS = 10
export const MAX_CLAIM = 100
export const MAX_CLAIM_PATTERN = 300
/** Maximum number of wildcards in one pattern. */
const MAX_WILDCARDS = 5
/** Maximum length of a claim's value that a condition compares. */
const MAX_VALUE = 2_000

/**
 * Claims that name a workload or its owner. One of them is required. Other claims, such as `ref`, can also be true for
 * tokens of strangers.
 */
export const IDENTIFYING_CLAIMS = [
  'sub',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'project_path',
  'project_id',
  'namespace_path',
  'namespace_id',
] as const

const isIdentifying = (claim: string): boolean => IDENTIFYING_CLAIMS.some((each) => each === claim)

/** A claim that a token must carry, with a value that matches this pattern. */
const condition = z.object({
  claim: text(MAX_CLAIM).refine((claim) => claim !== '', { error: 'Must not be empty.' }),
  pattern: text(MAX_CLAIM_PATTERN)
    .refine((pattern) => pattern !== '' && !pattern.startsWith('*'), { error: 'Must not be empty or begin with `*`.' })
    .refine((pattern) => pattern.split('*').length - 1 <= MAX_WILDCARDS, {
      error: `Must have at most ${MAX_WILDCARDS} wildcards.`,
    }),
})

export type Condition = z.infer<typeof condition>

/**
 * The conditions of a trust. Stored conditions are parsed with this schema, too. If they cannot be parsed, the token is
 * denied.
 */
export const conditions = listOf(condition, MAX_CONDITIONS, `Must have at most ${MAX_CONDITIONS} conditions.`)
  .refine((list) => list.length > 0, { error: 'Must have at least one condition.', abort: true })
  .refine((list) => list.some(({ claim }) => isIdentifying(claim)), {
    error: `Must have a condition on one of ${IDENTIFYING_CLAIMS.join(', ')}.`,
  })

/**
 * Whether a value matches a pattern. `*` matches any characters, also none. Every other character matches itself. Takes
 * linear time.
 */
export function matchesPattern(pattern: string, value: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return value === pattern
  if (!value.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = value.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return value.length - last.length >= at && value.endsWith(last)
}

/** Whether the claims of a token meet every condition. A claim that is a list or an object meets none. */
export const meets = (list: readonly Condition[], claims: object): boolean =>
  list.every(({ claim, pattern }) => {
    const value: unknown = Object.getOwnPropertyDescriptor(claims, claim)?.value
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false
    const compared = String(value)
    return compared.length <= MAX_VALUE && matchesPattern(pattern, compared)
  })
