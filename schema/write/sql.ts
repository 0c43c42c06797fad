import type { Transaction } from '@keyward/prisma/database'
import type { OrganizationRole, ProjectRole } from '../core/policy.ts'

export interface MemberRow {
  organization_id: string
  role: OrganizationRole
}

export interface CollaboratorRow {
  project_id: string
  organization_id: string
  role: ProjectRole
}

/** Reads and share-locks the organization roles of a person or service account. */
export const lockMemberRoles = (tx: Transaction, principalId: string, organizationIds: string[]) =>
  tx.$queryRaw<MemberRow[]>`
    SELECT organization_id, role::text AS role FROM member
     WHERE organization_id = ANY(${organizationIds}::uuid[])
       AND (user_id = ${principalId}::uuid OR service_account_id = ${principalId}::uuid) FOR SHARE`

/** Reads and share-locks the project roles of a person or service account. */
export const lockCollaboratorRoles = (tx: Transaction, principalId: string, organizationIds: string[]) =>
  tx.$queryRaw<CollaboratorRow[]>`
    SELECT project_id, organization_id, role::text AS role FROM collaborator
     WHERE organization_id = ANY(${organizationIds}::uuid[])
       AND (user_id = ${principalId}::uuid OR service_account_id = ${principalId}::uuid) FOR SHARE`

/**
 * Inserts the record of an idempotency key, or takes over an expired record. False if a live record exists. A
 * simultaneous request with the same key waits here until the first one commits.
 */
export async function claimIdempotencyRecord(
  tx: Transaction,
  { id, inputHash, now, expiresAt }: { id: Uint8Array; inputHash: Uint8Array; now: Date; expiresAt: Date },
): Promise<boolean> {
  const claimed = await tx.$executeRaw`
    INSERT INTO idempotency_record AS record (id, input_hash, sealed, expires_at)
    VALUES (${id}, ${inputHash}, ''::bytea, ${expiresAt})
    ON CONFLICT (id) DO UPDATE SET input_hash = excluded.input_hash, sealed = excluded.sealed, expires_at = excluded.expires_at
      WHERE record.expires_at <= ${now}`
  return claimed > 0
}
