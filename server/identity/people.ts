import type { Database } from '@keyward/prisma/database'
import { isUnavailable } from '@keyward/prisma/errors'
import { encodeId } from '@keyward/schema/core/ids'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { bearer } from 'better-auth/plugins'
import { uuidv7 } from 'uuidv7'
import { ownDomain, ownOrigins, type ServerConfig } from '../config/config.ts'
import type { Log } from '../telemetry/log.ts'
import type { RecordEvent } from './account-events.ts'
import { type AuthRequest, authRequests } from './auth-request.ts'
import { addressOf } from './client-address.ts'
import { createDeviceSignIn, DEVICE_PATHS } from './device-sign-in.ts'
import { createLinks, LINK_PATHS, type SendLink } from './links.ts'
import { createPasskeys, INVALID_RESPONSE, PASSKEY_CHALLENGES, PASSKEY_PATHS, PASSKEY_SIGN_IN } from './passkeys.ts'
import { type Passwords, scryptPasswords } from './passwords.ts'
import { personName } from './person-name.ts'
import { createRateLimit } from './rate-limit.ts'
import { CODE_PATHS, createSecondFactor, DISABLED_SECOND_FACTOR_PATHS, SECOND_FACTOR_PATHS } from './second-factor.ts'
import { SignInGuard } from './sign-in-guard.ts'
import { hasNoAccount, refuseSignUp } from './sign-up-policy.ts'
import { oidcPlugins, validateUserInfo } from './single-sign-on.ts'

/** Carries the client's address to better-auth. A client's own header of this name is dropped. */
export const CLIENT_ADDRESS_HEADER = 'x-keyward-client-address'

/** A live session and its person. */
export interface SignedIn {
  sessionId: string
  expiresAt: Date
  user: { id: string; name: string; email: string }
}

/** People: sign-up, sign-in, sessions. */
export interface People {
  /** Serves everything under /auth. */
  handle(request: Request, clientAddress: string | null): Promise<Response>
  /** Name of the session cookie. */
  cookieName: string
  /** Reads the session of a signed token from the database. Null if it is invalid or ended. */
  findSession(signedToken: string): Promise<SignedIn | null>
  /** Sends a link for a new password to an account. Nothing is sent to an unknown address. */
  sendResetLink(email: string): Promise<void>
}

interface PeopleOptions {
  config: ServerConfig
  database: Database
  log: Log
  record: RecordEvent
  /** Sends links to people. Null where no mail is configured. */
  sendLink: SendLink | null
  /** Called after a session has ended, or may have changed, in the database. */
  onSessionEnded(sessionId: string): Promise<void>
  /** Called after a person's own data changed. */
  onUserChanged(userId: string): void
  /** With scrypt by default. */
  passwords?: Passwords
}

const DAY = 86_400

/** Failed sign-ins per account and hour, for each attempt that one client address has per minute. */
const FAILURES_PER_ATTEMPT = 5

/** Wrong codes per account and hour, of browsers that the account knows and of all others. 5 are wrong in one challenge. */
const WRONG_CODES = 10

const DEVICE_COOKIE = 'keyward.device'
const COOKIE_PATHS = ['/sign-in/email', '/sign-up/email', PASSKEY_SIGN_IN, ...CODE_PATHS]

/** Paths whose attempts are limited per client address. */
const ATTEMPT_PATHS = [
  '/sign-in/*',
  '/sign-up/*',
  '/change-password',
  ...LINK_PATHS,
  ...SECOND_FACTOR_PATHS,
  ...DEVICE_PATHS,
  ...PASSKEY_PATHS,
]

/**
 * Endpoints of better-auth that are off: the operator removes people, addresses do not change, and the token of a link
 * comes in a body.
 */
const DISABLED_PATHS = [
  '/change-email',
  '/delete-user',
  '/delete-user/callback',
  '/error',
  '/ok',
  '/update-session',
  '/verify-email',
  '/verify-password',
  ...DISABLED_SECOND_FACTOR_PATHS,
]

const acceptedName = (given: unknown): string => {
  const name = personName(given)
  if (name !== null) return name
  throw new APIError('BAD_REQUEST', {
    code: 'INVALID_NAME',
    message: 'A name has 1 to 100 visible characters.',
  })
}

const INVALID_EMAIL = { code: 'INVALID_EMAIL', message: `An e-mail address has at most 254 characters.` }

const TOO_MANY_FAILURES = {
  code: 'TOO_MANY_FAILURES',
  message: 'Too many sign-ins to this account have failed. Use a browser that has signed in to it before, or wait.',
}

/** A provider's tokens are not stored: Keyward needs them only to identify the person. */
const withoutTokens = { accessToken: null, refreshToken: null, idToken: null }

const EMAIL_CHARACTERS = 254
const PASSWORD_CHARACTERS = { least: 10, most: 128 }

/**
 * Gives better-auth our transactions instead of its own: they wait as long for a connection, and the guard of the root
 * client rejects code that would open a second connection from within, on both kinds of database.
 */
const withOwnTransactions = ({ prisma, transaction }: Database) =>
  new Proxy(prisma, { get: (client, key) => (key === '$transaction' ? transaction : Reflect.get(client, key)) })

const hasSecondFactor = (user?: object): boolean => user !== undefined && Reflect.get(user, 'twoFactorEnabled') === true

const founderOf = (request?: AuthRequest) => (request?.isFounder ? { emailVerified: true } : {})

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Sets up better-auth over the shared database. */
export async function createPeople({
  config,
  database,
  log,
  record,
  sendLink,
  onSessionEnded,
  onUserChanged,
  passwords = scryptPasswords,
}: PeopleOptions): Promise<People> {
  const attempts = { window: 60, max: config.signInPerMinute }
  const guard = new SignInGuard({
    database,
    secret: config.sessionSecret,
    most: FAILURES_PER_ATTEMPT * config.signInPerMinute,
  })
  const devices = createDeviceSignIn({ database, record })
  const links = createLinks({ database, record, sendLink })
  const secondFactor = createSecondFactor({
    database,
    encryptionKeys: config.encryptionKeys,
    guard: new SignInGuard({ database, secret: config.sessionSecret, most: WRONG_CODES, mostOfDevices: WRONG_CODES }),
    deviceIn: (context) => context.getCookie(DEVICE_COOKIE) ?? null,
    record,
  })
  const passkeys = createPasskeys({
    database,
    domain: ownDomain(config),
    origins: ownOrigins(config),
    acceptedName,
    record,
  })
  const isSecure = config.publicUrl.startsWith('https:')
  const deviceCookie = {
    path: '/auth',
    maxAge: 365 * DAY,
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure,
  } as const

  type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

  async function beginSignIn(context: HookContext): Promise<void> {
    const email = text(context.body?.email)?.toLowerCase()
    const request = authRequests.getStore()
    if (email === undefined || !request) return
    if (email.length > EMAIL_CHARACTERS) throw new APIError('BAD_REQUEST', INVALID_EMAIL)
    const clientAddress = addressOf(context)
    const attempt = await guard.begin({ email, clientAddress, device: context.getCookie(DEVICE_COOKIE) ?? null })
    request.attempt = { email, settle: 'settle' in attempt ? attempt.settle : () => undefined }
    if ('retryAfter' in attempt) {
      throw new APIError('TOO_MANY_REQUESTS', TOO_MANY_FAILURES, { 'x-retry-after': String(attempt.retryAfter) })
    }
  }

  async function beginSignUp(context: HookContext): Promise<void> {
    const { email: given, name, password, setupToken, invitationToken } = context.body ?? {}
    acceptedName(name)
    const email = text(given)?.toLowerCase()
    if (email === undefined || email.length > EMAIL_CHARACTERS) throw new APIError('BAD_REQUEST', INVALID_EMAIL)
    const isFounder = await hasNoAccount(database)
    const refusal = await refuseSignUp(config, database, {
      email,
      setupToken: context.headers?.get('x-keyward-setup-token') ?? text(setupToken),
      invitationToken: context.headers?.get('x-keyward-invitation') ?? text(invitationToken),
    })
    if (refusal) throw new APIError('FORBIDDEN', refusal)
    const request = authRequests.getStore()
    if (request) request.isFounder = isFounder
    const length = text(password)?.length ?? 0
    if (request && length >= PASSWORD_CHARACTERS.least && length <= PASSWORD_CHARACTERS.most) {
      // Hashing takes a tenth of a second. Inside the transaction, it would hold a connection that long.
      request.passwordHash = await passwords.hash(password)
    }
  }

  /** Logs a failed sign-in by ids only: the address of a person may not be logged. */
  async function logFailedSignIn(email: string, client: string | null, status: number): Promise<void> {
    const user = await database.prisma.user.findUnique({ where: { email }, select: { id: true } })
    log.warn('sign-in failed', { client, status, accountId: user ? encodeId('User', user.id) : undefined })
  }

  const options = {
    appName: 'Keyward',
    baseURL: config.publicUrl,
    basePath: '/auth',
    secret: config.sessionSecret,
    trustedOrigins: ownOrigins(config),
    telemetry: { enabled: false },
    logger: {
      // Its messages name people's addresses, so routine ones are dropped.
      log: (level, message, ...details) => {
        const request = authRequests.getStore()
        // better-auth turns failures of the database into refusals. Only here does it show what they were.
        const outage = details.find((detail): detail is Error => detail instanceof Error && isUnavailable(detail))
        if (request && outage) request.outage = outage
        if (level === 'error') log.warn('sign-in', { detail: message.replaceAll(/\S+@\S+/g, '(address)') })
      },
    },
    database: prismaAdapter(withOwnTransactions(database), { provider: 'postgresql', transaction: true }),
    advanced: {
      database: {
        generateId: () => uuidv7(),
        // Ending a person's sessions must reach all of them; the default stops at 100.
        defaultFindManyLimit: 10_000,
      },
      cookiePrefix: 'keyward',
      useSecureCookies: isSecure,
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      disableCSRFCheck: false,
      disableOriginCheck: false,
    },
    // Errors other than refusals reach handle() below, and the server's log.
    onAPIError: { throw: true },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_CHARACTERS.least,
      maxPasswordLength: PASSWORD_CHARACTERS.most,
      password: {
        hash: async (password) => authRequests.getStore()?.passwordHash ?? passwords.hash(password),
        verify: passwords.verify,
      },
      ...links.passwordReset,
    },
    emailVerification: links.emailVerification,
    // The tokens of links are secrets: only their hash is stored.
    verification: { storeIdentifier: 'hashed' },
    account: { accountLinking: { disableImplicitLinking: true } },
    // Lists of sessions are shown at any age. Changes of passkeys check by themselves that the sign-in is recent.
    session: { expiresIn: 7 * DAY, updateAge: DAY, freshAge: 0, cookieCache: { enabled: false } },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 600,
      customStorage: createRateLimit(),
      customRules: {
        ...Object.fromEntries(ATTEMPT_PATHS.map((path) => [path, attempts])),
        [PASSKEY_CHALLENGES.path]: { ...attempts, max: PASSKEY_CHALLENGES.perAttempt * attempts.max },
      },
    },
    disabledPaths: DISABLED_PATHS,
    user: { validateUserInfo },
    hooks: {
      before: createAuthMiddleware(async (context) => {
        if (context.path === '/sign-in/email') await beginSignIn(context)
        if (context.path === '/sign-up/email') await beginSignUp(context)
        links.before(context)
        return (await secondFactor.before(context)) ?? (await passkeys.before(context)) ?? devices.before(context)
      }),
      after: createAuthMiddleware(async (context) => {
        const { newSession, returned, session } = context.context
        // A password is half of a sign-in with a second factor: the browser is known once the code was right.
        const signedIn = context.path === '/sign-in/email' && hasSecondFactor(newSession?.user) ? null : newSession
        const email = COOKIE_PATHS.includes(context.path)
          ? signedIn?.user.email
          : authRequests.getStore()?.passwordResetOf
        if (email !== undefined) context.setCookie(DEVICE_COOKIE, guard.deviceOf(email), deviceCookie)
        if (context.path === '/change-password' && session && !(returned instanceof Error)) {
          await record(session.user, { action: 'user.passwordChanged' }, addressOf(context))
        }
        await secondFactor.after(context)
        return (await passkeys.after(context)) ?? devices.after(context)
      }),
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => ({
            data: { ...user, name: acceptedName(user.name), image: null, ...founderOf(authRequests.getStore()) },
          }),
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
        create: { before: async (account) => ({ data: { ...account, ...withoutTokens } }) },
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
    },
    // The bearer plugin returns tokens of sessions: after the second factor, which removes those that wait for a code.
    plugins: [
      ...secondFactor.plugins,
      bearer({ requireSignature: true }),
      devices.plugin,
      passkeys.plugin,
      links.plugin,
      ...oidcPlugins(config, database),
    ],
  } satisfies BetterAuthOptions
  const auth = betterAuth(options)
  const { authCookies } = await auth.$context
  return {
    handle(request, clientAddress) {
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
        }
      })
    },
    async sendResetLink(email) {
      await authRequests.run({}, () => auth.api.requestPasswordReset({ body: { email } }))
    },
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
