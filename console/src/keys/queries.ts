import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { issueOf } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import {
  type ApiKeyFilter,
  KeyDenialsDocument,
  KeyDocument,
  KeyHistoryDocument,
  KeyPolicyDocument,
  type KeyQuery,
  type KeyRowFragment,
  KeySpendDocument,
  KeyUsageDocument,
  OrganizationKeyCountsDocument,
  OrganizationKeysDocument,
  ProjectKeyCountsDocument,
  ProjectKeysDocument,
} from '../generated/graphql.ts'
import type { KeysSearch } from './search.ts'
import { orderOf } from './sorts.ts'

export type KeyRow = KeyRowFragment
export type KeyDetail = Extract<NonNullable<KeyQuery['node']>, { __typename: 'ApiKey' }>

const PAGE_SIZE = 25
const EXPIRING_MS = 30 * 86_400_000
const DAY_MS = 86_400_000
/** Keys are refetched after this time, because no stream of changes reports their uses. */
const LOOK_AGAIN_MS = 15_000
const SPENT_AGAIN_MS = 60_000

/** The key and the value of a tag in the address. Values may contain `=`. If there is no `=`, any value matches. */
function tagOf(text: string): [string, string?] {
  const at = text.indexOf('=')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function filterOf(search: KeysSearch, userId: string): ApiKeyFilter {
  const { q, status = 'ACTIVE', workload, expiring, advice, mine, tag, creator } = search
  const [key, value] = tag === undefined ? [] : tagOf(tag)
  return {
    ...(status === 'ALL' ? {} : { statuses: [status] }),
    ...(q ? { search: q } : {}),
    ...(workload ? { workload } : {}),
    ...(mine ? { createdBy: userId } : creator ? { createdBy: creator } : {}),
    ...(key ? { tag: { key, ...(value === undefined ? {} : { value }) } } : {}),
    ...(advice ? { advice: [advice] } : {}),
    ...(expiring ? { expiresBefore: new Date(startOfHour() + EXPIRING_MS).toISOString() } : {}),
  }
}

/** Rounded, so that the same page sends the same query. */
const startOfHour = (): number => Math.floor(Date.now() / 3_600_000) * 3_600_000

export const pageOf = (
  { after, before }: { after?: string | undefined; before?: string | undefined },
  size = PAGE_SIZE,
) => (before ? { last: size, before } : { first: size, ...(after ? { after } : {}) })

/** The scope of a list: an organization, or one of its projects. */
export interface KeyScope {
  organizationId: string
  projectId: string | undefined
  withBudget: boolean
  userId: string
}

/** A page of keys, according to the address of the list. */
export const keysQuery = ({ organizationId, projectId, withBudget, userId }: KeyScope, search: KeysSearch) =>
  queryOptions({
    queryKey: ['keys', organizationId, projectId ?? null, withBudget, search],
    queryFn: async ({ signal }) => {
      const shared = {
        ...pageOf(search),
        filter: filterOf(search, userId),
        orderBy: orderOf(search),
        withBudget,
      }
      if (projectId) {
        const { project } = await keyward.request(ProjectKeysDocument, { id: projectId, ...shared }, { signal })
        return project?.apiKeys ?? null
      }
      const { organization } = await keyward.request(
        OrganizationKeysDocument,
        { id: organizationId, ...shared },
        { signal },
      )
      return organization?.apiKeys ?? null
    },
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
  })

/** Number of keys of a list, by status and by recommendation. Loaded after the page, because counting takes longer. */
export const keyCountsQuery = ({ organizationId, projectId, userId }: KeyScope, search: KeysSearch) => {
  const { after: _after, before: _before, sort: _sort, reverse: _reverse, ...filters } = search
  return queryOptions({
    queryKey: ['key-counts', organizationId, projectId ?? null, filters],
    queryFn: async ({ signal }) => {
      const filter = filterOf(filters, userId)
      if (projectId) {
        const { project } = await keyward.request(ProjectKeyCountsDocument, { id: projectId, filter }, { signal })
        return project?.apiKeys ?? null
      }
      const variables = { id: organizationId, filter }
      return (await keyward.request(OrganizationKeyCountsDocument, variables, { signal })).organization?.apiKeys ?? null
    },
    placeholderData: keepPreviousData,
  })
}

/**
 * The amounts that keys spent this month, by id. Keys with a budget already have their amount. The others are loaded
 * after the page.
 */
export const keySpendQuery = (ids: readonly string[], timeZone: string) =>
  queryOptions({
    queryKey: ['key-spend', ids, timeZone],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, string>> => {
      const now = Date.now()
      const span = { from: new Date(now).toISOString(), to: new Date(now + 1).toISOString() }
      const ask = (zone: string) =>
        keyward.request(
          KeySpendDocument,
          { ids: [...ids], month: { ...span, granularity: 'MONTH', timeZone: zone } },
          { signal },
        )
      // The sums of this month may not yet be divisible into months of the zone.
      const { nodes } = await ask(timeZone).catch((error: unknown) => {
        if (timeZone === 'UTC' || issueOf(error, 'timeZone') === undefined) throw error
        return ask('UTC')
      })
      return new Map(
        nodes.flatMap((node) => (node?.__typename === 'ApiKey' && node.usage ? [[node.id, node.usage.total]] : [])),
      )
    },
    enabled: ids.length > 0,
    // Meanwhile, a page with some of the same keys shows the earlier amounts.
    placeholderData: keepPreviousData,
    refetchInterval: SPENT_AGAIN_MS,
  })

/** A key with its secrets, scopes and limits. Null if it is not visible. */
export const keyQuery = (id: string, withBudget: boolean, withPolicy: boolean) =>
  queryOptions({
    queryKey: ['key', id, withBudget, withPolicy],
    queryFn: async ({ signal }): Promise<KeyDetail | null> => {
      const { node } = await keyward.request(KeyDocument, { id, withBudget, withPolicy }, { signal })
      return node?.__typename === 'ApiKey' ? node : null
    },
    refetchInterval: LOOK_AGAIN_MS,
  })

/** The last days, by day, or the last day, by hour. */
function lastDays(days: number) {
  const to = startOfHour() + 3_600_000
  return {
    from: new Date(to - days * DAY_MS).toISOString(),
    to: new Date(to).toISOString(),
    granularity: days === 1 ? ('HOUR' as const) : ('DAY' as const),
  }
}

/** The denied requests of a key, by day and reason. */
export const keyDenialsQuery = (id: string, days: number) =>
  queryOptions({
    queryKey: ['key-denials', id, days],
    queryFn: async ({ signal }) => {
      const { node } = await keyward.request(KeyDenialsDocument, { id, input: lastDays(days) }, { signal })
      return node?.__typename === 'ApiKey' ? (node.denials ?? null) : null
    },
  })

/** The usage of a key, by day, or by hour for the last day. */
export const keyUsageQuery = (id: string, days: number) =>
  queryOptions({
    queryKey: ['key-usage', id, days],
    queryFn: async ({ signal }) => {
      const { node } = await keyward.request(KeyUsageDocument, { id, input: lastDays(days) }, { signal })
      return node?.__typename === 'ApiKey' ? (node.usage ?? null) : null
    },
  })

/** The audit events of a key. */
export const keyHistoryQuery = (projectId: string, keyId: string) =>
  queryOptions({
    queryKey: ['key-history', projectId, keyId],
    queryFn: async ({ signal }) => {
      const { project } = await keyward.request(KeyHistoryDocument, { projectId, keyId }, { signal })
      return project?.auditLog?.nodes ?? []
    },
  })

/** The key policy of a project. */
export const keyPolicyQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['key-policy', projectId],
    queryFn: async ({ signal }) =>
      (await keyward.request(KeyPolicyDocument, { projectId }, { signal })).project?.keyPolicy ?? null,
  })
