import type { Transaction } from '@keyward/prisma/database'

/** The maximum age of a sign-in for sensitive actions, so that a stolen session does not permit them for long. */
const FRESH_MS = 10 * 60_000

/**
 * Whether a session's person signed in recently. Null if the session has ended. A program's session has the sign-in
 * time of the person's session that approved it.
 */
export async function isRecentSignIn(tx: Pick<Transaction, 'session'>, sessionId: string, now: Date) {
  const select = { createdAt: true, authenticatedAt: true }
  const session = await tx.session.findUnique({ where: { id: sessionId }, select })
  return session && now.getTime() - (session.authenticatedAt ?? session.createdAt).getTime() <= FRESH_MS
}
