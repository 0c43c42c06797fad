import type { Transaction } from '@keyward/prisma/database'

/** Locks an invitation, by the hash of its token, against being accepted twice. */
export const lockInvitation = (tx: Transaction, tokenHash: Uint8Array) =>
  tx.$queryRaw`SELECT id FROM invitation WHERE token_hash = ${tokenHash} FOR UPDATE`
