import type { Database } from '@keyward/prisma/database'
import { generateSecret, hashSecret } from '../api-key/secret.ts'
import { latest } from '../core/host.ts'
import { decodeId, newId } from '../core/ids.ts'
import type { Runtime } from '../runtime.ts'
import { actAsSystem } from '../write/unit-of-work.ts'
import { verifyIdentityToken } from './identity-token.ts'
import { findLiveTrust, lockTrust, noteDenial } from './sql.ts'

/** A token that acts as a service account in one project. Only its hash is stored. */
export type Exchanged =
  | { outcome: 'ISSUED'; token: string; serviceAccountId: string }
  | { outcome: 'DENIED' | 'ISSUER_UNAVAILABLE' | 'TOO_MANY' }

const MAX_SUBJECT = 300

/**
 * Exchanges the identity token of a workload for a token of a trust's service account. The client names the trust, so
 * that a trust of another tenant cannot accept the token. A denial is the same for an unknown trust and for a token
 * that does not meet the conditions. Only the trust itself shows the reason.
 */
export async function exchangeIdentityToken(
  runtime: Runtime,
  { trustId, identityToken, lifetimeSeconds }: { trustId: string; identityToken: string; lifetimeSeconds: number },
): Promise<Exchanged> {
  const { database, limits } = runtime
  const uuid = decodeId('Trust', trustId)
  const [trust] = uuid ? await findLiveTrust(database, uuid) : []
  if (!trust) return { outcome: 'DENIED' }
  const verified = await verifyIdentityToken(runtime.issuerKeys, identityToken, trust, new Date(latest(database.clock)))
  if (typeof verified === 'string') {
    await noteDenial(database, trust.id, verified)
    return { outcome: verified === 'ISSUER_UNAVAILABLE' ? verified : 'DENIED' }
  }
  return actAsSystem(runtime, async (unit): Promise<Exchanged> => {
    const { tx } = unit
    // The trust may have been changed or paused while the token was verified.
    const current = (await lockTrust(tx, trust.id)) ? await tx.trust.findUnique({ where: { id: trust.id } }) : null
    const same =
      current?.enabled &&
      current.serviceAccountId === trust.service_account_id &&
      JSON.stringify(current.conditions) === JSON.stringify(trust.conditions)
    if (!same) return { outcome: 'DENIED' }
    const live = { trustId: trust.id, expiresAt: { gt: unit.now } }
    if ((await tx.trustToken.count({ where: live, take: limits.tokensPerTrust })) >= limits.tokensPerTrust)
      return { outcome: 'TOO_MANY' }
    const token = generateSecret('svc')
    const expiresAt = new Date(unit.now.getTime() + lifetimeSeconds * 1_000)
    const hash = new Uint8Array(hashSecret(token))
    await tx.trustToken.create({ data: { id: newId(), trustId: trust.id, hash, createdAt: unit.now, expiresAt } })
    await tx.trust.update({ where: { id: trust.id }, data: { lastUsedAt: unit.now } })
    unit.audit({
      organizationId: trust.organization_id,
      projectId: trust.project_id,
      action: 'trust.tokenCreated',
      targetType: 'Trust',
      targetId: trust.id,
      targetName: trust.name,
      details: {
        subject: verified.subject.slice(0, MAX_SUBJECT).toWellFormed().replaceAll('\u0000', ''),
        serviceAccount: trust.service_account_name,
        expiresAt: expiresAt.toISOString(),
      },
    })
    return { outcome: 'ISSUED', token, serviceAccountId: trust.service_account_id }
  })
}

/** Deletes expired tokens of trusts. */
export async function removeExpiredTrustTokens({ clock, prisma }: Database): Promise<number> {
  const { count } = await prisma.trustToken.deleteMany({ where: { expiresAt: { lte: clock.now() } } })
  return count
}
