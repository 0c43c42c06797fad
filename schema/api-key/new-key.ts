import type { Workload } from '@keyward/prisma/generated/prisma/client'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, LimitExceededError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { nameKey } from '../core/input.ts'
import {
  initialLimits,
  initialScopes,
  type KeyRules,
  requireCreator,
  requireLifetime,
  requireLimits,
  requireScopes,
} from '../key-policy/bounds.ts'
import type { LimitSettings } from '../limit/settings/input.ts'
import type { LimitScope } from '../limit/settings/store.ts'
import { makerOf, type UnitOfWork } from '../write/unit-of-work.ts'
import { liveAt } from './filter.ts'
import type { Expiration } from './input.ts'
import { lockProjectOfKeys } from './sql.ts'

interface NewKey {
  name: string
  expiresAt: Date | null
  workloads: Workload[]
  models: string[]
  allowedIps: string[]
  tags: { key: string; value: string }[]
}

/** The caller's name. It is stored with the key as the creator's name. */
const labelOf = ({ access: { actor } }: Caller): string => ('name' in actor ? actor.name : actor.kind)

/** Builds the rows of a new key with its first secret version. */
export function newKeyRows(
  caller: Caller,
  unit: UnitOfWork,
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

/** Locks a live project against simultaneous new keys, to enforce the quota. Returns how many keys can be added. */
export async function lockForNewKeys(caller: Caller, unit: UnitOfWork, projectId: string): Promise<number> {
  if (await lockProjectOfKeys(unit.tx, projectId)) {
    throw new InvalidStateError('This project is archived. Restore it first, or choose another project.', [
      'projectRestore',
    ])
  }
  return roomForKeys(caller, unit, projectId)
}

/** Number of keys that can still be added to a locked project. Revoked and expired keys are not counted. */
export async function roomForKeys(caller: Caller, { tx, now }: UnitOfWork, projectId: string): Promise<number> {
  const limit = caller.runtime.limits.apiKeysPerProject
  return limit - (await tx.apiKey.count({ where: { projectId, ...liveAt(now) }, take: limit }))
}

export const tooManyKeys = (limit: number): LimitExceededError =>
  new LimitExceededError(`A project may have at most ${limit} live keys. Revoke unused keys first.`, limit, [
    'apiKeyRevoke',
  ])

/** The scope of a key's limits. */
export const limitScope = (key: { id: string; organizationId: string; projectId: string }): LimitScope => ({
  organizationId: key.organizationId,
  projectId: key.projectId,
  apiKeyId: key.id,
})

/**
 * Checks a new key against the key policies that bind it. Returns the limits and restrictions that the key starts with.
 */
export function boundsOf<Given extends Parameters<typeof initialScopes>[1]>(
  caller: Caller,
  rules: KeyRules,
  fields: Given,
  { expiresAt, path, limits: given }: Expiration & { limits?: Parameters<typeof initialLimits>[1] },
  now: Date,
): { limits: LimitSettings; scopes: ReturnType<typeof initialScopes> } {
  requireCreator(rules, caller.access.actor)
  requireLifetime(rules, expiresAt, now, path)
  const limits = initialLimits(rules, given)
  requireLimits(rules, limits, ['limits'])
  const scopes = initialScopes(rules, fields)
  requireScopes(rules, scopes)
  return { limits, scopes }
}
