import type { Database, Transaction } from '@keyward/prisma/database'
import {
  CreatorLeaves,
  KeyCreators,
  type KeyPolicyBound,
  LeakedKeyAction,
} from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { allowedIps, models as modelsInput, workloads } from '../api-key/input.ts'
import type { Caller } from '../core/caller.ts'
import { ValidationError } from '../core/errors.ts'
import { parse } from '../core/input.ts'
import { readStoredList } from '../core/stored.ts'
import { type LimitSettings, limitSettings, NO_LIMITS } from '../limit/settings/input.ts'
import { describeLimits, rowsOf, settingsOf } from '../limit/settings/store.ts'
import { resolveModels } from '../model/patterns.ts'
import { changeOrganization } from '../organization/service.ts'
import { changeProject, record as recordProject, requireLive } from '../project/service.ts'
import type { Details } from '../write/audit/chain.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'
import {
  type Bounds,
  DEFAULT_ORGANIZATION_POLICY,
  DEFAULT_PROJECT_POLICY,
  type KeyRules,
  type OrganizationPolicy,
  type ProjectPolicy,
  requireConsistent,
  requireTighter,
} from './bounds.ts'
import { type PolicyRow, readPolicies } from './sql.ts'

/** The bounds of a maximum lifetime. The upper one is the largest Int of GraphQL. */
export const MIN_LIFETIME_SECONDS = 60
export const MAX_LIFETIME_SECONDS = 2_147_483_647
/** Maximum number of days between two rotations: ten years. */
export const MAX_ROTATION_DAYS = 3_650

/** A project and its organization. */
export interface ProjectRef {
  id: string
  organizationId: string
}

type Connection = Transaction | Database['prisma']

function boundsOf(rows: readonly PolicyRow[], first: PolicyRow): Omit<Bounds, 'of'> & { defaultLimits: LimitSettings } {
  const limitsOf = (bound: KeyPolicyBound) =>
    settingsOf(rows.flatMap((row) => (row.bound === bound && row.limit ? [row.limit] : [])))
  return {
    defaultLimits: limitsOf('DEFAULT'),
    maximumLimits: limitsOf('MAXIMUM'),
    maxLifetimeSeconds: first.max_lifetime_seconds,
    requiresExpiration: first.requires_expiration,
    rotateEveryDays: first.rotate_every_days,
    workloads: readStoredList(first.workloads),
    models: readStoredList(first.models),
    allowedIps: readStoredList(first.allowed_ips),
    creators: first.creators,
  }
}

function projectPolicy(rows: readonly PolicyRow[]): ProjectPolicy {
  const [first] = rows
  if (!first) return DEFAULT_PROJECT_POLICY
  const leakedKeyAction = first.leaked_key_action ?? DEFAULT_PROJECT_POLICY.leakedKeyAction
  return { ...boundsOf(rows, first), of: 'project', leakedKeyAction }
}

function organizationPolicy(rows: readonly PolicyRow[]): OrganizationPolicy {
  const [first] = rows
  if (!first) return DEFAULT_ORGANIZATION_POLICY
  const { defaultLimits: _none, ...bounds } = boundsOf(rows, first)
  return { ...bounds, of: 'organization', whenCreatorLeaves: first.when_creator_leaves ?? 'KEEP' }
}

function byScopeId(rows: readonly PolicyRow[]): Map<string, PolicyRow[]> {
  const grouped = new Map<string, PolicyRow[]>()
  for (const row of rows) grouped.set(row.scope_id, [...(grouped.get(row.scope_id) ?? []), row])
  return grouped
}

/** The policies of organizations, in the order of their ids. */
export async function organizationPoliciesOf(
  database: Connection,
  organizationIds: readonly string[],
): Promise<OrganizationPolicy[]> {
  const byScope = byScopeId(await readPolicies(database, [...organizationIds]))
  return organizationIds.map((id) => organizationPolicy(byScope.get(id) ?? []))
}

/** The policies that bind the keys of projects, in the order of the projects. */
export async function rulesOfAll(database: Connection, projects: readonly ProjectRef[]): Promise<KeyRules[]> {
  const scopes = new Set(projects.flatMap(({ id, organizationId }) => [id, organizationId]))
  const rows = scopes.size === 0 ? [] : await readPolicies(database, [...scopes])
  const byScope = byScopeId(rows)
  return projects.map(({ id, organizationId }) => ({
    project: projectPolicy(byScope.get(id) ?? []),
    organization: organizationPolicy(byScope.get(organizationId) ?? []),
  }))
}

/** Every policy of an organization and of its projects. `projectId` is null for the organization's own. */
export async function policiesWithin(
  database: Connection,
  organizationId: string,
): Promise<{ projectId: string | null; bounds: Bounds }[]> {
  const byScope = byScopeId(await readPolicies(database, [], organizationId))
  return [...byScope].map(([scopeId, rows]) =>
    scopeId === organizationId
      ? { projectId: null, bounds: organizationPolicy(rows) }
      : { projectId: scopeId, bounds: projectPolicy(rows) },
  )
}

/** The policies that bind the keys of one project, as a transaction sees them. */
export async function rulesOf(tx: Transaction, project: ProjectRef): Promise<KeyRules> {
  const [rules] = await rulesOfAll(tx, [project])
  if (!rules) throw new Error('No rules were read for the project.')
  return rules
}

const maxLifetimeSeconds = z
  .number()
  .int()
  .min(MIN_LIFETIME_SECONDS, { error: `Must be at least ${MIN_LIFETIME_SECONDS}.` })
  .max(MAX_LIFETIME_SECONDS, { error: `Must be at most ${MAX_LIFETIME_SECONDS}.` })

const rotateEveryDays = z
  .number()
  .int()
  .min(1, { error: 'Must be at least 1.' })
  .max(MAX_ROTATION_DAYS, { error: `Must be at most ${MAX_ROTATION_DAYS}.` })

/** The rules that both kinds of policy set. Omitted fields stay unchanged. Null restores the default. */
const boundFields = {
  maximumLimits: limitSettings.nullish(),
  maxLifetimeSeconds: maxLifetimeSeconds.nullish(),
  requiresExpiration: z.boolean().nullish(),
  rotateEveryDays: rotateEveryDays.nullish(),
  workloads: workloads.nullish(),
  models: modelsInput.nullish(),
  allowedIps: allowedIps.nullish(),
  creators: z.enum(KeyCreators).nullish(),
}

export const projectKeyPolicySetInput = z.object({
  projectId: z.string(),
  ...boundFields,
  defaultLimits: limitSettings.nullish(),
  leakedKeyAction: z.enum(LeakedKeyAction).nullish(),
})

export const organizationKeyPolicySetInput = z.object({
  organizationId: z.string(),
  ...boundFields,
  whenCreatorLeaves: z.enum(CreatorLeaves).nullish(),
})

/** A value after a change. Omitted: unchanged. Null: the default. */
const given = <T>(value: T | null | undefined, before: T, none: T): T =>
  value === undefined ? before : (value ?? none)

type GivenBounds = { [Field in Exclude<keyof Bounds, 'of'>]?: Bounds[Field] | null | undefined }

/** The rules after a change. */
const boundsAfter = (fields: GivenBounds, before: Bounds, none: Bounds): Omit<Bounds, 'of'> => ({
  maximumLimits: given(fields.maximumLimits, before.maximumLimits, none.maximumLimits),
  maxLifetimeSeconds: given(fields.maxLifetimeSeconds, before.maxLifetimeSeconds, none.maxLifetimeSeconds),
  requiresExpiration: given(fields.requiresExpiration, before.requiresExpiration, none.requiresExpiration),
  rotateEveryDays: given(fields.rotateEveryDays, before.rotateEveryDays, none.rotateEveryDays),
  workloads: given(fields.workloads, before.workloads, none.workloads),
  models: given(fields.models, before.models, none.models),
  allowedIps: given(fields.allowedIps, before.allowedIps, none.allowedIps),
  creators: given(fields.creators, before.creators, none.creators),
})

function requireSomething(given: object): void {
  if (Object.values(given).some((value) => value !== undefined)) return
  throw ValidationError.at('maximumLimits', 'Give at least one field; null restores its default.')
}

const describeBound = (bound: string, limits: LimitSettings): Details => {
  const { requestsPerMinute, rates, budgets, maxConcurrent } = describeLimits(limits)
  return {
    [`${bound}MaxConcurrent`]: maxConcurrent ?? null,
    [`${bound}RequestsPerMinute`]: requestsPerMinute ?? null,
    [`${bound}Rates`]: rates ?? [],
    [`${bound}Budgets`]: budgets ?? [],
  }
}

function describe(policy: ProjectPolicy | OrganizationPolicy): Details {
  const { of: _, maximumLimits, ...rest } = policy
  const maximum = describeBound('maximum', maximumLimits)
  if (!('defaultLimits' in rest)) return { ...maximum, ...rest }
  const { defaultLimits, ...others } = rest
  return { ...describeBound('default', defaultLimits), ...maximum, ...others }
}

/** Audit details of a change: every value after and before it. */
const describeChange = (
  before: ProjectPolicy | OrganizationPolicy,
  after: ProjectPolicy | OrganizationPolicy,
): Details => ({
  ...describe(after),
  ...Object.fromEntries(Object.entries(describe(before)).map(([fact, value]) => [`${fact}Before`, value])),
})

async function write(
  { tx, now }: UnitOfWork,
  { organizationId, projectId }: { organizationId: string; projectId: string | null },
  policy: ProjectPolicy | OrganizationPolicy,
): Promise<void> {
  const scopeId = projectId ?? organizationId
  const { of: _, maximumLimits, ...rest } = policy
  const { defaultLimits, ...columns } = { defaultLimits: NO_LIMITS, ...rest }
  const data = { ...columns, organizationId, projectId, setAt: now }
  await tx.keyPolicy.upsert({ where: { scopeId }, create: { scopeId, ...data }, update: data })
  await tx.keyPolicyLimit.deleteMany({ where: { scopeId } })
  await tx.keyPolicyLimit.createMany({
    data: [
      ...rowsOf(defaultLimits).map(({ model: _, ...row }) => ({ ...row, scopeId, bound: 'DEFAULT' as const })),
      ...rowsOf(maximumLimits).map(({ model: _, ...row }) => ({ ...row, scopeId, bound: 'MAXIMUM' as const })),
    ],
  })
}

/**
 * Sets the key policy of a project, within that of its organization. It applies to keys that are created or changed
 * from then on. Existing keys keep their limits and expirations until these are set again.
 */
export async function setKeyPolicy(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const { projectId: id, ...fields } = parse(projectKeyPolicySetInput, input)
  requireSomething(fields)
  return changeProject(caller, id, 'project:setKeyPolicy', async (unit, project) => {
    requireLive(project)
    const { project: before, organization } = await rulesOf(unit.tx, project)
    const models = fields.models && (await resolveModels(unit.tx, caller.access, fields.models, project.id))
    const after: ProjectPolicy = {
      of: 'project',
      ...boundsAfter({ ...fields, models }, before, DEFAULT_PROJECT_POLICY),
      defaultLimits: given(fields.defaultLimits, before.defaultLimits, NO_LIMITS),
      leakedKeyAction: given(fields.leakedKeyAction, before.leakedKeyAction, DEFAULT_PROJECT_POLICY.leakedKeyAction),
    }
    requireConsistent(after)
    requireTighter(organization, after)
    await write(unit, { organizationId: project.organizationId, projectId: project.id }, after)
    recordProject(unit, project, 'project.keyPolicySet', describeChange(before, after))
  })
}

/**
 * Sets the key policy of an organization, which applies to the keys of all its projects. The projects' own policies can
 * only be stricter.
 */
export async function setOrganizationKeyPolicy(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { organizationId: id, ...fields } = parse(organizationKeyPolicySetInput, input)
  requireSomething(fields)
  return changeOrganization(caller, id, 'organization:setKeyPolicy', async (unit, organization, record) => {
    const [before = DEFAULT_ORGANIZATION_POLICY] = await organizationPoliciesOf(unit.tx, [organization.id])
    const models = fields.models && (await resolveModels(unit.tx, caller.access, fields.models, null))
    const after: OrganizationPolicy = {
      of: 'organization',
      ...boundsAfter({ ...fields, models }, before, DEFAULT_ORGANIZATION_POLICY),
      whenCreatorLeaves: given(fields.whenCreatorLeaves, before.whenCreatorLeaves, 'KEEP'),
    }
    await write(unit, { organizationId: organization.id, projectId: null }, after)
    record('organization.keyPolicySet', organization.name, describeChange(before, after))
  })
}
