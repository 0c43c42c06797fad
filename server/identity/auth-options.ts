import type { Database } from '@keyward/prisma/database'
import { isUnavailable } from '@keyward/prisma/errors'
import type { BetterAuthOptions } from 'better-auth'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { createAuthMiddleware } from 'better-auth/api'
import { bearer } from 'better-auth/plugins'
import { uuidv7 } from 'uuidv7'
import { ownDomain, ownOrigins, pathPrefix, type ServerConfig } from '../config/config.ts'
import type { Log } from '../telemetry/log.ts'
import type { RecordEvent } from './account-events.ts'
import { authRequests } from './auth-request.ts'
import { addressOf } from './client-address.ts'
import { type Connections, createConnections } from './connections.ts'
import { createDatabaseHooks } from './database-hooks.ts'
import { COOKIE_PATHS, DEVICE_COOKIE, deviceCookie } from './device-cookie.ts'
import { createDeviceSignIn, DEVICE_PATHS } from './device-sign-in.ts'
import { createLinks, LINK_PATHS, type SendLink } from './links.ts'
import { createPasskeys, PASSKEY_CHALLENGES, PASSKEY_PATHS, type Passkeys } from './passkeys.ts'
import { type Passwords, scryptPasswords } from './passwords.ts'
import { acceptedName } from './person-name.ts'
import { createSecondFactor, DISABLED_SECOND_FACTOR_PATHS, SECOND_FACTOR_PATHS } from './second-factor.ts'
import { attemptsOf, rateLimitOf } from './shared-counts.ts'
import { createSignIn, PASSWORD_CHARACTERS } from './sign-in.ts'
import { SignInGuard } from './sign-in-guard.ts'
import { oidcPlugins, validateUserInfo } from './single-sign-on.ts'
import { createOffset, toDatabaseTimes, withWallTimes } from './wall-times.ts'

/** Header that passes the client's address to better-auth. If a client sends it, it is dropped. */
export const CLIENT_ADDRESS_HEADER = 'x-keyward-client-address'

export interface AuthOptions {
  config: ServerConfig
  database: Database
  /** How far the database's clock is ahead of this machine's clock, which better-auth reads. */
  clockOffset?: () => number
  log: Log
  record: RecordEvent
  /** Sends links to people. Null if mail is not configured. */
  sendLink: SendLink | null
  /** Called after a session has ended or may have changed in the database. */
  onSessionEnded(sessionId: string): Promise<void>
  /** Called after a person's own data changed. */
  onUserChanged(userId: string): Promise<void> | undefined
  /** Hashes passwords. Scrypt by default. */
  passwords?: Passwords
}

const DAY = 86_400

/** Failed sign-ins per account and hour, for each attempt per minute that one client address is allowed. */
const FAILURES_PER_ATTEMPT = 5

/**
 * Maximum number of wrong codes per account and hour, counted separately for browsers that the account knows and for
 * all others. One challenge permits 5.
 */
const WRONG_CODES = 10

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
 * Disabled better-auth endpoints. Operators remove people, addresses do not change, and link tokens are sent in a body.
 */
export const DISABLED_PATHS: string[] = [
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

/**
 * Makes better-auth use Keyward's transactions instead of its own. They wait as long for a connection, and on both
 * kinds of database the root client's guard rejects code that would open a second connection inside one. Passkeys are
 * counted when one is stored, and sign-in methods when one is deleted.
 */
const withOwnWrites = ({ prisma, transaction }: Database, { store }: Passkeys, { disconnect }: Connections) => {
  const passkey = new Proxy(prisma.passkey, {
    get: (table, key) => (key === 'create' ? store : Reflect.get(table, key)),
  })
  const account = new Proxy(prisma.account, {
    get: (table, key) => (key === 'delete' ? disconnect : Reflect.get(table, key)),
  })
  const own = new Map<string | symbol, unknown>(Object.entries({ $transaction: transaction, passkey, account }))
  return new Proxy(prisma, { get: (client, key) => own.get(key) ?? Reflect.get(client, key) })
}

/** Maximum length of a logged detail. Some messages quote headers, and the pattern takes quadratic time. */
const DETAIL_CHARACTERS = 500

const withoutAddresses = (message: string): string =>
  message.slice(0, DETAIL_CHARACTERS).replaceAll(/\S+@\S+/g, '(address)')

const hasSecondFactor = (user?: object): boolean => user !== undefined && Reflect.get(user, 'twoFactorEnabled') === true

/** Builds better-auth's options. */
export function createAuthOptions({
  config,
  database,
  clockOffset = createOffset(database.clock),
  log,
  record,
  sendLink,
  onSessionEnded,
  onUserChanged,
  passwords = scryptPasswords,
}: AuthOptions) {
  const attempts = { window: 60, max: config.signInPerMinute }
  const secrets = [config.sessionSecret, ...config.acceptedSessionSecrets] as const
  const guard = new SignInGuard({
    database,
    secrets,
    most: FAILURES_PER_ATTEMPT * config.signInPerMinute,
    counts: attemptsOf('passwords'),
  })
  const devices = createDeviceSignIn({ database, record, page: `${config.publicUrl}/device` })
  const connections = createConnections({ database, record })
  const links = createLinks({ database, record, sendLink })
  const secondFactor = createSecondFactor({
    database,
    encryptionKeys: config.encryptionKeys,
    guard: new SignInGuard({
      database,
      secrets,
      most: WRONG_CODES,
      mostOfDevices: WRONG_CODES,
      counts: attemptsOf('codes'),
    }),
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
  const { beginSignIn, beginSignUp } = createSignIn({ config, database, guard, passwords })
  const isSecure = config.publicUrl.startsWith('https:')
  const prefix = pathPrefix(config)
  return {
    appName: 'Keyward',
    baseURL: `${config.publicUrl}/auth`,
    basePath: `${prefix}/auth`,
    secret: config.sessionSecret,
    trustedOrigins: ownOrigins(config),
    telemetry: { enabled: false },
    logger: {
      // better-auth's messages contain people's addresses, so routine messages are dropped.
      log: (level, message, ...details) => {
        const request = authRequests.getStore()
        // better-auth turns database failures into rejections, and only this log call contains the cause.
        const outage = details.find((detail): detail is Error => detail instanceof Error && isUnavailable(detail))
        if (request && outage) request.outage = outage
        if (level === 'error') log.warn('sign-in', { detail: withoutAddresses(message) })
      },
    },
    database: prismaAdapter(withWallTimes(withOwnWrites(database, passkeys, connections), clockOffset), {
      provider: 'postgresql',
      transaction: true,
    }),
    advanced: {
      database: {
        generateId: () => uuidv7(),
        // Ending a person's sessions must end all of them. The default limit is 100.
        defaultFindManyLimit: 10_000,
      },
      cookiePrefix: 'keyward',
      useSecureCookies: isSecure,
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: prefix || '/' },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      disableCSRFCheck: false,
      disableOriginCheck: false,
    },
    // Throws errors other than rejections to handle() below, which logs them. The URL is the page that explains a
    // failed single sign-on if the request does not name a page.
    onAPIError: { throw: true, errorURL: `${prefix}/sign-in` },
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
    // Link tokens are secrets, so only their hashes are stored.
    verification: { storeIdentifier: 'hashed' },
    account: { accountLinking: { disableImplicitLinking: true } },
    // Sessions can be listed however old the sign-in is. Changing passkeys or connections requires a recent sign-in.
    session: { expiresIn: 7 * DAY, updateAge: DAY, freshAge: 0, cookieCache: { enabled: false } },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 600,
      customStorage: rateLimitOf('requests'),
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
        await links.before(context)
        await connections.before(context)
        return (await secondFactor.before(context)) ?? (await passkeys.before(context)) ?? devices.before(context)
      }),
      after: createAuthMiddleware(async (context) => {
        const { newSession, returned, session } = context.context
        const request = authRequests.getStore()
        if (request) request.personId = (session ?? newSession)?.user.id
        // With a second factor, a password is only half of a sign-in. The browser becomes known once a correct code was
        // entered.
        const signedIn = context.path === '/sign-in/email' && hasSecondFactor(newSession?.user) ? null : newSession
        const email = COOKIE_PATHS.includes(context.path) ? signedIn?.user.email : request?.passwordResetOf
        if (email !== undefined) context.setCookie(DEVICE_COOKIE, guard.deviceOf(email), deviceCookie(isSecure, prefix))
        if (context.path === '/change-password' && session && !(returned instanceof Error)) {
          await record(session.user, { action: 'user.passwordChanged' }, addressOf(context))
        }
        await connections.after(context)
        await secondFactor.after(context)
        const replaced = (await passkeys.after(context)) ?? (await devices.after(context))
        return toDatabaseTimes(replaced ?? returned, clockOffset) ?? replaced
      }),
    },
    databaseHooks: createDatabaseHooks({ passkeys, onSessionEnded, onUserChanged }),
    // The bearer plugin returns session tokens. It must come after the second factor, which removes sessions that still
    // need a code.
    plugins: [
      ...secondFactor.plugins,
      bearer({ requireSignature: true }),
      devices.plugin,
      passkeys.plugin,
      links.plugin,
      ...oidcPlugins(config, database),
    ],
  } satisfies BetterAuthOptions
}
