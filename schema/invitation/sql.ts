import type { Transaction } from '@keyward/prisma/database'

/** Locks an invitation, by the hash of its token, against being accepted twice. */
export const lockInvitation = (tx: Transaction, tokenHash: Uint8Array) =>
  tx.$queryRaw`SELECT id FROM invitation WHERE token_hash = ${tokenHash} FOR UPDATE`

/** Locks an e-mail address against other invitations that count its mails. */
export const lockRecipient = (tx: Transaction, email: string) =>
  tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${email}, 0))::text`

/**
 * Locks the open invitations to a person. Accepting an invitation locks the invitation before the roles that it gives.
 * A removal of roles locks in the same order. So an acceptance either completes before the removal or sees it.
 */
export const lockInvitationsTo = (tx: Transaction, organizationId: string, userId: string) =>
  tx.$queryRaw`
    SELECT id FROM invitation
     WHERE organization_id = ${organizationId}::uuid AND accepted_at IS NULL AND cancelled_at IS NULL
       AND email = (SELECT email FROM "user" WHERE id = ${userId}::uuid)
     ORDER BY id FOR UPDATE`
