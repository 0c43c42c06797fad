import type { Transaction } from '@keyward/prisma/database'

/** Locks a project against other changes to it and to the objects that its quotas count. */
export const lockProject = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM project WHERE id = ${id}::uuid FOR NO KEY UPDATE`
