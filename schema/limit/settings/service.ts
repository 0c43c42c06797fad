import { z } from 'zod'
import { changeKey } from '../../api-key/access.ts'
import { record as recordKey } from '../../api-key/record.ts'
import type { Caller } from '../../core/caller.ts'
import { ValidationError } from '../../core/errors.ts'
import { parse } from '../../core/input.ts'
import { requireLimits } from '../../key-policy/bounds.ts'
import { rulesOf } from '../../key-policy/service.ts'
import { findOrganization, targetOf as organizationTarget } from '../../organization/access.ts'
import { lockOrganizationUsage } from '../../organization/sql.ts'
import { findProject, targetOf } from '../../project/access.ts'
import { requireLive } from '../../project/service.ts'
import { lockProject } from '../../project/sql.ts'
import { change, type UnitOfWork } from '../../write/unit-of-work.ts'
import { type LimitSettings, limitFields, merged } from './input.ts'
import { withSlugs } from './rates.ts'
import { describeLimits, type LimitScope, readLimits, scopeIdOf, writeLimits } from './store.ts'

type Given = Parameters<typeof merged>[1]

export function requireSomething(given: Given): void {
  if ([given.requestsPerMinute, given.rates, given.budgets, given.maxConcurrent].every((each) => each === undefined)) {
    throw ValidationError.at(
      'budgets',
      'Give `rates`, `budgets`, `maxConcurrent` or `requestsPerMinute`; null clears one.',
    )
  }
}

/** Replaces the limits of a scope. Returns the old and the new ones, for the audit log. */
export async function replace(
  unit: UnitOfWork,
  scope: LimitScope,
  given: Given,
  check?: (after: LimitSettings) => void,
) {
  const before = await readLimits(unit.tx, scopeIdOf(scope))
  const after = merged(before, given)
  check?.(after)
  await writeLimits(unit, scope, after)
  const { requestsPerMinute, rates, budgets, maxConcurrent } = describeLimits(before)
  return {
    ...describeLimits(after),
    maxConcurrentBefore: maxConcurrent ?? null,
    requestsPerMinuteBefore: requestsPerMinute ?? null,
    ratesBefore: rates ?? [],
    budgetsBefore: budgets ?? [],
  }
}

export const organizationUsageLimitsSetInput = z.object({ organizationId: z.string(), ...limitFields })

/** Sets the limits of an organization. */
export async function setOrganizationLimits(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { organizationId: id, ...given } = parse(organizationUsageLimitsSetInput, input)
  requireSomething(given)
  const organization = await findOrganization(caller, id)
  const organizationId = organization.id
  const required = [{ action: 'organization:setUsageLimits' as const, target: organizationTarget(organization) }]
  return change(caller, required, async (unit) => {
    await lockOrganizationUsage(unit.tx, organizationId)
    const limits = await withSlugs(unit.tx, caller.access, given, null)
    const details = await replace(unit, { organizationId, projectId: null, apiKeyId: null }, limits)
    unit.audit({
      organizationId,
      action: 'organization.usageLimitsSet',
      targetType: 'Organization',
      targetId: organizationId,
      targetName: organization.name,
      details,
    })
    unit.publish({ organizationId, projectId: null, kind: 'LIMITS_CHANGED', subjectId: organizationId })
    return { organizationId }
  })
}

export const projectUsageLimitsSetInput = z.object({ projectId: z.string(), ...limitFields })

/** Sets the limits of a project. */
export async function setProjectLimits(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const { projectId: id, ...given } = parse(projectUsageLimitsSetInput, input)
  requireSomething(given)
  const project = await findProject(caller, id)
  const { id: projectId, organizationId, name } = project
  return change(caller, [{ action: 'project:setUsageLimits', target: targetOf(project) }], async (unit) => {
    await lockOrganizationUsage(unit.tx, organizationId)
    await lockProject(unit.tx, projectId)
    requireLive(await unit.tx.project.findUniqueOrThrow({ where: { id: projectId } }))
    const limits = await withSlugs(unit.tx, caller.access, given, projectId)
    const details = await replace(unit, { organizationId, projectId, apiKeyId: null }, limits)
    unit.audit({
      organizationId,
      projectId,
      action: 'project.usageLimitsSet',
      targetType: 'Project',
      targetId: projectId,
      targetName: name,
      details,
    })
    unit.publish({ organizationId, projectId, kind: 'LIMITS_CHANGED', subjectId: projectId })
    return { projectId }
  })
}

export const apiKeyLimitsSetInput = z.object({ id: z.string(), ...limitFields })

/** Sets the limits of a key. */
export async function setApiKeyLimits(caller: Caller, input: unknown): Promise<{ apiKeyId: string }> {
  const { id, ...given } = parse(apiKeyLimitsSetInput, input)
  requireSomething(given)
  return changeKey(caller, id, 'apiKey:setLimits', async (unit, key) => {
    const scope = { organizationId: key.organizationId, projectId: key.projectId, apiKeyId: key.id }
    const rules = await rulesOf(unit.tx, { id: key.projectId, organizationId: key.organizationId })
    const limits = await withSlugs(unit.tx, caller.access, given, key.projectId)
    const details = await replace(unit, scope, limits, (after) => requireLimits(rules, after))
    recordKey(unit, key, 'API_KEY_UPDATED', 'apiKey.limitsSet', details)
    return { apiKeyId: key.id }
  })
}
