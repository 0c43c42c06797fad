import { BUDGET_PERIODS } from '@keyward/engine/lease/window'
import { isWithinPatterns } from '@keyward/engine/models'
import { parseUsd } from '@keyward/engine/money'
import { isWithinNetworks, parseNetwork, parseNetworks } from '@keyward/engine/networks'
import type { CreatorLeaves, KeyCreators, LeakedKeyAction, Workload } from '@keyward/prisma/generated/prisma/client'
import type { Actor } from '../core/actor.ts'
import { ForbiddenError, ValidationError, type ValidationIssue } from '../core/errors.ts'
import { type LimitSettings, merged, NO_LIMITS } from '../limit/settings/input.ts'
import { type RateSetting, rateKeyOf, rateKindOf, sortRates } from '../limit/settings/rates.ts'

/** Rules that a key policy of a project or an organization sets for keys. */
export interface Bounds {
  /** The owner of the policy, named in messages. */
  of: 'project' | 'organization'
  /** Maximum limits of a key. */
  maximumLimits: LimitSettings
  /** Longest lifetime of a key, in seconds; null if unlimited. */
  maxLifetimeSeconds: number | null
  requiresExpiration: boolean
  /** Days after which a secret is due for rotation; null if never. */
  rotateEveryDays: number | null
  /** Workloads, model patterns and networks that keys may use. Empty: all. */
  workloads: Workload[]
  models: string[]
  allowedIps: string[]
  creators: KeyCreators
}

/** The key policy of a project. */
export interface ProjectPolicy extends Bounds {
  of: 'project'
  /** Limits of new keys that specify none. */
  defaultLimits: LimitSettings
  leakedKeyAction: LeakedKeyAction
}

/** The key policy of an organization. */
export interface OrganizationPolicy extends Bounds {
  of: 'organization'
  whenCreatorLeaves: CreatorLeaves
}

/** The policies that bind the keys of a project. */
export interface KeyRules {
  project: ProjectPolicy
  organization: OrganizationPolicy
}

const UNBOUND = {
  maximumLimits: NO_LIMITS,
  maxLifetimeSeconds: null,
  requiresExpiration: false,
  rotateEveryDays: null,
  workloads: [],
  models: [],
  allowedIps: [],
  creators: 'ANYONE',
} satisfies Omit<Bounds, 'of'>

/** The policy of projects without one. */
export const DEFAULT_PROJECT_POLICY: ProjectPolicy = {
  ...UNBOUND,
  of: 'project',
  defaultLimits: NO_LIMITS,
  leakedKeyAction: 'REVOKE',
}

/** The policy of organizations that have not set one. */
export const DEFAULT_ORGANIZATION_POLICY: OrganizationPolicy = {
  ...UNBOUND,
  of: 'organization',
  whenCreatorLeaves: 'KEEP',
}

export const DEFAULT_RULES: KeyRules = { project: DEFAULT_PROJECT_POLICY, organization: DEFAULT_ORGANIZATION_POLICY }

const DAY_MS = 86_400_000

/** The rules of a key policy that a key can violate. */
export const ALL_RULES = [
  'CREATORS',
  'MAXIMUM_LIMITS',
  'EXPIRATION',
  'ROTATION',
  'WORKLOADS',
  'MODELS',
  'ALLOWED_IPS',
] as const
export type KeyRule = (typeof ALL_RULES)[number]

/** A violated rule, and the input field that can correct it. */
export interface Violation extends ValidationIssue {
  rule: KeyRule
}

const because = ({ of }: Bounds): string => `because of the key policy of this ${of}`

function lifetime(
  bounds: Bounds,
  { expiresAt }: { expiresAt: Date | null },
  now: Date,
  path: string[] = ['expiresAt'],
): Violation[] {
  const { maxLifetimeSeconds, requiresExpiration, of } = bounds
  const latest = maxLifetimeSeconds === null ? null : new Date(now.getTime() + maxLifetimeSeconds * 1000)
  const most = latest && `at most ${maxLifetimeSeconds} seconds ahead (${latest.toISOString()})`
  if (expiresAt === null) {
    if (!requiresExpiration && latest === null) return []
    const message = `The key policy of this ${of} requires an expiration${most ? `, ${most}` : ''}.`
    return [{ rule: 'EXPIRATION', path, message }]
  }
  if (latest === null || expiresAt <= latest) return []
  return [{ rule: 'EXPIRATION', path, message: `Must be ${most}, ${because(bounds)}.` }]
}

/**
 * A list that restricts a key must be within the list of its policy. If the policy has a list, the key's list must not
 * be empty.
 */
function within(
  rule: KeyRule,
  path: string,
  permitted: readonly string[],
  given: readonly string[],
  isIn: (value: string) => boolean,
  bounds: Bounds,
): Violation[] {
  if (permitted.length === 0 || (given.length > 0 && given.every(isIn))) return []
  return [{ rule, path: [path], message: `Must be within ${permitted.join(', ')}, ${because(bounds)}.` }]
}

/** The restrictions of a key. */
export interface Scopes {
  workloads: readonly Workload[]
  models: readonly string[]
  allowedIps: readonly string[]
}

function scopes(bounds: Bounds, given: Partial<Scopes>): Violation[] {
  const networks = parseNetworks(bounds.allowedIps)
  const isWithin = (value: string) => isWithinNetworks(parseNetwork(value), networks)
  const has = (value: string) => bounds.workloads.some((each) => each === value)
  const matches = (value: string) => isWithinPatterns(bounds.models, value)
  return [
    ...(given.workloads ? within('WORKLOADS', 'workloads', bounds.workloads, given.workloads, has, bounds) : []),
    ...(given.models ? within('MODELS', 'models', bounds.models, given.models, matches, bounds) : []),
    ...(given.allowedIps
      ? within('ALLOWED_IPS', 'allowedIps', bounds.allowedIps, given.allowedIps, isWithin, bounds)
      : []),
  ]
}

const findRate = (rates: readonly RateSetting[], like: RateSetting): RateSetting | undefined =>
  rates.find((each) => rateKeyOf(each) === rateKeyOf(like))

/** A missing limit counts as unlimited, unless `missing` permits it. */
function limits(
  bounds: Bounds,
  given: LimitSettings,
  { path = [], missing = false }: { path?: string[]; missing?: boolean } = {},
): Violation[] {
  const found: Violation[] = []
  const add = (field: string, message: string) =>
    found.push({ rule: 'MAXIMUM_LIMITS', path: [...path, field], message })
  const required = `The key policy of this ${bounds.of} requires`
  for (const most of bounds.maximumLimits.rates) {
    const own = findRate(given.rates, most)
    if (own ? own.max <= most.max : missing) continue
    const { unit, per, max } = most
    if (rateKindOf(most) === 'REQUESTS_PER_MINUTE')
      add('requestsPerMinute', `Must be at most ${max}, ${because(bounds)}.`)
    else add('rates', `${required} a rate of at most ${max} ${unit} per ${per}.`)
  }
  const { maxConcurrent } = bounds.maximumLimits
  if (maxConcurrent !== null && (given.maxConcurrent === null ? !missing : given.maxConcurrent > maxConcurrent)) {
    add('maxConcurrent', `Must be at most ${maxConcurrent}, ${because(bounds)}.`)
  }
  for (const { period, usd, onLimit } of bounds.maximumLimits.budgets) {
    const own = given.budgets.find((budget) => budget.period === period)
    const isEnough = own && parseUsd(own.usd) <= parseUsd(usd) && (onLimit === 'ALERT' || own.onLimit === 'REJECT')
    if (own ? isEnough : missing) continue
    const rejecting = onLimit === 'REJECT' ? ', with onLimit REJECT' : ''
    add('budgets', `${required} a ${period} budget of at most ${usd} US dollars${rejecting}.`)
  }
  return found
}

/** Throws ValidationError if there are violations. */
function refuse(found: Violation[]): void {
  if (found.length > 0) throw new ValidationError(found.map(({ path, message }) => ({ path, message })))
}

const each = ({ project, organization }: KeyRules): Bounds[] => [project, organization]

/** Throws if an expiration exceeds the maximum lifetime, or is missing although the policies require one. */
export function requireLifetime(rules: KeyRules, expiresAt: Date | null, now: Date, path?: string[]): void {
  refuse(each(rules).flatMap((bounds) => lifetime(bounds, { expiresAt }, now, path)))
}

/** Throws unless workloads, models and networks are within those of the policies. */
export function requireScopes(rules: KeyRules, given: Partial<Scopes>): void {
  refuse(each(rules).flatMap((bounds) => scopes(bounds, given)))
}

/** Throws if limits exceed the maximum. A missing limit counts as unlimited. */
export function requireLimits(rules: KeyRules, given: LimitSettings, path: string[] = []): void {
  refuse(each(rules).flatMap((bounds) => limits(bounds, given, { path })))
}

const onlyServiceAccounts = (bounds: Bounds): string => `Only service accounts may create keys, ${because(bounds)}.`

/** Throws unless a principal of this kind may create keys. */
export function requireCreator(rules: KeyRules, actor: Actor): void {
  if (actor.kind === 'SERVICE_ACCOUNT') return
  const bounds = each(rules).find(({ creators }) => creators === 'SERVICE_ACCOUNTS')
  if (!bounds) return
  throw new ForbiddenError('apiKey:create', [], onlyServiceAccounts(bounds))
}

/** Throws unless a project's policy is at least as strict as its organization's in every rule that it sets. */
export function requireTighter(organization: OrganizationPolicy, project: ProjectPolicy): void {
  const { maxLifetimeSeconds, rotateEveryDays } = project
  const most = (path: string, own: number | null, bound: number | null): Violation[] =>
    own === null || bound === null || own <= bound
      ? []
      : [{ rule: 'EXPIRATION', path: [path], message: `Must be at most ${bound}, ${because(organization)}.` }]
  const set = (list: readonly string[]): boolean => list.length > 0
  refuse([
    ...most('maxLifetimeSeconds', maxLifetimeSeconds, organization.maxLifetimeSeconds),
    ...most('rotateEveryDays', rotateEveryDays, organization.rotateEveryDays),
    ...scopes(organization, {
      ...(set(project.workloads) ? { workloads: project.workloads } : {}),
      ...(set(project.models) ? { models: project.models } : {}),
      ...(set(project.allowedIps) ? { allowedIps: project.allowedIps } : {}),
    }),
    ...limits(organization, project.maximumLimits, { path: ['maximumLimits'], missing: true }),
    ...limits(organization, project.defaultLimits, { path: ['defaultLimits'], missing: true }),
  ])
}

/** Throws if a project's default limits exceed its own maximum. Unset defaults are filled with the maximum. */
export function requireConsistent(project: ProjectPolicy): void {
  refuse(limits(project, project.defaultLimits, { path: ['defaultLimits'], missing: true }))
}

/** The properties of a key that its policies check. */
export interface JudgedKey extends Scopes {
  /** Null if a person created the key. */
  createdByServiceAccountId: string | null
  expiresAt: Date | null
  limits: LimitSettings
  /** Creation time of the current secret. */
  secretCreatedAt: Date
}

/** The rules that a key violates, because the rules are newer than the key or because time has passed. */
export function violationsOf(rules: KeyRules, key: JudgedKey, now: Date): Violation[] {
  return each(rules).flatMap((bounds) => {
    const { rotateEveryDays, creators, of } = bounds
    const isByPerson = creators === 'SERVICE_ACCOUNTS' && key.createdByServiceAccountId === null
    const isDue = rotateEveryDays !== null && key.secretCreatedAt.getTime() + rotateEveryDays * DAY_MS <= now.getTime()
    const message = `The key policy of this ${of} requires a rotation every ${rotateEveryDays} days.`
    return [
      ...(isByPerson ? [{ rule: 'CREATORS' as const, path: [], message: onlyServiceAccounts(bounds) }] : []),
      ...lifetime(bounds, key, now),
      ...(isDue ? [{ rule: 'ROTATION' as const, path: [], message }] : []),
      ...scopes(bounds, key),
      ...limits(bounds, key.limits),
    ]
  })
}

/**
 * The restrictions of a new key: the given ones, or else those of its project's policy, or else those of its
 * organization's.
 */
export function initialScopes<Given extends { workloads: Workload[]; models: string[]; allowedIps: string[] }>(
  { project, organization }: KeyRules,
  { workloads, models, allowedIps }: Given,
): { workloads: Workload[]; models: string[]; allowedIps: string[] } {
  const first = <T>(...lists: T[][]): T[] => lists.find((list) => list.length > 0) ?? []
  return {
    workloads: first(workloads, project.workloads, organization.workloads),
    models: first(models, project.models, organization.models),
    allowedIps: first(allowedIps, project.allowedIps, organization.allowedIps),
  }
}

/** The stricter of two limits of the same kind. */
function lower(limits: LimitSettings, maximum: LimitSettings): LimitSettings {
  const rates = limits.rates.map((own) => {
    const most = findRate(maximum.rates, own)
    return most && most.max < own.max ? { ...own, max: most.max } : own
  })
  const budgets = limits.budgets.map((own) => {
    const most = maximum.budgets.find(({ period }) => period === own.period)
    if (!most) return own
    const isLess = parseUsd(most.usd) < parseUsd(own.usd)
    return { ...own, usd: isLess ? most.usd : own.usd, onLimit: most.onLimit === 'REJECT' ? most.onLimit : own.onLimit }
  })
  return {
    maxConcurrent: [limits.maxConcurrent, maximum.maxConcurrent].reduce((own, most) =>
      own === null || most === null ? (own ?? most) : Math.min(own, most),
    ),
    rates: sortRates([...rates, ...maximum.rates.filter((most) => !findRate(rates, most))]),
    budgets: [
      ...budgets,
      ...maximum.budgets.filter(({ period }) => !budgets.some((own) => own.period === period)),
    ].sort((a, b) => BUDGET_PERIODS.indexOf(a.period) - BUDGET_PERIODS.indexOf(b.period)),
  }
}

/** The limits of a new key: the given ones, or else the project's defaults, within the maximum of both policies. */
export function initialLimits(
  { project, organization }: KeyRules,
  given: Parameters<typeof merged>[1] | null | undefined,
): LimitSettings {
  const initial = [project, organization].reduce(
    (own, { maximumLimits }) => lower(own, maximumLimits),
    project.defaultLimits,
  )
  return given ? merged(initial, given) : initial
}
