import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, LimitExceededError, NotFoundError, ValidationError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { name, parse, text } from '../core/input.ts'
import { findProject, targetOf as projectTarget } from '../project/access.ts'
import { requireLive } from '../project/service.ts'
import { lockProject } from '../project/sql.ts'
import { findAccount } from '../service-account/access.ts'
import { target } from '../webhook/input.ts'
import type { Details } from '../write/audit/chain.ts'
import type { RemovalRule } from '../write/removed.ts'
import { change, type UnitOfWork } from '../write/unit-of-work.ts'
import { findTrust, targetOf } from './access.ts'
import { type Condition, conditions } from './conditions.ts'
import { lockTrust } from './sql.ts'

export const MAX_ISSUER = 500
export const MAX_AUDIENCE = 300

/** The URL of an issuer, spelled as in its tokens. */
const issuer = (privateTargets: boolean) =>
  text(MAX_ISSUER).superRefine((value, context) => {
    const checked = target(privateTargets).safeParse(value)
    for (const { message } of checked.error?.issues ?? []) context.addIssue({ code: 'custom', message })
    if (/[?#]/.test(value)) context.addIssue({ code: 'custom', message: 'Must not have a query or a fragment.' })
  })

const audience = text(MAX_AUDIENCE).refine((value) => value.trim() !== '', { error: 'Must not be blank.' })

interface Named {
  id: string
  organizationId: string
  projectId: string
  name: string
}

const record = (unit: UnitOfWork, trust: Named, action: string, details: Details = {}): void =>
  unit.audit({
    organizationId: trust.organizationId,
    projectId: trust.projectId,
    action,
    targetType: 'Trust',
    targetId: trust.id,
    targetName: trust.name,
    details,
  })

const describe = (list: readonly Condition[]): string[] => list.map(({ claim, pattern }) => `${claim}: ${pattern}`)

export const trustCreateInput = (privateTargets: boolean) =>
  z.object({
    projectId: z.string(),
    serviceAccountId: z.string(),
    name: name(),
    issuer: issuer(privateTargets),
    audience: audience.nullish(),
    conditions,
  })

/**
 * Creates a trust. Its tokens have the role of a service account in the project. The caller administers the project.
 */
export async function createTrust(caller: Caller, input: unknown): Promise<{ trustId: string }> {
  const { runtime, access } = caller
  const fields = parse(trustCreateInput(runtime.settings.webhookPrivateTargets === true), input)
  const project = await findProject(caller, fields.projectId)
  access.require('trust:create', projectTarget(project))
  const account = await findAccount(caller, fields.serviceAccountId)
  const { organizationId, id: projectId } = project
  return change(caller, [{ action: 'trust:create', target: projectTarget(project) }], async (unit) => {
    const { tx } = unit
    await lockProject(tx, projectId)
    requireLive(await tx.project.findUniqueOrThrow({ where: { id: projectId } }))
    const held = { projectId_serviceAccountId: { projectId, serviceAccountId: account.id } }
    if (!(await tx.collaborator.findUnique({ where: held })))
      throw new InvalidStateError('The service account has no role in this project. Add it as a collaborator first.', [
        'collaboratorAdd',
      ])
    const limit = runtime.limits.trustsPerProject
    if ((await tx.trust.count({ where: { projectId }, take: limit })) >= limit)
      throw new LimitExceededError(`A project may have at most ${limit} trusts. Delete some first.`, limit, [
        'trustDelete',
      ])
    const trust = {
      id: newId(),
      organizationId,
      projectId,
      serviceAccountId: account.id,
      name: fields.name,
      issuer: fields.issuer,
      audience: fields.audience ?? runtime.settings.publicUrl,
      conditions: fields.conditions,
    }
    const createdByName = 'name' in access.actor ? access.actor.name : access.actor.kind
    await tx.trust.create({ data: { ...trust, createdAt: unit.now, createdByName } })
    const { issuer, audience, conditions } = trust
    const details = { serviceAccount: account.name, issuer, audience, conditions: describe(conditions) }
    record(unit, trust, 'trust.created', details)
    return { trustId: trust.id }
  })
}

export const trustUpdateInput = z.object({
  id: z.string(),
  conditions: conditions.nullish(),
  enabled: z.boolean().nullish(),
})

/** Changes a trust. The input replaces its conditions, or enables or disables it. Any change ends the tokens that the trust has issued. */
export async function updateTrust(caller: Caller, input: unknown): Promise<{ trustId: string }> {
  const { id, ...given } = parse(trustUpdateInput, input)
  if (given.conditions == null && given.enabled == null)
    throw ValidationError.at('conditions', 'Give `conditions` or `enabled`.')
  const trust = await findTrust(caller, id)
  return change(caller, [{ action: 'trust:update', target: targetOf(trust) }], async (unit) => {
    const { tx } = unit
    if (!(await lockTrust(tx, trust.id))) throw new NotFoundError('trust')
    const data = {
      ...(given.conditions != null && { conditions: given.conditions }),
      ...(given.enabled != null && { enabled: given.enabled }),
    }
    await tx.trust.update({ where: { id: trust.id }, data })
    await tx.trustToken.deleteMany({ where: { trustId: trust.id } })
    record(unit, trust, 'trust.updated', {
      ...(given.conditions != null && { conditions: describe(given.conditions) }),
      ...(given.enabled != null && { enabled: given.enabled }),
    })
    return { trustId: trust.id }
  })
}

export const trustDeleteInput = z.object({ id: z.string() })

/** How deletions of trusts are recorded, and who may delete. */
export const trustRemoval = {
  type: 'Trust',
  event: 'trust.deleted',
  action: 'trust:delete',
} as const satisfies RemovalRule

/** Deletes a trust, which ends its tokens. */
export async function deleteTrust(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const { id } = parse(trustDeleteInput, input)
  const trust = await findTrust(caller, id)
  return change(caller, [{ action: trustRemoval.action, target: targetOf(trust) }], async (unit) => {
    if (!(await lockTrust(unit.tx, trust.id))) throw new NotFoundError('trust')
    await unit.tx.trust.delete({ where: { id: trust.id } })
    record(unit, trust, trustRemoval.event)
    return { projectId: trust.projectId }
  })
}
