import type { ApiKey } from '@keyward/prisma/generated/prisma/client'
import { policyOf } from '../key-policy/service.ts'
import type { Details } from '../write/audit/chain.ts'
import type { ChangeUnit } from '../write/unit-of-work.ts'

/** Where a secret was seen, as whoever found it says. */
export interface Sighting {
  source: string | null
  url: string | null
}

/** What was done about a leaked key. `NONE`: nothing had to be, since what leaked answers no more. */
export type LeakAction = 'REVOKE' | 'FLAG' | 'NONE'

/** Secrets that were written into what describes a sighting are cut out of it: it is kept for good. */
const withoutSecrets = (text: string | null): string | null =>
  text?.replaceAll(/kw_[a-z]+_[0-9A-Za-z]+/g, 'kw_(not shown)') ?? null

/** A sighting as audit details. */
export const describeSighting = ({ source, url }: Sighting): Details => ({
  source: withoutSecrets(source),
  url: withoutSecrets(url),
})

/**
 * Does with a leaked key what the key policy of its project says: revokes it, or flags it and lets it answer. The key is
 * locked and not revoked.
 * @param secretVersion Which of its secrets was seen; null where that is not known.
 */
export async function actOnLeak(
  unit: ChangeUnit,
  key: Pick<ApiKey, 'id' | 'name' | 'organizationId' | 'projectId' | 'leakedAt'>,
  sighting: Sighting,
  reporter: { userId: string | null; serviceAccountId: string | null },
  secretVersion: number | null,
): Promise<LeakAction> {
  const { id, name, organizationId, projectId } = key
  const { leakedKeyAction } = await policyOf(unit.tx, projectId)
  const isRevoked = leakedKeyAction === 'REVOKE'
  const current = await unit.tx.apiKeySecret.findFirst({
    where: { apiKeyId: id, retiresAt: null },
    select: { createdAt: true },
  })
  // A report from before the last rotation was about another secret.
  const isKnown = key.leakedAt !== null && current !== null && key.leakedAt >= current.createdAt
  await unit.tx.apiKey.update({
    where: { id },
    data: {
      ...(isKnown ? {} : { leakedAt: unit.now }),
      ...(isRevoked
        ? {
            revokedAt: unit.now,
            revokedByUserId: reporter.userId,
            revokedByServiceAccountId: reporter.serviceAccountId,
            revocationReason: 'LEAKED' as const,
          }
        : {}),
    },
  })
  // Of whose secret it is not said which one it was, each that answers may be it.
  const which = secretVersion === null ? {} : { version: secretVersion }
  await unit.tx.apiKeySecret.updateMany({
    where: { apiKeyId: id, OR: [{ retiresAt: null }, { retiresAt: { gt: unit.now } }], ...which },
    data: { leakedAt: unit.now },
  })
  const more: Details = secretVersion === null ? {} : { secretVersion }
  const target = { organizationId, projectId, targetType: 'ApiKey', targetId: id, targetName: name }
  const details = { ...describeSighting(sighting), ...more, leakedKeyAction }
  unit.audit({ ...target, action: 'apiKey.leakReported', details })
  unit.announce({ organizationId, projectId, kind: 'API_KEY_LEAKED', subjectId: id })
  if (isRevoked) {
    unit.audit({ ...target, action: 'apiKey.revoked', details: { reason: 'LEAKED' } })
    unit.announce({ organizationId, projectId, kind: 'API_KEY_REVOKED', subjectId: id })
  }
  return leakedKeyAction
}
