import type { ApiKey, Prisma } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import type { Action, Target } from '../core/policy.ts'
import { visibleLegacyKeys } from '../legacy-key/access.ts'
import { type ChangeUnit, change } from '../write/unit-of-work.ts'

/** The keys that an actor may see, as the WHERE of a query. */
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

/** Finds a key that the caller may see and do an action to. */
export async function findKey(caller: Caller, id: string, action: Action): Promise<ApiKey> {
  const { access, runtime } = caller
  const legacyId = decodeId('LegacyKey', id)
  if (legacyId) await refuseLegacy(caller, legacyId)
  const uuid = decodeId('ApiKey', id)
  if (!uuid) throw new NotFoundError('API key')
  const key = await runtime.database.prisma.apiKey.findFirst({ where: { AND: [{ id: uuid }, visibleApiKeys(access)] } })
  const found = access.found(key, 'API key')
  access.require(action, targetOf(found))
  return found
}

/** Who may read the legacy key learns what to do instead; to others it is not there. */
async function refuseLegacy({ access, runtime }: Caller, id: string): Promise<void> {
  const where = { AND: [{ id }, visibleLegacyKeys(access)] }
  if (await runtime.database.prisma.legacyKey.findFirst({ where, select: { id: true } })) {
    throw new InvalidStateError(
      'A legacy key can neither be revoked nor scoped: it stays with its default project. If it is compromised, regenerate it (legacyKeyRegenerate); better, create project-scoped keys (apiKeyCreate).',
    )
  }
}

/**
 * Changes one key: found and authorized, locked, read again under the lock and refused where its project is archived or
 * it is revoked, then handed to the work with the unit that records what happens.
 */
export async function changeKey<T>(
  caller: Caller,
  id: string,
  action: Action,
  work: (unit: ChangeUnit, key: ApiKey) => Promise<T>,
  allowed: { archived?: boolean } = {},
): Promise<T> {
  const { id: uuid } = await findKey(caller, id, action)
  return change(caller, async (unit) => {
    const { tx } = unit
    await tx.$queryRaw`SELECT id FROM api_key WHERE id = ${uuid}::uuid FOR UPDATE`
    const { project, ...key } = await tx.apiKey.findUniqueOrThrow({ where: { id: uuid }, include: { project: true } })
    if (key.revokedAt) {
      throw new InvalidStateError('This key is revoked, and revoked is final. Create a new key.')
    }
    if (project.archivedAt && !allowed.archived) {
      throw new InvalidStateError('The project of this key is archived. Restore the project first.')
    }
    return work(unit, key)
  })
}

/** Whether a key's expiration has passed. */
export const isExpired = (key: { expiresAt: Date | null }, now: Date): boolean =>
  key.expiresAt !== null && key.expiresAt <= now
