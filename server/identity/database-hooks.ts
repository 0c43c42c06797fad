import type { BetterAuthOptions } from 'better-auth'
import { type AuthRequest, authRequests } from './auth-request.ts'
import type { Passkeys } from './passkeys.ts'
import { acceptedName } from './person-name.ts'
import { OIDC_PROVIDER } from './single-sign-on.ts'

/** Provider tokens are not stored, because Keyward needs them only to identify the person. */
const withoutTokens = { accessToken: null, refreshToken: null, idToken: null }

const founderOf = (request?: AuthRequest) => (request?.isFounder ? { emailVerified: true } : {})

interface DatabaseHooksOptions {
  passkeys: Passkeys
  /** Called after a session has ended or may have changed in the database. */
  onSessionEnded(sessionId: string): Promise<void>
  /** Called after a person's own data changed. */
  onUserChanged(userId: string): Promise<void> | undefined
}

/** better-auth's hooks around changes to people, accounts and sessions. */
export const createDatabaseHooks = ({ passkeys, onSessionEnded, onUserChanged }: DatabaseHooksOptions) =>
  ({
    user: {
      create: {
        before: async (user) => {
          const request = authRequests.getStore()
          if (request) request.createsUser = true
          return { data: { ...user, name: acceptedName(user.name), image: null, ...founderOf(request) } }
        },
      },
      update: {
        before: async (user) => {
          const request = authRequests.getStore()
          if (request && 'twoFactorEnabled' in user) request.secondFactorTurned = user.twoFactorEnabled === true
          return {
            data: { ...user, ...(user.name === undefined ? {} : { name: acceptedName(user.name) }), image: null },
          }
        },
        after: async (user) => onUserChanged(user.id),
      },
    },
    account: {
      create: {
        before: async (account) => ({ data: { ...account, ...withoutTokens } }),
        after: async ({ providerId, userId }) => {
          const request = authRequests.getStore()
          // A new person's first sign-in method is not recorded as a connection.
          if (request && providerId === OIDC_PROVIDER && !request.createsUser) request.connectedUserId = userId
        },
      },
      update: { before: async (account) => ({ data: { ...account, ...withoutTokens } }) },
    },
    session: {
      create: {
        before: async ({ userId }, context) => {
          if (context?.path === '/sign-in/email') await passkeys.requirePasskey(userId)
        },
      },
      delete: { after: async (session) => onSessionEnded(session.id) },
    },
  }) satisfies BetterAuthOptions['databaseHooks']
