import type { Transaction } from '@keyward/prisma/database'

/** Locks an organization's legacy key against being changed. */
export const lockLegacyKey = (tx: Transaction, organizationId: string) =>
  tx.$queryRaw`SELECT id FROM legacy_key WHERE organization_id = ${organizationId}::uuid FOR UPDATE`
