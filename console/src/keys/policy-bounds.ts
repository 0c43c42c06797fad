import { useQuery } from '@tanstack/react-query'
import type { Project } from '../app/session.ts'
import type { KeyPolicyQuery, Workload } from '../generated/graphql.ts'
import { keyPolicyQuery } from './queries.ts'
import { WORKLOADS } from './search.ts'

type KeyPolicy = NonNullable<NonNullable<KeyPolicyQuery['project']>['keyPolicy']>

/** The combined rules of the key policies of a project and its organization. */
export interface PolicyBounds {
  /** The longest lifetime, in seconds. Null: any. */
  maximumSeconds: number | null
  requiresExpiration: boolean
  /** The permitted workloads. Null: all. */
  workloads: readonly Workload[] | null
  /** The permitted models of each policy that restricts them. */
  models: readonly (readonly string[])[]
  /** The permitted networks of each policy that restricts them. */
  networks: readonly (readonly string[])[]
  /** Whether people may not create keys. */
  onlyServiceAccounts: boolean
}

const FREE: PolicyBounds = {
  maximumSeconds: null,
  requiresExpiration: false,
  workloads: null,
  models: [],
  networks: [],
  onlyServiceAccounts: false,
}

function boundsOf(policy: KeyPolicy): PolicyBounds {
  const both = [policy, policy.organizationPolicy]
  const lifetimes = both.map(({ maxLifetimeSeconds }) => maxLifetimeSeconds).filter((bound) => bound != null)
  const restricting = both.map(({ workloads }) => workloads).filter((list) => list.length > 0)
  return {
    maximumSeconds: lifetimes.length > 0 ? Math.min(...lifetimes) : null,
    requiresExpiration: both.some(({ requiresExpiration }) => requiresExpiration),
    workloads:
      restricting.length > 0 ? WORKLOADS.filter((one) => restricting.every((list) => list.includes(one))) : null,
    models: both.map(({ models }) => models).filter((list) => list.length > 0),
    networks: both.map(({ allowedIps }) => allowedIps).filter((list) => list.length > 0),
    onlyServiceAccounts: both.some(({ creators }) => creators === 'SERVICE_ACCOUNTS'),
  }
}

/**
 * Reads the combined rules for the keys of a project. People who may not read the key policy see no rules here, but the
 * server enforces them.
 */
export function usePolicyBounds(project: Project | undefined): PolicyBounds {
  const { data } = useQuery({
    ...keyPolicyQuery(project?.id ?? ''),
    enabled: project?.canReadKeyPolicy ?? false,
  })
  return data ? boundsOf(data) : FREE
}

/** A sentence that lists the permitted values. Both policies apply to a key. */
export function permitted(lists: PolicyBounds['models']): string {
  const [first, second] = lists.map((list) => list.join(', '))
  if (!first) return ''
  return `The key policy permits ${first}${second && second !== first ? `, and the organization’s ${second}` : ''}.`
}
