import type { Database } from '@keyward/prisma/database'
import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import { lockUser } from '@keyward/schema/user/sql'
import { APIError, type createAuthMiddleware } from 'better-auth/api'
import { z } from 'zod'
import type { RecordEvent } from './account-events.ts'
import { authRequests } from './auth-request.ts'
import { addressOf } from './client-address.ts'
import { requireRecentSignIn } from './recent-sign-in.ts'
import { OIDC_PROVIDER } from './single-sign-on.ts'

type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

const CONNECT = '/link-social'
const DISCONNECT = '/unlink-account'

const NOT_FRESH =
  'You can connect and disconnect single sign-on only within 10 minutes of signing in. Sign in again, then repeat this.'
const NOT_CONNECTED = {
  code: 'SIGN_IN_NOT_DISCONNECTABLE',
  message: 'Only single sign-on can be disconnected. A password can be changed.',
}
const LAST = {
  code: 'FAILED_TO_UNLINK_LAST_ACCOUNT',
  message: 'This is your only way to sign in. Set a password first.',
}

/** Connects people's accounts to single sign-on, and disconnects them. */
export function createConnections({ database, record }: { database: Database; record: RecordEvent }) {
  const { prisma } = database

  /**
   * Throws for a password, because a session must not be able to remove it. better-auth rejects unknown ids and other
   * people's ids.
   */
  async function requireConnection(userId: string, given: unknown): Promise<void> {
    const { data: id } = z.uuid().safeParse(given)
    const account = id && (await prisma.account.findFirst({ where: { id, userId }, select: { providerId: true } }))
    if (account && account.providerId !== OIDC_PROVIDER) throw new APIError('FORBIDDEN', NOT_CONNECTED)
  }

  /**
   * Deletes a sign-in method unless it is the person's last. better-auth's own count does not prevent simultaneous
   * deletions, so they run one after the other here, and each counts the methods again.
   */
  async function disconnect(given: Prisma.AccountDeleteArgs) {
    const deleted = await database.transaction(async (tx) => {
      const { id, userId } = await tx.account.findUniqueOrThrow({ ...given, select: { id: true, userId: true } })
      await lockUser(tx, userId)
      const others = await tx.account.count({ where: { userId, id: { not: id } } })
      if (others === 0) throw new APIError('BAD_REQUEST', LAST)
      return tx.account.delete(given)
    })
    const request = authRequests.getStore()
    if (request) request.disconnectedProvider = deleted.providerId
    return deleted
  }

  async function before(context: HookContext): Promise<void> {
    if (context.path !== CONNECT && context.path !== DISCONNECT) return
    const userId = await requireRecentSignIn(database, context, NOT_FRESH)
    if (context.path === DISCONNECT) await requireConnection(userId, context.body?.accountId)
  }

  async function after(context: HookContext): Promise<void> {
    const { session } = context.context
    const { connectedUserId, disconnectedProvider } = authRequests.getStore() ?? {}
    if (connectedUserId !== undefined) {
      const where = { id: connectedUserId }
      const user = await prisma.user.findUniqueOrThrow({ where, select: { id: true, name: true } })
      const details = { method: OIDC_PROVIDER }
      await record(user, { action: 'user.signInConnected', details }, addressOf(context))
    }
    if (disconnectedProvider !== undefined && session) {
      const details = { method: disconnectedProvider }
      await record(session.user, { action: 'user.signInDisconnected', details }, addressOf(context))
    }
  }

  return { before, after, disconnect }
}

export type Connections = ReturnType<typeof createConnections>
