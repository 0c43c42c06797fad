import { oneOf, only, textSearch } from '../app/search.ts'

export const STATUSES = ['ACTIVE', 'PAUSED', 'EXPIRED', 'REVOKED', 'ALL'] as const
export const SORTS = ['NEWEST', 'NAME', 'CREATOR', 'LAST_USED', 'EXPIRES'] as const
export const WORKLOADS = [
  'INFERENCE',
  'CODE_INTERPRETER',
  'FINE_TUNING',
  'BATCH',
  'FILES',
  'ENDPOINTS',
  'CLUSTERS',
  'EVALUATIONS',
] as const
export const ADVICE_FILTERS = [
  'LEAKED',
  'EXPIRES_SOON',
  'UNUSED_90_DAYS',
  'CREATOR_GONE',
  'NO_EXPIRATION',
  'ROTATION_SAFE_TO_FINISH',
] as const

/** Filters, order and place of a list of keys, as the address has them. */
export type KeysSearch = ReturnType<typeof keysSearch>

const texts = textSearch('q', 'tag', 'after', 'before')

/** Id of a person or a service account. Another text would only fail at the server. */
const CREATOR = /^(usr|svc)_[0-9a-z]{26}$/

const textOf = (q: unknown): unknown => {
  const text = typeof q === 'number' ? String(q) : q
  return typeof text === 'string' ? withoutSecret(text) : text
}

export const keysSearch = (raw: Record<string, unknown>) => ({
  ...texts({ ...raw, q: textOf(raw.q) }),
  ...only({
    status: oneOf(raw.status, STATUSES),
    sort: oneOf(raw.sort, SORTS),
    reverse: raw.reverse === true ? true : undefined,
    workload: oneOf(raw.workload, WORKLOADS),
    expiring: raw.expiring === true ? true : undefined,
    advice: oneOf(raw.advice, ADVICE_FILTERS),
    mine: raw.mine === true ? true : undefined,
    creator: typeof raw.creator === 'string' && CREATOR.test(raw.creator) ? raw.creator : undefined,
  }),
})

/** A secret of Keyward. The first group keeps the characters that identify it. */
const SECRET = /(kw_[a-z]+_\w{6})\w+/g
/** Text of this length can be a secret of another system. */
const LONG = /\S{24,}/g
const FOREIGN_START = 8

/** The text to search for. A whole secret, pasted to find its key, must not reach the address or the server's log. */
export function withoutSecret(given: string): string {
  const text = given.replace(SECRET, '$1')
  return text.replace(LONG, (word) => word.slice(0, FOREIGN_START))
}
