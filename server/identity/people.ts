import { measureAfterSuspension } from '@keyward/schema/core/host'
import { encodeId } from '@keyward/schema/core/ids'
import { betterAuth } from 'better-auth'
import { type AuthOptions, createAuthOptions } from './auth-options.ts'
import { type AuthRequest, authRequests } from './auth-request.ts'
import { INVALID_RESPONSE } from './passkeys.ts'
import { createOffset } from './wall-times.ts'

/** A live session and the person that it belongs to. */
export interface SignedIn {
  sessionId: string
  expiresAt: Date
  user: { id: string; name: string; email: string }
  /** Cookies of a session that was just renewed, which happens once a day. */
  cookies: readonly string[]
}

/** Manages people: sign-up, sign-in and sessions. */
export interface People {
  /** Serves everything under /auth. */
  handle(request: Request, clientAddress: string | null): Promise<Response>
  /** Name of the session cookie. */
  cookieName: string
  /** Name of the cookie that marks the session of a person who chose not to be remembered. */
  forgetCookieName: string
  /** Reads the session of a signed token from the database. Null if the token is invalid or the session has ended. */
  findSession(signedToken: string, options?: { renew?: boolean }): Promise<SignedIn | null>
  /** Sends a password reset link to an account. Does nothing for an unknown address. */
  sendResetLink(email: string): Promise<void>
}

interface PeopleOptions extends Omit<AuthOptions, 'clockOffset'> {
  /**
   * Called after each request from a person that may have changed data. `isCertain` is false if the database failed.
   */
  onServed?(userId: string, isCertain: boolean): Promise<void> | undefined
}

/** Sets up better-auth over the shared database. */
export async function createPeople(given: PeopleOptions): Promise<People> {
  const { database, log, onServed } = given
  /** Logs a failed sign-in with ids only, because a person's address must not be logged. */
  async function logFailedSignIn(email: string, client: string | null, status: number): Promise<void> {
    const user = await database.prisma.user.findUnique({ where: { email }, select: { id: true } })
    log.warn('sign-in failed', { client, status, accountId: user ? encodeId('User', user.id) : undefined })
  }

  const clockOffset = createOffset(database.clock)
  const auth = betterAuth(createAuthOptions({ ...given, clockOffset }))
  const { authCookies } = await auth.$context
  return {
    async handle(request, clientAddress) {
      await measureAfterSuspension(database.clock)
      const state: AuthRequest = {}
      return authRequests.run(state, async () => {
        let failed = false
        try {
          const response = await auth.handler(request)
          failed = response.status === 401
          const refused = failed || response.status === 429
          if (state.attempt && refused) await logFailedSignIn(state.attempt.email, clientAddress, response.status)
          if (state.outage && response.status >= 400) throw state.outage
          return state.isPasskeyUnreadable ? Response.json(INVALID_RESPONSE, { status: 400 }) : response
        } finally {
          state.attempt?.settle(failed)
          if (state.personId !== undefined && request.method !== 'GET') await onServed?.(state.personId, !state.outage)
        }
      })
    },
    async sendResetLink(email) {
      await measureAfterSuspension(database.clock)
      await authRequests.run({}, () => auth.api.requestPasswordReset({ body: { email } }))
    },
    cookieName: authCookies.sessionToken.name,
    forgetCookieName: authCookies.dontRememberToken.name,
    async findSession(signedToken, { renew = true } = {}) {
      const headers = new Headers({ authorization: `Bearer ${signedToken}` })
      const { response: found, headers: answered } = await auth.api.getSession({
        headers,
        query: { disableRefresh: !renew },
        returnHeaders: true,
      })
      if (!found) return null
      const { session, user } = found
      return {
        sessionId: session.id,
        expiresAt: session.expiresAt,
        user: { id: user.id, name: user.name, email: user.email },
        cookies: answered.getSetCookie(),
      }
    },
  }
}
