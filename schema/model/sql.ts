import type { Transaction } from '@keyward/prisma/database'

/** Locks all models against concurrent loads. Reads are not blocked. */
export const lockModels = (tx: Transaction) => tx.$executeRaw`LOCK TABLE model IN SHARE ROW EXCLUSIVE MODE`
