import { uniqueViolation } from '@keyward/prisma/errors'
import type { Workload } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { ConflictError, InvalidStateError, LimitExceededError, ValidationError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { name, nameKey, parse } from '../core/input.ts'
import {
  firstLimitRows,
  initialLimits,
  type KeyPolicySettings,
  policyOf,
  requireLifetime,
  requireWithinMaximum,
} from '../key-policy/service.ts'
import { type LimitSettings, limitFields } from '../limit/settings/input.ts'
import { describeLimits, type LimitScope } from '../limit/settings/store.ts'
import { findProject } from '../project/access.ts'
import { idempotencyKey, once } from '../write/idempotency/once.ts'
import { type ChangeUnit, change, makerOf } from '../write/unit-of-work.ts'
import { changeKey } from './access.ts'
import { allowedIps, newKeyFields, requireAhead, tags, workloads } from './input.ts'
import { generateSecret, hashSecret, startOf } from './secret.ts'

/** What a mutation that shows a secret answers. The secret is not kept: only its hash is. */
export interface IssuedSecret {
  apiKeyId: string
  secret: string
}

export const issuedSecret: z.ZodType<IssuedSecret> = z.object({ apiKeyId: z.string(), secret: z.string() })

interface NewKey {
  name: string
  expiresAt: Date | null
  workloads: Workload[]
  allowedIps: string[]
  tags: { key: string; value: string }[]
}

/** The name that an audit event and a key's maker label carry. */
const labelOf = ({ access: { actor } }: Caller): string => ('name' in actor ? actor.name : actor.kind)

export const nameTaken = (taken: string): ConflictError =>
  new ConflictError(`A live key of this project is called "${taken}" already. Choose another name, or revoke that key.`)

/** Turns a lost race for a name into the error that who came second gets. */
export async function orNameTaken<T>(taken: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (uniqueViolation(error)?.includes('api_key_live_name')) throw nameTaken(taken)
    throw error
  }
}

/** The rows of a new key, with its first secret version by hash. */
export function newKeyRows(
  caller: Caller,
  unit: ChangeUnit,
  project: { id: string; organizationId: string },
  fields: NewKey,
  secret: { hash: Uint8Array<ArrayBuffer>; start: string; imported?: boolean; createdAt?: Date },
) {
  const id = newId()
  const maker = makerOf(caller.access.actor)
  const createdAt = secret.createdAt ?? unit.now
  const { organizationId } = project
  const { tags: tagRows, name: keyName, ...rest } = fields
  return {
    key: {
      ...rest,
      id,
      organizationId,
      projectId: project.id,
      name: keyName,
      nameKey: nameKey(keyName),
      start: secret.start,
      imported: secret.imported ?? false,
      createdAt,
      createdByUserId: maker.userId,
      createdByServiceAccountId: maker.serviceAccountId,
      createdByName: labelOf(caller),
    },
    tags: tagRows.map((tag) => ({ ...tag, apiKeyId: id })),
    secret: {
      id: newId(),
      organizationId,
      apiKeyId: id,
      version: 1,
      hash: secret.hash,
      start: secret.start,
      createdAt,
    },
  }
}

/**
 * Locks a project against being archived and against simultaneous new keys, so that names and limits hold. Answers how
 * many keys there is room for.
 */
export async function lockForNewKeys(caller: Caller, unit: ChangeUnit, projectId: string): Promise<number> {
  const [project] = await unit.tx.$queryRaw<{ archived_at: Date | null }[]>`
    SELECT archived_at FROM project WHERE id = ${projectId}::uuid FOR NO KEY UPDATE`
  if (project?.archived_at) {
    throw new InvalidStateError('This project is archived. Restore it first, or create the key in another project.')
  }
  const limit = caller.runtime.limits.apiKeysPerProject
  return limit - (await unit.tx.apiKey.count({ where: { projectId, revokedAt: null }, take: limit }))
}

export const tooManyKeys = (limit: number): LimitExceededError =>
  new LimitExceededError(`A project has at most ${limit} live keys. Revoke what is no longer used.`, limit)

/** What a new key's limits belong to. */
export const limitScope = (key: { id: string; organizationId: string; projectId: string }): LimitScope => ({
  organizationId: key.organizationId,
  projectId: key.projectId,
  apiKeyId: key.id,
})

/** The limits that a new key begins with, where the key policy of its project allows it to be made. */
export function boundsOf(
  policy: KeyPolicySettings,
  fields: { expiresAt: Date | null; limits?: Parameters<typeof initialLimits>[1] },
  now: Date,
): LimitSettings {
  requireLifetime(policy, fields.expiresAt, now)
  const limits = initialLimits(policy, fields.limits)
  requireWithinMaximum(policy, limits, ['limits'])
  return limits
}

/** Creates a key with its first secret. */
export async function createApiKey(caller: Caller, input: unknown): Promise<IssuedSecret> {
  const schema = z.object({
    projectId: z.string(),
    idempotencyKey: idempotencyKey(),
    limits: z.object(limitFields).nullish(),
    ...newKeyFields,
  })
  const { projectId, idempotencyKey: key, limits: given, ...fields } = parse(schema, input)
  const project = await findProject(caller, projectId, 'apiKey:create')
  if (given)
    caller.access.require('apiKey:setLimits', { organizationId: project.organizationId, projectId: project.id })
  return orNameTaken(
    fields.name,
    change(caller, (unit) =>
      once(
        caller,
        unit,
        { operation: 'apiKeyCreate', key, input: { projectId, ...fields, ...(given ? { limits: given } : {}) } },
        async () => {
          requireAhead(fields.expiresAt, unit.now)
          const room = await lockForNewKeys(caller, unit, project.id)
          if (room < 1) throw tooManyKeys(caller.runtime.limits.apiKeysPerProject)
          const limits = boundsOf(await policyOf(unit.tx, project.id), { ...fields, limits: given }, unit.now)
          const secret = generateSecret('proj')
          const rows = newKeyRows(caller, unit, project, fields, { hash: hashSecret(secret), start: startOf(secret) })
          await unit.tx.apiKey.create({ data: rows.key })
          await unit.tx.apiKeySecret.create({ data: rows.secret })
          if (rows.tags.length > 0) await unit.tx.apiKeyTag.createMany({ data: rows.tags })
          const limitRows = firstLimitRows(limitScope(rows.key), limits, unit.now)
          if (limitRows.length > 0) await unit.tx.usageLimit.createMany({ data: limitRows })
          record(unit, rows.key, 'API_KEY_CREATED', 'apiKey.created', {
            expiresAt: fields.expiresAt?.toISOString() ?? null,
            workloads: fields.workloads,
            allowedIps: fields.allowedIps,
            ...(limitRows.length > 0 ? describeLimits(limits) : {}),
          })
          return { apiKeyId: rows.key.id, secret }
        },
        issuedSecret,
      ),
    ),
  )
}

/** Records what happened to a key, for the audit log and for who follows its project. */
export function record(
  unit: ChangeUnit,
  key: { id: string; name: string; organizationId: string; projectId: string },
  kind: Parameters<ChangeUnit['announce']>[0]['kind'],
  action: string,
  details: NonNullable<Parameters<ChangeUnit['audit']>[0]['details']> = {},
): void {
  const { organizationId, projectId, id } = key
  unit.audit({ organizationId, projectId, action, targetType: 'ApiKey', targetId: id, targetName: key.name, details })
  unit.announce({ organizationId, projectId, kind, subjectId: id })
}

/** Renames a key, or replaces its tags; what is not given stays. */
export async function updateApiKey(caller: Caller, input: unknown): Promise<{ apiKeyId: string }> {
  const schema = z.object({ id: z.string(), name: name().nullish(), tags: tags.nullish() })
  const { id, name: newName, tags: newTags } = parse(schema, input)
  if (newName == null && newTags == null) throw ValidationError.at('name', 'Give a name or tags.')
  return orNameTaken(
    newName ?? '',
    changeKey(caller, id, 'apiKey:rename', async (unit, key) => {
      if (newName)
        await unit.tx.apiKey.update({ where: { id: key.id }, data: { name: newName, nameKey: nameKey(newName) } })
      if (newTags) {
        await unit.tx.apiKeyTag.deleteMany({ where: { apiKeyId: key.id } })
        await unit.tx.apiKeyTag.createMany({ data: newTags.map((tag) => ({ ...tag, apiKeyId: key.id })) })
      }
      record(unit, { ...key, name: newName ?? key.name }, 'API_KEY_UPDATED', 'apiKey.updated', {
        ...(newName ? { nameBefore: key.name, name: newName } : {}),
        ...(newTags ? { tags: newTags.map((tag) => `${tag.key}=${tag.value}`) } : {}),
      })
      return { apiKeyId: key.id }
    }),
  )
}

/** Narrows or widens what a key may be used for and from where. */
export async function setApiKeyScopes(caller: Caller, input: unknown): Promise<{ apiKeyId: string }> {
  const given = z.object({
    id: z.string(),
    workloads: z.array(z.string()).nullish(),
    allowedIps: z.array(z.string()).nullish(),
  })
  const { id } = parse(given, input)
  const scopes = parse(z.object({ workloads, allowedIps }), input)
  const { workloads: givenWorkloads, allowedIps: givenIps } = parse(given, input)
  if (givenWorkloads == null && givenIps == null) throw ValidationError.at('workloads', 'Give workloads or networks.')
  return changeKey(caller, id, 'apiKey:setScopes', async (unit, key) => {
    const data = {
      workloads: givenWorkloads ? scopes.workloads : key.workloads,
      allowedIps: givenIps ? scopes.allowedIps : key.allowedIps,
    }
    await unit.tx.apiKey.update({ where: { id: key.id }, data })
    record(unit, key, 'API_KEY_UPDATED', 'apiKey.scopesSet', {
      workloadsBefore: key.workloads,
      workloads: data.workloads,
      allowedIpsBefore: key.allowedIps,
      allowedIps: data.allowedIps,
    })
    return { apiKeyId: key.id }
  })
}

/** Sets, moves or clears a key's expiration. Moving it ahead revives an expired key. */
export async function setApiKeyExpiration(caller: Caller, input: unknown): Promise<{ apiKeyId: string }> {
  const given = parse(z.object({ id: z.string(), expiresAt: z.date().nullable().optional() }), input)
  // Forgetting a field must not make a key eternal.
  if (given.expiresAt === undefined) throw ValidationError.at('expiresAt', 'Give a time, or null for: never.')
  const parsed = { id: given.id, expiresAt: given.expiresAt }
  return changeKey(caller, parsed.id, 'apiKey:setExpiration', async (unit, key) => {
    requireAhead(parsed.expiresAt, unit.now)
    requireLifetime(await policyOf(unit.tx, key.projectId), parsed.expiresAt, unit.now)
    await unit.tx.apiKey.update({ where: { id: key.id }, data: { expiresAt: parsed.expiresAt } })
    if (parsed.expiresAt) {
      // An overlap never outlives the key's own expiration.
      await unit.tx.apiKeySecret.updateMany({
        where: { apiKeyId: key.id, retiresAt: { gt: parsed.expiresAt } },
        data: { retiresAt: parsed.expiresAt },
      })
    }
    record(unit, key, 'API_KEY_UPDATED', 'apiKey.expirationSet', {
      expiresAtBefore: key.expiresAt?.toISOString() ?? null,
      expiresAt: parsed.expiresAt?.toISOString() ?? null,
    })
    return { apiKeyId: key.id }
  })
}
