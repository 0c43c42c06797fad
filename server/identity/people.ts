import type { Database } from '@keyward/prisma/database'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { bearer, genericOAuth } from 'better-auth/plugins'
import { uuidv7 } from 'uuidv7'
import { ownOrigins, type ServerConfig } from '../config/config.ts'
import type { Log } from '../telemetry/log.ts'
import { personName } from './person-name.ts'
import { createRateLimit } from './rate-limit.ts'
import { refuseSignUp } from './sign-up-policy.ts'

/** Carries the client's address to better-auth. A client's own header of this name is dropped. */
export const CLIENT_ADDRESS_HEADER = 'x-keyward-client-address'

/** Provider id of single sign-on: `POST /auth/sign-in/social { provider: 'oidc' }`. */
export const OIDC_PROVIDER = 'oidc'

/** A live session and its person. */
export interface SignedIn {
  sessionId: string
  expiresAt: Date
  user: { id: string; name: string; email: string }
}

/** People: sign-up, sign-in, sessions. */
export interface People {
  /** Serves everything under /auth. */
  handle(request: Request): Promise<Response>
  /** Name of the session cookie. */
  cookieName: string
  /** Reads the session of a signed token from the database. Null if it is invalid or ended. */
  findSession(signedToken: string): Promise<SignedIn | null>
}

interface PeopleOptions {
  config: ServerConfig
  database: Database
  log: Log
  /** Called after a session has ended, or may have changed, in the database. */
  onSessionEnded(sessionId: string): Promise<void>
  /** Called after a person's own data changed. */
  onUserChanged(userId: string): void
}

const DAY = 86_400

/** Endpoints of better-auth that are off: the operator removes people, and addresses do not change. */
const DISABLED_PATHS = [
  '/change-email',
  '/delete-user',
  '/delete-user/callback',
  '/error',
  '/ok',
  '/request-password-reset',
  '/reset-password',
  '/send-verification-email',
  '/update-session',
  '/verify-email',
  '/verify-password',
]

const acceptedName = (given: unknown): string => {
  const name = personName(given)
  if (name !== null) return name
  throw new APIError('BAD_REQUEST', {
    code: 'INVALID_NAME',
    message: 'A name has 1 to 100 visible characters.',
  })
}

const refused = (refusal: { code: string; message: string }) => new APIError('FORBIDDEN', refusal)

/** A provider's tokens are not stored: Keyward needs them only to identify the person. */
const withoutTokens = { accessToken: null, refreshToken: null, idToken: null }

function oidcPlugins(config: ServerConfig) {
  if (!config.oidc) return []
  const { issuer, clientId, clientSecret, name } = config.oidc
  return [
    genericOAuth({
      config: [
        {
          providerId: OIDC_PROVIDER,
          name,
          discoveryUrl: `${issuer}/.well-known/openid-configuration`,
          clientId,
          clientSecret,
          scopes: ['openid', 'email', 'profile'],
          pkce: true,
          requireIdTokenVerification: true,
          disableProviderLogout: true,
          mapProfileToUser: (profile) => ({
            name: personName(profile.name) ?? personName(profile.email) ?? 'Unnamed',
          }),
        },
      ],
    }),
  ]
}

/** Sets up better-auth over the shared database. */
export async function createPeople({
  config,
  database,
  log,
  onSessionEnded,
  onUserChanged,
}: PeopleOptions): Promise<People> {
  const attempts = { window: 60, max: config.signInPerMinute }
  const options = {
    appName: 'Keyward',
    baseURL: config.publicUrl,
    basePath: '/auth',
    secret: config.sessionSecret,
    trustedOrigins: ownOrigins(config),
    telemetry: { enabled: false },
    logger: {
      // Its messages name people's addresses, so routine ones are dropped.
      log: (level, message) => {
        if (level === 'error') log.warn('sign-in', { detail: message.replaceAll(/\S+@\S+/g, '(address)') })
      },
    },
    database: prismaAdapter(database.prisma, { provider: 'postgresql', transaction: true }),
    advanced: {
      database: {
        generateId: () => uuidv7(),
        // Ending a person's sessions must reach all of them; the default stops at 100.
        defaultFindManyLimit: 10_000,
      },
      cookiePrefix: 'keyward',
      useSecureCookies: config.publicUrl.startsWith('https:'),
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      disableCSRFCheck: false,
      disableOriginCheck: false,
    },
    emailAndPassword: { enabled: true, minPasswordLength: 10, maxPasswordLength: 128 },
    account: { accountLinking: { disableImplicitLinking: true } },
    session: { expiresIn: 7 * DAY, updateAge: DAY, cookieCache: { enabled: false } },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 600,
      customStorage: createRateLimit(),
      customRules: { '/sign-in/*': attempts, '/sign-up/*': attempts, '/change-password': attempts },
    },
    disabledPaths: DISABLED_PATHS,
    user: {
      // Sign-ups by password are checked in the hook below, before their transaction begins. In here the check would
      // wait for a second connection from within it.
      validateUserInfo: async ({ user, source }) => {
        if (source.action !== 'create-user' || source.method === 'email-password') return
        const refusal = await refuseSignUp(config, database, { email: user.email ?? '', setupToken: null })
        if (refusal) return { error: refusal.code, errorDescription: refusal.message }
      },
    },
    hooks: {
      before: createAuthMiddleware(async (context) => {
        if (context.path !== '/sign-up/email') return
        const { email, name, setupToken } = context.body ?? {}
        acceptedName(name)
        if (typeof email !== 'string' || email.length > 254) return
        const token = context.headers?.get('x-keyward-setup-token') ?? setupToken
        const attempt = { email: email.toLowerCase(), setupToken: typeof token === 'string' ? token : null }
        const refusal = await refuseSignUp(config, database, attempt)
        if (refusal) throw refused(refusal)
      }),
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => ({ data: { ...user, name: acceptedName(user.name), image: null } }),
        },
        update: {
          before: async (user) => ({
            data: { ...user, ...(user.name === undefined ? {} : { name: acceptedName(user.name) }), image: null },
          }),
          after: async (user) => onUserChanged(user.id),
        },
      },
      account: {
        create: { before: async (account) => ({ data: { ...account, ...withoutTokens } }) },
        update: { before: async (account) => ({ data: { ...account, ...withoutTokens } }) },
      },
      session: {
        delete: { after: async (session) => onSessionEnded(session.id) },
      },
    },
    plugins: [bearer({ requireSignature: true }), ...oidcPlugins(config)],
  } satisfies BetterAuthOptions
  const auth = betterAuth(options)
  const { authCookies } = await auth.$context
  return {
    handle: (request) => auth.handler(request),
    cookieName: authCookies.sessionToken.name,
    async findSession(signedToken) {
      const headers = new Headers({ authorization: `Bearer ${signedToken}` })
      const found = await auth.api.getSession({ headers })
      if (!found) return null
      const { session, user } = found
      return {
        sessionId: session.id,
        expiresAt: session.expiresAt,
        user: { id: user.id, name: user.name, email: user.email },
      }
    },
  }
}
