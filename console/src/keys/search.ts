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

/** Filters, order and scope of a list of keys, as stored in the address. */
export type KeysSearch = ReturnType<typeof keysSearch>

const texts = textSearch('q', 'tag', 'after', 'before')

/** The id of a person or a service account. The server would reject any other text. */
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

/** Matches a secret of Keyward. The first group contains the characters that identify the key. */
const SECRET = /(kw_[a-z]+_\w{6})\w+/g
/** A text of this length may be a secret of another system. */
const LONG = /\S{24,}/g
const FOREIGN_START = 8

/**
 * The text to search for. A person may paste a whole secret to find its key. The secret must not get into the address
 * or the server's log.
 */
export function withoutSecret(given: string): string {
  const text = given.replace(SECRET, '$1')
  return text.replace(LONG, (word) => word.slice(0, FOREIGN_START))
}
