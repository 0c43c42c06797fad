import type { Database } from '@keyward/prisma/database'
import { isRecentSignIn } from '@keyward/schema/user/recent-sign-in'
import type { BetterAuthOptions, BetterAuthPlugin } from 'better-auth'
import {
  APIError,
  createAuthEndpoint,
  type createAuthMiddleware,
  getSessionFromCtx,
  verifyEmail,
} from 'better-auth/api'
import { z } from 'zod'
import type { RecordEvent } from './account-events.ts'
import { authRequests } from './auth-request.ts'
import { rateLimitOf } from './shared-counts.ts'

type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

/** A link that proves control of an e-mail address. */
export interface Link {
  kind: 'reset-password' | 'verify-email'
  to: string
  token: string
}

/**
 * Passes a link on for delivery. Must not wait for the delivery, because the delay would reveal that the account
 * exists.
 */
export type SendLink = (link: Link) => void

/** Paths that send links or accept their tokens. Attempts are limited per client address like those of sign-in. */
export const LINK_PATHS = ['/request-password-reset', '/reset-password', '/send-verification-email', '/verify-address']

/**
 * Disabled, because Keyward's own page reads the token. better-auth's redirect would put the token into URLs that are
 * logged.
 */
export const TOKEN_REDIRECT = '/reset-password/:token'

/** Accepts a link's token in the body. better-auth's own endpoint reads it from the URL, which proxies log. */
const verifyAddress = createAuthEndpoint(
  '/verify-address',
  { method: 'POST', body: z.object({ token: z.string().max(4096) }) },
  async ({ context, headers, body: { token } }) => verifyEmail({ context, headers, query: { token } }),
)

/** URL of a link's page. The token is in the fragment, which servers and proxies do not log. */
export const urlOf = (publicUrl: string, { kind, token }: Link): string => `${publicUrl}/${kind}#token=${token}`

const HOUR_S = 3600

/**
 * Maximum number of links of one kind per recipient and hour. A link stays valid for that hour, so a stranger's
 * requests cannot prevent the person from getting a valid link.
 */
const PER_RECIPIENT = { window: HOUR_S, max: 3 }

const NOT_FRESH = {
  code: 'SESSION_NOT_FRESH',
  message: 'You can set a first password only within 10 minutes of signing in. Sign in again, then repeat this.',
}

const NO_MAIL = {
  code: 'MAIL_NOT_CONFIGURED',
  message: 'This instance sends no mail. Ask its operator for a link.',
}

interface LinkOptions {
  database: Database
  record: RecordEvent
  sendLink: SendLink | null
}

/** Sets up password resets and address verification by link. */
export function createLinks({ database, record, sendLink }: LinkOptions) {
  const { prisma } = database
  const sent = rateLimitOf('links')

  async function send(link: Link): Promise<void> {
    const { allowed } = await sent.consume(`${link.kind} ${link.to}`, PER_RECIPIENT)
    if (allowed) sendLink?.(link)
  }

  const findPassword = (userId: string) =>
    prisma.account.findFirst({ where: { userId, providerId: 'credential' }, select: { id: true } })

  /**
   * People who use single sign-on cannot get a password by mail, because their provider decides who signs in. They can
   * request a first password if they signed in recently.
   */
  async function sendReset(user: { id: string; email: string }, token: string): Promise<void> {
    const isAllowed = authRequests.getStore()?.firstPasswordOf === user.id || (await findPassword(user.id)) !== null
    if (isAllowed) await send({ kind: 'reset-password', to: user.email, token })
  }

  /** Marks the request as one for a first password. Throws if the person did not sign in recently. */
  async function beginFirstPassword(context: HookContext): Promise<void> {
    const found = await getSessionFromCtx(context)
    const email = context.body?.email
    if (!found || typeof email !== 'string' || email.toLowerCase() !== found.user.email) return
    if (await findPassword(found.user.id)) return
    const isRecent = await isRecentSignIn(prisma, found.session.id, database.clock.now())
    if (!isRecent) throw new APIError('FORBIDDEN', NOT_FRESH)
    const request = authRequests.getStore()
    if (request) request.firstPasswordOf = found.user.id
  }

  return {
    passwordReset: {
      sendResetPassword: async ({ user, token }) => sendReset(user, token),
      resetPasswordTokenExpiresIn: HOUR_S,
      revokeSessionsOnPasswordReset: true,
      async onPasswordReset({ user }) {
        const request = authRequests.getStore()
        if (request) request.passwordResetOf = user.email
        await record(user, { action: 'user.passwordReset' }, null)
      },
    } satisfies Partial<BetterAuthOptions['emailAndPassword']>,
    emailVerification: {
      sendOnSignUp: sendLink !== null,
      expiresIn: HOUR_S,
      async sendVerificationEmail({ user, token }) {
        if (!user.emailVerified) await send({ kind: 'verify-email', to: user.email, token })
      },
      afterEmailVerification: async (user) => record(user, { action: 'user.emailVerified' }, null),
    } satisfies BetterAuthOptions['emailVerification'],
    plugin: { id: 'address-verification', endpoints: { verifyAddress } } satisfies BetterAuthPlugin,
    async before(context: HookContext): Promise<void> {
      const { path } = context
      if (path === TOKEN_REDIRECT) throw new APIError('NOT_FOUND')
      const sends = path === '/request-password-reset' || path === '/send-verification-email'
      if (sends && !sendLink) throw new APIError('BAD_REQUEST', NO_MAIL)
      if (path === '/request-password-reset') await beginFirstPassword(context)
    },
  }
}
