import type { Database } from '@keyward/prisma/database'
import { isRecentSignIn } from '@keyward/schema/user/recent-sign-in'
import { APIError, type createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'

type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

/**
 * Throws unless the person signed in recently, so that someone with an old stolen session cannot extend their access.
 * Returns the person.
 */
export async function requireRecentSignIn(
  { prisma, clock }: Database,
  context: HookContext,
  message: string,
): Promise<string> {
  const found = await getSessionFromCtx(context)
  if (!found) throw new APIError('UNAUTHORIZED')
  const isRecent = await isRecentSignIn(prisma, found.session.id, clock.now())
  if (!isRecent) throw new APIError('FORBIDDEN', { code: 'SESSION_NOT_FRESH', message })
  return found.session.userId
}
