import { timingSafeEqual } from 'node:crypto'
import type { Database } from '@keyward/prisma/database'
import type { SealingKey } from '@keyward/schema/core/sealing'
import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { parseSetCookieHeader, setRequestCookie } from 'better-auth/cookies'
import { twoFactor } from 'better-auth/plugins'
import type { RecordEvent } from './account-events.ts'
import { authRequests } from './auth-request.ts'
import { addressOf } from './client-address.ts'
import { useCode } from './code-steps.ts'
import { sealing } from './second-factor-sealing.ts'
import { signatureOf } from './session-signature.ts'
import type { SignInGuard } from './sign-in-guard.ts'

type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

const TOTP_PATH = '/two-factor/verify-totp'

/** Paths that complete a sign-in with a code. */
export const CODE_PATHS = [TOTP_PATH, '/two-factor/verify-backup-code']

/** Second factor paths. Attempts are limited per client address like those of sign-in. */
export const SECOND_FACTOR_PATHS = ['/two-factor/*']

/** Disabled plugin endpoints: codes are not mailed, and a secret is shown only when it is created. */
export const DISABLED_SECOND_FACTOR_PATHS = [
  '/two-factor/get-totp-uri',
  '/two-factor/send-otp',
  '/two-factor/verify-otp',
]

/** Header that carries the challenge of programs, which do not send cookies. */
const CHALLENGE_HEADER = 'x-keyward-challenge'
const CHALLENGE_COOKIE = 'two_factor'

const TOO_MANY_CODES = {
  code: 'TOO_MANY_FAILURES',
  message:
    'Too many codes for this account were wrong. Use a browser that has signed in to this account before, or wait.',
}

const CODE_USED = {
  code: 'CODE_USED',
  message: 'This code was used already. Wait for the next one of your authenticator app.',
}

const NO_TRUST = {
  code: 'DEVICE_TRUST_NOT_SUPPORTED',
  message: 'Every sign-in requires a code. Trusted devices are not supported.',
}

const isSame = (given: string, expected: string): boolean => {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** Adds the challenge to the response, for programs that do not store cookies. Runs after the plugin has created it. */
const challengeInBody: BetterAuthPlugin = {
  id: 'keyward-challenge',
  hooks: {
    after: [
      {
        matcher: ({ path }) => path === '/sign-in/email',
        handler: createAuthMiddleware(async (context) => {
          const { returned, responseHeaders } = context.context
          if (typeof returned !== 'object' || returned === null || !('twoFactorRedirect' in returned)) return
          const { name } = context.context.createAuthCookie(CHALLENGE_COOKIE)
          const challenge = parseSetCookieHeader(responseHeaders?.get('set-cookie') ?? '').get(name)?.value
          return context.json({ ...returned, challenge })
        }),
      },
    ],
  },
}

interface SecondFactorOptions {
  database: Database
  encryptionKeys: readonly SealingKey[]
  guard: SignInGuard
  /** The request's device cookie. Null if there is none. */
  deviceIn(context: HookContext): string | null
  record: RecordEvent
}

/** Sets up authenticator codes (TOTP) and recovery codes as a second factor in addition to passwords. */
export function createSecondFactor({ database, encryptionKeys, guard, deviceIn, record }: SecondFactorOptions) {
  /** A challenge's identifier: from a program's header or a browser's cookie. */
  async function challengeIn(context: HookContext): Promise<string | null> {
    const { secret, createAuthCookie } = context.context
    const given = context.headers?.get(CHALLENGE_HEADER)
    if (!given) return (await context.getSignedCookie(createAuthCookie(CHALLENGE_COOKIE).name, secret)) || null
    const identifier = given.slice(0, given.lastIndexOf('.'))
    return isSame(given, `${identifier}.${signatureOf(identifier, secret)}`) ? identifier : null
  }

  /** Counts an attempt for the account whose sign-in needs a code. Enabling a second factor has no challenge. */
  async function begin(context: HookContext): Promise<void> {
    if (context.body?.trustDevice) throw new APIError('BAD_REQUEST', NO_TRUST)
    const request = authRequests.getStore()
    const challenge = await challengeIn(context)
    const found = challenge ? await context.context.internalAdapter.findVerificationValue(challenge) : null
    if (!found || !request) return
    const user = await database.prisma.user.findUnique({
      where: { id: found.value },
      select: { id: true, email: true },
    })
    if (!user) return
    const { id, email } = user
    const attempt = await guard.begin({ email, clientAddress: addressOf(context), device: deviceIn(context) })
    request.attempt = { email, settle: 'settle' in attempt ? attempt.settle : () => undefined }
    if ('retryAfter' in attempt) {
      throw new APIError('TOO_MANY_REQUESTS', TOO_MANY_CODES, { 'x-retry-after': String(attempt.retryAfter) })
    }
    if (context.path === TOTP_PATH && !(await useCode(database, context, id)))
      throw new APIError('UNAUTHORIZED', CODE_USED)
  }

  /** Turns a program's challenge into the cookie that the plugin reads. The origins of cookies were checked before. */
  async function before(context: HookContext): Promise<{ context: { headers: Headers } } | undefined> {
    if (!CODE_PATHS.includes(context.path)) return
    await begin(context)
    const given = context.headers?.get(CHALLENGE_HEADER)
    if (!given) return
    const headers = new Headers(context.headers)
    setRequestCookie(headers, context.context.createAuthCookie(CHALLENGE_COOKIE).name, given)
    return { context: { headers } }
  }

  async function after(context: HookContext): Promise<void> {
    const { path } = context
    const { returned, newSession, session } = context.context
    if (!path.startsWith('/two-factor/') || returned instanceof Error) return
    const user = newSession?.user ?? session?.user
    if (!user) return
    const turned = authRequests.getStore()?.secondFactorTurned
    const client = addressOf(context)
    if (turned === true) await useCode(database, context, user.id)
    if (turned !== undefined) {
      await record(user, { action: turned ? 'user.secondFactorEnabled' : 'user.secondFactorDisabled' }, client)
    }
    if (path === '/two-factor/generate-backup-codes')
      await record(user, { action: 'user.recoveryCodesReplaced' }, client)
    if (path === '/two-factor/verify-backup-code') await record(user, { action: 'user.recoveryCodeUsed' }, client)
  }

  const plugin = twoFactor({
    issuer: 'Keyward',
    // If accounts were locked, someone who knows the password could lock the person out. The guard counts attempts
    // instead.
    accountLockout: { enabled: false },
    backupCodeOptions: { amount: 10, length: 10, storeBackupCodes: 'encrypted' },
  })
  return { plugins: [sealing(encryptionKeys), plugin, challengeInBody] as const, before, after }
}
