import type { Transaction } from '@keyward/prisma/database'

/** Locks a collaborator against being changed or removed. */
export const lockCollaboratorRow = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM collaborator WHERE id = ${id}::uuid FOR UPDATE`
