import { BUDGET_PERIODS } from '@keyward/engine/lease/window'
import { isWithinPatterns } from '@keyward/engine/models'
import { parseUsd } from '@keyward/engine/money'
import type { Database, Transaction } from '@keyward/prisma/database'
import { type KeyPolicyBound, LeakedKeyAction } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { models as modelsInput } from '../api-key/input.ts'
import type { Caller } from '../core/caller.ts'
import { ValidationError, type ValidationIssue } from '../core/errors.ts'
import { parse } from '../core/input.ts'
import { type LimitSettings, limitSettings, merged, NO_LIMITS } from '../limit/settings/input.ts'
import { type RateSetting, rateKindOf, sortRates } from '../limit/settings/rates.ts'
import { describeLimits, type LimitScope, rowsOf, scopeIdOf, settingsOf } from '../limit/settings/store.ts'
import { resolveModels } from '../model/patterns.ts'
import { findProject, targetOf } from '../project/access.ts'
import { requireLive } from '../project/service.ts'
import { lockProject } from '../project/sql.ts'
import type { Details } from '../write/audit/chain.ts'
import { change, type UnitOfWork } from '../write/unit-of-work.ts'
import { readPolicies } from './sql.ts'

/** The bounds of a maximum lifetime. The upper one is the largest Int of GraphQL. */
export const MIN_LIFETIME_SECONDS = 60
export const MAX_LIFETIME_SECONDS = 2_147_483_647

/** The key policy of a project. */
export interface KeyPolicySettings {
  /** Limits of new keys that specify none. */
  defaultLimits: LimitSettings
  /** Maximum limits of a key. */
  maximumLimits: LimitSettings
  /** Longest lifetime of a key, in seconds; null if unlimited. */
  maxLifetimeSeconds: number | null
  leakedKeyAction: LeakedKeyAction
  /** Patterns of the models that keys may be used for. Empty: all. */
  models: string[]
}

/** The policy of projects without one. */
export const DEFAULT_POLICY: KeyPolicySettings = {
  defaultLimits: NO_LIMITS,
  maximumLimits: NO_LIMITS,
  maxLifetimeSeconds: null,
  leakedKeyAction: 'REVOKE',
  models: [],
}

/** The policies of projects, in the order of their ids. */
export async function policiesOf(
  database: Transaction | Database['prisma'],
  projectIds: readonly string[],
): Promise<KeyPolicySettings[]> {
  const rows = await readPolicies(database, [...projectIds])
  return projectIds.map((id) => {
    const own = rows.filter((row) => row.project_id === id)
    const [first] = own
    if (!first) return DEFAULT_POLICY
    const limitsOf = (bound: KeyPolicyBound) =>
      settingsOf(own.flatMap((row) => (row.bound === bound && row.limit ? [row.limit] : [])))
    return {
      defaultLimits: limitsOf('DEFAULT'),
      maximumLimits: limitsOf('MAXIMUM'),
      maxLifetimeSeconds: first.max_lifetime_seconds,
      leakedKeyAction: first.leaked_key_action,
      models: first.models,
    }
  })
}

/** The policy of one project, as a transaction sees it. */
export async function policyOf(tx: Transaction, projectId: string): Promise<KeyPolicySettings> {
  const [policy = DEFAULT_POLICY] = await policiesOf(tx, [projectId])
  return policy
}

/** Throws if an expiration exceeds the policy's maximum lifetime, or is missing although the policy has one. */
export function requireLifetime(
  { maxLifetimeSeconds }: KeyPolicySettings,
  expiresAt: Date | null,
  now: Date,
  path: string[] = ['expiresAt'],
): void {
  if (maxLifetimeSeconds === null) return
  const latest = new Date(now.getTime() + maxLifetimeSeconds * 1000)
  if (expiresAt !== null && expiresAt <= latest) return
  const most = `at most ${maxLifetimeSeconds} seconds ahead (${latest.toISOString()})`
  throw ValidationError.at(
    path,
    expiresAt === null
      ? `The key policy of this project requires an expiration, ${most}.`
      : `Must be ${most}, because of the key policy of this project.`,
  )
}

/** Throws unless everything that a key's patterns match is matched by the policy's. */
export function requireModels(
  { models: permitted }: Pick<KeyPolicySettings, 'models'>,
  models: readonly string[],
  path: string[] = ['models'],
): void {
  if (permitted.length === 0) return
  if (models.length > 0 && models.every((each) => isWithinPatterns(permitted, each))) return
  throw ValidationError.at(path, `Must be within ${permitted.join(', ')}, because of the key policy of this project.`)
}

/** The models of a new key: the given ones, else all that the policy permits. */
export function initialModels(policy: Pick<KeyPolicySettings, 'models'>, given: string[]): string[] {
  if (given.length === 0) return policy.models
  requireModels(policy, given)
  return given
}

const findRate = (rates: readonly RateSetting[], like: RateSetting): RateSetting | undefined =>
  rates.find((each) => rateKindOf(each) === rateKindOf(like))

type GivenLimits = Parameters<typeof merged>[1]

/** The limits of a new key: the given ones, else the policy's defaults, else its maximum. */
export function initialLimits(
  { defaultLimits, maximumLimits }: KeyPolicySettings,
  given: GivenLimits | null | undefined,
): LimitSettings {
  const has = new Set(defaultLimits.budgets.map(({ period }) => period))
  const budgets = [...defaultLimits.budgets, ...maximumLimits.budgets.filter(({ period }) => !has.has(period))]
  const initial = {
    rates: sortRates([
      ...defaultLimits.rates,
      ...maximumLimits.rates.filter((most) => !findRate(defaultLimits.rates, most)),
    ]),
    budgets: budgets.sort((a, b) => BUDGET_PERIODS.indexOf(a.period) - BUDGET_PERIODS.indexOf(b.period)),
  }
  return given ? merged(initial, given) : initial
}

/** Throws if limits exceed the policy's maximum. A missing limit counts as unlimited. */
export function requireWithinMaximum(
  { maximumLimits }: Pick<KeyPolicySettings, 'maximumLimits'>,
  limits: LimitSettings,
  path: string[] = [],
): void {
  const issues: ValidationIssue[] = []
  for (const most of maximumLimits.rates) {
    const own = findRate(limits.rates, most)
    if (own && own.max <= most.max) continue
    const { unit, per, max } = most
    const isPerMinute = rateKindOf(most) === 'REQUESTS_PER_MINUTE'
    const message = isPerMinute
      ? `Must be at most ${max}, because of the key policy of this project.`
      : `The key policy of this project requires a rate of at most ${max} ${unit} per ${per}.`
    issues.push({ path: [...path, isPerMinute ? 'requestsPerMinute' : 'rates'], message })
  }
  for (const { period, usd, onLimit } of maximumLimits.budgets) {
    const own = limits.budgets.find((budget) => budget.period === period)
    const isEnough = own && parseUsd(own.usd) <= parseUsd(usd) && (onLimit === 'ALERT' || own.onLimit === 'REJECT')
    if (isEnough) continue
    const rejecting = onLimit === 'REJECT' ? ', with onLimit REJECT' : ''
    const message = `The key policy of this project requires a ${period} budget of at most ${usd} US dollars${rejecting}.`
    issues.push({ path: [...path, 'budgets'], message })
  }
  if (issues.length > 0) throw new ValidationError(issues)
}

/** The rows for the limits of a new key. It has no usage yet, so no amount needs to be computed. */
export const firstLimitRows = (scope: LimitScope, limits: LimitSettings, now: Date) =>
  rowsOf(limits).map((row) => ({ ...row, ...scope, scopeId: scopeIdOf(scope), setAt: now }))

const maxLifetimeSeconds = z
  .number()
  .int()
  .min(MIN_LIFETIME_SECONDS, { error: `Must be at least ${MIN_LIFETIME_SECONDS}.` })
  .max(MAX_LIFETIME_SECONDS, { error: `Must be at most ${MAX_LIFETIME_SECONDS}.` })

export const projectKeyPolicySetInput = z.object({
  projectId: z.string(),
  defaultLimits: limitSettings.nullish(),
  maximumLimits: limitSettings.nullish(),
  maxLifetimeSeconds: maxLifetimeSeconds.nullish(),
  leakedKeyAction: z.enum(LeakedKeyAction).nullish(),
  models: modelsInput.nullish(),
})

/** Omitted values stay; null restores the default. */
const given = <T>(value: T | null | undefined, before: T, none: T): T =>
  value === undefined ? before : (value ?? none)

function describe({ defaultLimits, maximumLimits, ...rest }: KeyPolicySettings): Details {
  const [initial, most] = [describeLimits(defaultLimits), describeLimits(maximumLimits)]
  return {
    defaultRequestsPerMinute: initial.requestsPerMinute ?? null,
    defaultRates: initial.rates ?? [],
    defaultBudgets: initial.budgets ?? [],
    maximumRequestsPerMinute: most.requestsPerMinute ?? null,
    maximumRates: most.rates ?? [],
    maximumBudgets: most.budgets ?? [],
    ...rest,
  }
}

async function write(
  { tx, now }: UnitOfWork,
  project: { id: string; organizationId: string },
  policy: KeyPolicySettings,
): Promise<void> {
  const { id: projectId, organizationId } = project
  const { defaultLimits, maximumLimits, ...rest } = policy
  const data = { ...rest, organizationId, setAt: now }
  await tx.keyPolicy.upsert({ where: { projectId }, create: { projectId, ...data }, update: data })
  await tx.keyPolicyLimit.deleteMany({ where: { projectId } })
  await tx.keyPolicyLimit.createMany({
    data: [
      ...rowsOf(defaultLimits).map((row) => ({ ...row, projectId, bound: 'DEFAULT' as const })),
      ...rowsOf(maximumLimits).map((row) => ({ ...row, projectId, bound: 'MAXIMUM' as const })),
    ],
  })
}

/**
 * Sets what bounds the keys of a project. It holds for what is done to keys from then on: keys that are there keep their
 * limits and expirations until those are set again.
 */
export async function setKeyPolicy(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const { projectId: id, ...fields } = parse(projectKeyPolicySetInput, input)
  if (Object.values(fields).every((value) => value === undefined)) {
    throw ValidationError.at('maximumLimits', 'Give at least one field; null restores its default.')
  }
  const found = await findProject(caller, id)
  const { id: projectId } = found
  return change(caller, [{ action: 'project:setKeyPolicy', target: targetOf(found) }], async (unit) => {
    await lockProject(unit.tx, projectId)
    const project = await unit.tx.project.findUniqueOrThrow({ where: { id: projectId } })
    requireLive(project)
    const before = await policyOf(unit.tx, projectId)
    const after: KeyPolicySettings = {
      defaultLimits: given(fields.defaultLimits, before.defaultLimits, NO_LIMITS),
      maximumLimits: given(fields.maximumLimits, before.maximumLimits, NO_LIMITS),
      maxLifetimeSeconds: given(fields.maxLifetimeSeconds, before.maxLifetimeSeconds, null),
      leakedKeyAction: given(fields.leakedKeyAction, before.leakedKeyAction, DEFAULT_POLICY.leakedKeyAction),
      models: given(
        fields.models && (await resolveModels(unit.tx, caller.access, fields.models, projectId)),
        before.models,
        [],
      ),
    }
    // Unset defaults are filled with the maximum, so only set ones can exceed it.
    requireWithinMaximum(after, initialLimits(after, null), ['defaultLimits'])
    await write(unit, project, after)
    const { organizationId, name } = project
    unit.audit({
      organizationId,
      projectId,
      action: 'project.keyPolicySet',
      targetType: 'Project',
      targetId: projectId,
      targetName: name,
      details: {
        ...describe(after),
        ...Object.fromEntries(Object.entries(describe(before)).map(([fact, value]) => [`${fact}Before`, value])),
      },
    })
    unit.publish({ organizationId, projectId, kind: 'PROJECT_CHANGED', subjectId: projectId })
    return { projectId }
  })
}
