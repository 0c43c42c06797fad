import type { ApiKey, Prisma } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import type { Action, Target } from '../core/policy.ts'
import { visibleLegacyKeys } from '../legacy-key/access.ts'
import { change, type UnitOfWork } from '../write/unit-of-work.ts'
import { lockApiKey, lockProjectOfKeys } from './sql.ts'

/** WHERE condition for the keys visible to an actor. */
export function visibleApiKeys(access: Access): Prisma.ApiKeyWhereInput {
  const { organizationIds, projectIds, keyId } = access.reach('apiKey:read')
  return {
    OR: [
      { organizationId: { in: organizationIds } },
      { projectId: { in: projectIds } },
      ...(keyId ? [{ id: keyId }] : []),
    ],
  }
}

export const targetOf = (key: { id: string; organizationId: string; projectId: string }): Target => ({
  organizationId: key.organizationId,
  projectId: key.projectId,
  keyId: key.id,
})

/** Finds a key visible to the caller, or throws NotFoundError. */
async function findKey(caller: Caller, id: string): Promise<ApiKey> {
  const { access, runtime } = caller
  const legacyId = decodeId('LegacyKey', id)
  if (legacyId) await refuseLegacy(caller, legacyId)
  const uuid = decodeId('ApiKey', id)
  if (!uuid) throw new NotFoundError('API key')
  const key = await runtime.database.prisma.apiKey.findFirst({ where: { AND: [{ id: uuid }, visibleApiKeys(access)] } })
  return access.found(key, 'API key')
}

/**
 * Explains the alternative to callers who can read the legacy key. For other callers, the legacy key does not exist.
 */
export async function refuseLegacy({ access, runtime }: Caller, id: string): Promise<void> {
  const where = { AND: [{ id }, visibleLegacyKeys(access)] }
  if (await runtime.database.prisma.legacyKey.findFirst({ where, select: { id: true } })) {
    throw new InvalidStateError(
      'A legacy key can be neither revoked nor scoped. If it is compromised, regenerate it, or replace it by project keys.',
      ['legacyKeyRegenerate', 'apiKeyCreate'],
    )
  }
}

/**
 * Changes one key: finds it, requires the action, locks it and reads it again. Throws InvalidStateError for a revoked key or
 * an archived project, unless `allowed` permits them. With `locksProject`, the project is locked first, as for new keys.
 */
export async function changeKey<T>(
  caller: Caller,
  id: string,
  action: Action,
  work: (unit: UnitOfWork, key: ApiKey) => Promise<T>,
  allowed: { archived?: boolean; revoked?: boolean; locksProject?: boolean } = {},
): Promise<T> {
  const found = await findKey(caller, id)
  return change(caller, [{ action, target: targetOf(found) }], async (unit) => {
    const { tx } = unit
    if (allowed.locksProject) await lockProjectOfKeys(tx, found.projectId)
    await lockApiKey(tx, found.id)
    const { project, ...key } = await tx.apiKey.findUniqueOrThrow({
      where: { id: found.id },
      include: { project: true },
    })
    if (key.revokedAt && !allowed.revoked) {
      throw new InvalidStateError('This key is revoked, which is final. Create a new key.', ['apiKeyCreate'])
    }
    if (project.archivedAt && !allowed.archived) {
      throw new InvalidStateError('The project of this key is archived. Restore it first.', ['projectRestore'])
    }
    return work(unit, key)
  })
}

/** Whether a key's expiration has passed. */
export const isExpired = (key: { expiresAt: Date | null }, now: Date): boolean =>
  key.expiresAt !== null && key.expiresAt <= now
