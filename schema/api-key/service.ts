import { startOf } from '@keyward/engine/secret'
import type { ApiKey } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { ValidationError } from '../core/errors.ts'
import { name, nameKey, parse } from '../core/input.ts'
import { requireLifetime, requireScopes } from '../key-policy/bounds.ts'
import { rulesOf } from '../key-policy/service.ts'
import { limitFields } from '../limit/settings/input.ts'
import { type GivenRates, withSlugs } from '../limit/settings/rates.ts'
import { describeLimits, rowsOfScope } from '../limit/settings/store.ts'
import { resolveModels } from '../model/patterns.ts'
import { findProject, targetOf } from '../project/access.ts'
import { changeOnce, idempotencyKey } from '../write/idempotency/once.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'
import { changeKey, isExpired } from './access.ts'
import {
  allowedIps,
  expirationFields,
  models as modelsInput,
  newKeyFields,
  readExpiration,
  tags,
  workloads,
} from './input.ts'
import { claimName, freeExpiredNames, requireOwnName } from './names.ts'
import { boundsOf, limitScope, lockForNewKeys, newKeyRows, roomForKeys, tooManyKeys } from './new-key.ts'
import { record } from './record.ts'
import { generateSecret, hashSecret } from './secret.ts'

/** A new secret of a key. Only its hash is stored. */
export interface IssuedSecret {
  apiKeyId: string
  secret: string
}

export const issuedSecret: z.ZodType<IssuedSecret> = z.object({ apiKeyId: z.string(), secret: z.string() })

export const apiKeyCreateInput = z.object({
  projectId: z.string(),
  idempotencyKey: idempotencyKey(),
  limits: z.object(limitFields).nullish(),
  ...newKeyFields,
})

/** Creates a key with its first secret. */
export async function createApiKey(caller: Caller, input: unknown): Promise<IssuedSecret> {
  const parsed = parse(apiKeyCreateInput, input)
  const { projectId, idempotencyKey: key, limits: given, models: asked, expiresInSeconds, ...rest } = parsed
  const fields = { ...rest, expiresAt: rest.expiresAt ?? null }
  const project = await findProject(caller, projectId)
  const target = targetOf(project)
  return changeOnce(
    caller,
    [{ action: 'apiKey:create', target }, ...(given ? [{ action: 'apiKey:setLimits' as const, target }] : [])],
    {
      operation: 'apiKeyCreate',
      key,
      input: {
        projectId,
        ...fields,
        ...(expiresInSeconds == null ? {} : { expiresInSeconds }),
        ...(given ? { limits: inputOf(given) } : {}),
        ...(asked.length > 0 ? { models: asked } : {}),
      },
      result: issuedSecret,
    },
    async (unit) => {
      const room = await lockForNewKeys(caller, unit, project.id)
      if (room < 1) throw tooManyKeys(caller.runtime.limits.apiKeysPerProject)
      const { expiresAt, path } = readExpiration(parsed, unit.now)
      const models = await resolveModels(unit.tx, caller.access, asked, project.id)
      const limitsGiven = given && (await withSlugs(unit.tx, caller.access, given, project.id))
      const rules = await rulesOf(unit.tx, project)
      const { limits, scopes } = boundsOf(
        caller,
        rules,
        { ...fields, models },
        { expiresAt, path, limits: limitsGiven },
        unit.now,
      )
      const secret = generateSecret('proj')
      const rows = newKeyRows(
        caller,
        unit,
        project,
        { ...fields, ...scopes, expiresAt },
        { hash: hashSecret(secret), start: startOf(secret) },
      )
      await freeExpiredNames(unit, [project.id], [rows.key.nameKey])
      claimName(unit, project.id, rows.key.nameKey)
      await unit.tx.apiKey.create({ data: rows.key })
      await unit.tx.apiKeySecret.create({ data: rows.secret })
      if (rows.tags.length > 0) await unit.tx.apiKeyTag.createMany({ data: rows.tags })
      const limitRows = rowsOfScope(limitScope(rows.key), limits, unit.now)
      if (limitRows.length > 0) await unit.tx.usageLimit.createMany({ data: limitRows })
      record(unit, rows.key, 'API_KEY_CREATED', 'apiKey.created', {
        expiresAt: expiresAt?.toISOString() ?? null,
        workloads: scopes.workloads,
        allowedIps: scopes.allowedIps,
        ...(scopes.models.length > 0 ? { models: scopes.models } : {}),
        ...(limitRows.length > 0 ? describeLimits(limits) : {}),
      })
      return { apiKeyId: rows.key.id, secret }
    },
  )
}

/**
 * Limits without `model: null`. An older server compares a repeated call with its first input, which does not contain
 * that member.
 */
const inputOf = <Given extends GivenRates>({ rates, ...given }: Given) => ({
  ...given,
  ...(rates === undefined
    ? {}
    : { rates: rates?.map(({ model, ...rate }) => (model === null ? rate : { ...rate, model })) }),
})

export const apiKeyUpdateInput = z.object({ id: z.string(), name: name().nullish(), tags: tags.nullish() })

/** Renames a key or replaces its tags. Omitted fields stay unchanged. */
export async function updateApiKey(caller: Caller, input: unknown): Promise<{ apiKeyId: string }> {
  const { id, name: newName, tags: newTags } = parse(apiKeyUpdateInput, input)
  if (newName == null && newTags == null) throw ValidationError.at('name', 'Give `name` or `tags`.')
  const rename = async (unit: UnitOfWork, key: ApiKey) => {
    if (newName) {
      const data = { name: newName, nameKey: nameKey(newName), nameFreedAt: null }
      if (data.nameKey !== key.nameKey || key.nameFreedAt) await freeExpiredNames(unit, [key.projectId], [data.nameKey])
      claimName(unit, key.projectId, data.nameKey)
      await unit.tx.apiKey.update({ where: { id: key.id }, data })
    }
    if (newTags) {
      await unit.tx.apiKeyTag.deleteMany({ where: { apiKeyId: key.id } })
      await unit.tx.apiKeyTag.createMany({ data: newTags.map((tag) => ({ ...tag, apiKeyId: key.id })) })
    }
    record(unit, { ...key, name: newName ?? key.name }, 'API_KEY_UPDATED', 'apiKey.updated', {
      ...(newName ? { nameBefore: key.name, name: newName } : {}),
      ...(newTags ? { tags: newTags.map((tag) => `${tag.key}=${tag.value}`) } : {}),
    })
    return { apiKeyId: key.id }
  }
  return changeKey(caller, id, 'apiKey:rename', rename, { locksProject: newName != null })
}

export const apiKeyScopesSetInput = z.object({
  id: z.string(),
  workloads: workloads.nullish(),
  models: modelsInput.nullish(),
  allowedIps: allowedIps.nullish(),
})

/** Changes the workloads, models or networks that a key is restricted to. */
export async function setApiKeyScopes(caller: Caller, input: unknown): Promise<{ apiKeyId: string }> {
  const { id, ...scopes } = parse(apiKeyScopesSetInput, input)
  if (scopes.workloads == null && scopes.models == null && scopes.allowedIps == null) {
    throw ValidationError.at('workloads', 'Give `workloads`, `models` or `allowedIps`.')
  }
  return changeKey(caller, id, 'apiKey:setScopes', async (unit, key) => {
    const asked = scopes.models && (await resolveModels(unit.tx, caller.access, scopes.models, key.projectId))
    const rules = await rulesOf(unit.tx, { id: key.projectId, organizationId: key.organizationId })
    requireScopes(rules, {
      ...(scopes.workloads ? { workloads: scopes.workloads } : {}),
      ...(asked ? { models: asked } : {}),
      ...(scopes.allowedIps ? { allowedIps: scopes.allowedIps } : {}),
    })
    const data = {
      workloads: scopes.workloads ?? key.workloads,
      models: asked ?? key.models,
      allowedIps: scopes.allowedIps ?? key.allowedIps,
    }
    await unit.tx.apiKey.update({ where: { id: key.id }, data })
    record(unit, key, 'API_KEY_UPDATED', 'apiKey.scopesSet', {
      workloadsBefore: key.workloads,
      workloads: data.workloads,
      modelsBefore: key.models,
      models: data.models,
      allowedIpsBefore: key.allowedIps,
      allowedIps: data.allowedIps,
    })
    return { apiKeyId: key.id }
  })
}

export const apiKeyExpirationSetInput = z.object({ id: z.string(), ...expirationFields })

/** Sets or clears a key's expiration. A future expiration reactivates an expired key. */
export async function setApiKeyExpiration(caller: Caller, input: unknown): Promise<{ apiKeyId: string }> {
  const given = parse(apiKeyExpirationSetInput, input)
  // An omitted field must not remove the expiration.
  if (given.expiresAt === undefined && given.expiresInSeconds == null) {
    throw ValidationError.at('expiresAt', 'Give a time, `expiresInSeconds`, or null for no expiration.')
  }
  if (given.expiresAt === null && given.expiresInSeconds != null) {
    throw ValidationError.at('expiresInSeconds', 'Give `expiresAt` or `expiresInSeconds`, not both.')
  }
  const extend = async (unit: UnitOfWork, key: ApiKey) => {
    const { expiresAt, path } = readExpiration(given, unit.now)
    const rules = await rulesOf(unit.tx, { id: key.projectId, organizationId: key.organizationId })
    requireLifetime(rules, expiresAt, unit.now, path)
    if (isExpired(key, unit.now)) {
      await requireOwnName(unit, key)
      if ((await roomForKeys(caller, unit, key.projectId)) < 1) {
        throw tooManyKeys(caller.runtime.limits.apiKeysPerProject)
      }
    }
    const data = { expiresAt, nameFreedAt: null }
    await unit.tx.apiKey.update({ where: { id: key.id }, data })
    if (expiresAt) {
      // A rotation's overlap ends no later than the key expires.
      await unit.tx.apiKeySecret.updateMany({
        where: { apiKeyId: key.id, retiresAt: { gt: expiresAt } },
        data: { retiresAt: expiresAt },
      })
    }
    record(unit, key, 'API_KEY_UPDATED', 'apiKey.expirationSet', {
      expiresAtBefore: key.expiresAt?.toISOString() ?? null,
      expiresAt: expiresAt?.toISOString() ?? null,
    })
    return { apiKeyId: key.id }
  }
  // The project is locked before the key, in the same order as for a creation, which may free the key's name.
  return changeKey(caller, given.id, 'apiKey:setExpiration', extend, { locksProject: true })
}
