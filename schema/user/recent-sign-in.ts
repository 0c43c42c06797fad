import type { Transaction } from '@keyward/prisma/database'

/** The longest time since the sign-in of a person who does what nobody may do with a session that was taken over. */
const FRESH_MS = 10 * 60_000

/**
 * Whether the person of a session signed in just now. Null for a session that has ended. A session that an older one
 * approved, as that of a program, is as old as the sign-in of that one.
 */
export async function isRecentSignIn(tx: Pick<Transaction, 'session'>, sessionId: string, now: Date) {
  const select = { createdAt: true, authenticatedAt: true }
  const session = await tx.session.findUnique({ where: { id: sessionId }, select })
  return session && now.getTime() - (session.authenticatedAt ?? session.createdAt).getTime() <= FRESH_MS
}
