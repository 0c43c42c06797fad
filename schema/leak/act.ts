import type { ApiKey } from '@keyward/prisma/generated/prisma/client'
import { endKeys } from '../api-key/end.ts'
import { rulesOf } from '../key-policy/service.ts'
import type { Details } from '../write/audit/chain.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'

/** The place where a secret was found, according to its reporter. */
export interface Sighting {
  source: string | null
  url: string | null
}

/** The action taken on a leaked key. `NONE` if the leaked secret no longer works. */
export type LeakAction = 'REVOKE' | 'FLAG' | 'NONE'

/** Removes secrets from a sighting's description, which is kept forever. */
const withoutSecrets = (text: string | null): string | null =>
  text?.replaceAll(/kw_[a-z]+_[0-9A-Za-z]+/g, 'kw_(not shown)') ?? null

/** A sighting as audit details. */
export const describeSighting = ({ source, url }: Sighting): Details => ({
  source: withoutSecrets(source),
  url: withoutSecrets(url),
})

/**
 * Revokes or flags a leaked key, according to the key policy of its project. The key must be locked and not revoked.
 * @param secretVersion The version that was found; null if unknown.
 */
export async function actOnLeak(
  unit: UnitOfWork,
  key: Pick<ApiKey, 'id' | 'name' | 'organizationId' | 'projectId' | 'leakedAt'>,
  sighting: Sighting,
  reporter: { userId: string | null; serviceAccountId: string | null },
  secretVersion: number | null,
): Promise<LeakAction> {
  const { id, name, organizationId, projectId } = key
  const { leakedKeyAction } = (await rulesOf(unit.tx, { id: projectId, organizationId })).project
  const isRevoked = leakedKeyAction === 'REVOKE'
  const current = await unit.tx.apiKeySecret.findFirst({
    where: { apiKeyId: id, retiresAt: null },
    select: { createdAt: true },
  })
  // A report from before the last rotation was about another secret.
  const isKnown = key.leakedAt !== null && current !== null && key.leakedAt >= current.createdAt
  if (!isKnown) await unit.tx.apiKey.update({ where: { id }, data: { leakedAt: unit.now } })
  // If the version is unknown, every secret that still works may be the leaked one.
  const which = secretVersion === null ? {} : { version: secretVersion }
  await unit.tx.apiKeySecret.updateMany({
    where: { apiKeyId: id, OR: [{ retiresAt: null }, { retiresAt: { gt: unit.now } }], ...which },
    data: { leakedAt: unit.now },
  })
  if (isRevoked) await endKeys(unit, [id], reporter, 'LEAKED')
  const more: Details = secretVersion === null ? {} : { secretVersion }
  const target = { organizationId, projectId, targetType: 'ApiKey', targetId: id, targetName: name }
  const details = { ...describeSighting(sighting), ...more, leakedKeyAction }
  unit.audit({ ...target, action: 'apiKey.leakReported', details })
  unit.publish({ organizationId, projectId, kind: 'API_KEY_LEAKED', subjectId: id })
  if (isRevoked) {
    unit.audit({ ...target, action: 'apiKey.revoked', details: { reason: 'LEAKED' } })
    unit.publish({ organizationId, projectId, kind: 'API_KEY_REVOKED', subjectId: id })
  }
  return leakedKeyAction
}
