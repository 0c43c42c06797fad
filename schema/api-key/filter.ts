import type { Prisma, Workload } from '@keyward/prisma/generated/prisma/client'
import { RequestError } from '../core/errors.ts'
import { decodeAnyId } from '../core/ids.ts'
import { nameKey } from '../core/input.ts'
import { literally } from '../core/like.ts'
import { byId, byText, byTimeIfAny, type ListOrder } from '../graphql/pagination/list-order.ts'
import { isPaused, notPaused, type Pause, paused } from '../pause/state.ts'
import { adviceWhere } from './advice-filter.ts'
import type { ApiKeyAdvice } from './advice-kinds.ts'
import { type FoundKeys, type KeySearch, PART_SEARCH } from './sql.ts'

export type ApiKeyStatus = 'ACTIVE' | 'PAUSED' | 'EXPIRED' | 'REVOKED'

const DAY_MS = 86_400_000
/** A hundred years, so that the date stays within the database's range. */
const MAX_DAYS = 36_500

/** Minimum length of a search text that also matches the starts of secrets. */
export const START_SEARCH = 4

/** A filter of keys. All given conditions must hold. */
export interface ApiKeyFilter {
  statuses?: ApiKeyStatus[] | null | undefined
  search?: string | null | undefined
  workload?: Workload | null | undefined
  tag?: { key: string; value?: string | null | undefined } | null | undefined
  createdBy?: string | null | undefined
  expiresBefore?: Date | null | undefined
  unusedForDays?: number | null | undefined
  advice?: ApiKeyAdvice[] | null | undefined
}

/** UUIDs of the organizations whose keys a filter can match. */
export interface FilterScope {
  organizationIds: readonly string[]
  /** Organizations in which the caller can read names, and therefore whether a key's creator has left. */
  readableCreators: readonly string[]
}

/** The order of keys. */
export interface ApiKeyOrder {
  field: 'CREATED_AT' | 'NAME' | 'CREATED_BY' | 'EXPIRES_AT' | 'LAST_USED_AT'
  direction: 'ASC' | 'DESC'
}

/**
 * The status of a key at a time. Revoked is final. An expired key becomes active again if a later expiration is set.
 */
export function statusOf(key: { revokedAt: Date | null; expiresAt: Date | null } & Pause, now: Date): ApiKeyStatus {
  if (key.revokedAt) return 'REVOKED'
  if (key.expiresAt && key.expiresAt <= now) return 'EXPIRED'
  return isPaused(key, now) ? 'PAUSED' : 'ACTIVE'
}

/**
 * WHERE condition for live keys: neither revoked nor expired. A paused key is live: it keeps its name and counts
 * towards quotas.
 */
export const liveAt = (now: Date) => ({ revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] })

const STATUS: Record<ApiKeyStatus, (now: Date) => Prisma.ApiKeyWhereInput> = {
  ACTIVE: (now) => ({ AND: [liveAt(now), notPaused(now)] }),
  PAUSED: (now) => ({ AND: [liveAt(now), paused(now)] }),
  EXPIRED: (now) => ({ revokedAt: null, expiresAt: { lte: now } }),
  REVOKED: () => ({ revokedAt: { not: null } }),
}

/** WHERE condition for keys with a status at a time. */
export const statusWhere = (status: ApiKeyStatus, now: Date): Prisma.ApiKeyWhereInput => STATUS[status](now)

/**
 * WHERE condition for keys that work at a time: active, in a project and organization that are neither archived nor
 * paused.
 */
export const answering = (now: Date): Prisma.ApiKeyWhereInput => ({
  AND: [STATUS.ACTIVE(now), { project: { archivedAt: null, ...notPaused(now) } }, { organization: notPaused(now) }],
})

const invalid = (field: string[], message: string): RequestError =>
  RequestError.invalid([{ path: ['filter', ...field], message }])

function requireStorable(value: string, ...field: string[]): string {
  if (value.length > 256 || value.includes('\u0000') || !value.isWellFormed()) {
    throw invalid(field, 'Must have at most 256 characters, without NUL or unpaired surrogates.')
  }
  return value
}

/** Finds the keys of an organization by a part of their name and by the start of a secret. */
export type FindKeys = (search: KeySearch) => Promise<FoundKeys>

/**
 * Keys by a part of their name, or by the start of one of their secrets. These keys are found first: conditions on names and
 * secrets would be checked for every key of the list, and hide from the database how few keys match.
 */
async function searchWhere(
  search: string,
  organizationIds: readonly string[],
  find: FindKeys,
): Promise<Prisma.ApiKeyWhereInput> {
  const [part, text] = [nameKey(search), search.trim()]
  const name = [...part].length < PART_SEARCH ? null : part
  const start = text.length < START_SEARCH || /\s/.test(text) ? null : text
  const byName = { nameKey: { contains: literally(part) } }
  if (name === null && start === null) return byName
  const found = await Promise.all(organizationIds.map((organizationId) => find({ organizationId, name, start })))
  const [named, started] = [allOf(found.map((each) => each.byName)), allOf(found.map((each) => each.byStart))]
  const byStart =
    started === null
      ? { secrets: { some: { organizationId: { in: [...organizationIds] }, start: { startsWith: literally(text) } } } }
      : { id: { in: started } }
  const matches = start === null || started?.length === 0 ? byName : { OR: [byName, byStart] }
  // A key that was renamed after the search must not match.
  return named === null || (start !== null && started === null)
    ? matches
    : { id: { in: [...new Set([...named, ...(started ?? [])])] }, ...matches }
}

/** Ids that one condition may have, since Prisma takes 32,766 parameters and a condition can occur twice. */
const MAX_IDS = 10_000

/** All ids of lists; null if one of them is incomplete, or if there are too many for a condition. */
function allOf(lists: readonly (readonly string[] | null)[]): string[] | null {
  if (lists.includes(null)) return null
  const ids = lists.flatMap((list) => list ?? [])
  return ids.length > MAX_IDS ? null : ids
}

function createdByWhere(id: string): Prisma.ApiKeyWhereInput {
  const decoded = decodeAnyId(id)
  if (decoded?.type === 'User') return { createdByUserId: decoded.uuid }
  if (decoded?.type === 'ServiceAccount') return { createdByServiceAccountId: decoded.uuid }
  throw invalid(['createdBy'], 'Must be the id of a person (`usr_…`) or a service account (`svc_…`).')
}

/** The part of a filter's WHERE condition that needs no look-up. */
function plainWhere(filter: ApiKeyFilter, now: Date, scope: FilterScope): Prisma.ApiKeyWhereInput[] {
  const and: Prisma.ApiKeyWhereInput[] = []
  // An empty list of statuses matches no key. Prisma would leave out an `OR` without conditions.
  if (filter.statuses?.length === 0) and.push({ id: { in: [] } })
  else if (filter.statuses) and.push({ OR: [...new Set(filter.statuses)].map((status) => STATUS[status](now)) })
  if (filter.workload) and.push({ OR: [{ workloads: { isEmpty: true } }, { workloads: { has: filter.workload } }] })
  if (filter.tag) {
    const value = filter.tag.value == null ? {} : { value: requireStorable(filter.tag.value, 'tag', 'value') }
    and.push({ tags: { some: { key: requireStorable(filter.tag.key, 'tag', 'key'), ...value } } })
  }
  if (filter.createdBy != null) and.push(createdByWhere(filter.createdBy))
  if (filter.expiresBefore) and.push({ expiresAt: { lt: filter.expiresBefore } })
  if (filter.unusedForDays != null) {
    if (filter.unusedForDays > MAX_DAYS) throw invalid(['unusedForDays'], `Must be at most ${MAX_DAYS}.`)
    const since = new Date(now.getTime() - Math.max(0, filter.unusedForDays) * DAY_MS)
    and.push({ createdAt: { lt: since }, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: since } }] })
  }
  if (filter.advice) and.push(adviceWhere(filter.advice, now, scope.readableCreators))
  return and
}

/** WHERE condition for a key filter in organizations. Returns a promise only for a search. */
export function filterWhere(
  filter: ApiKeyFilter | null | undefined,
  scope: FilterScope,
  now: Date,
  find: FindKeys,
): Prisma.ApiKeyWhereInput | Promise<Prisma.ApiKeyWhereInput> {
  if (!filter) return {}
  const search = filter.search == null ? null : requireStorable(filter.search, 'search')
  const and = plainWhere(filter, now, scope)
  if (search === null) return { AND: and }
  return searchWhere(search, scope.organizationIds, find).then((found) => ({ AND: [found, ...and] }))
}

/** The list order of keys, with the id as tie-break. Ids grow with time, so they are the order of creation. */
export function orderOf(order: ApiKeyOrder | null | undefined): ListOrder {
  const direction = order?.direction === 'ASC' ? 'asc' : 'desc'
  switch (order?.field) {
    case 'NAME':
      return byText('nameKey', direction)
    case 'CREATED_BY':
      return byText('createdByName', direction)
    case 'EXPIRES_AT':
      return byTimeIfAny('expiresAt', direction)
    case 'LAST_USED_AT':
      return byTimeIfAny('lastUsedAt', direction)
    default:
      return byId(direction)
  }
}
