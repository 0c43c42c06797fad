import type { Transaction } from '@keyward/prisma/database'

/** Locks an organization against other changes to it and to what is counted under it. */
export const lockOrganization = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM organization WHERE id = ${id}::uuid FOR NO KEY UPDATE`

/** Locks an organization against usage that is being recorded too. */
export const lockOrganizationUsage = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM organization WHERE id = ${id}::uuid FOR UPDATE`
