import type { Database } from '@keyward/prisma/database'
import { APIError, type createAuthMiddleware } from 'better-auth/api'
import type { ServerConfig } from '../config/config.ts'
import { authRequests } from './auth-request.ts'
import { addressOf } from './client-address.ts'
import { DEVICE_COOKIE } from './device-cookie.ts'
import type { Passwords } from './passwords.ts'
import { acceptedName } from './person-name.ts'
import type { SignInGuard } from './sign-in-guard.ts'
import { hasNoAccount, refuseSignUp } from './sign-up-policy.ts'

type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

const INVALID_EMAIL = { code: 'INVALID_EMAIL', message: `An e-mail address has at most 254 characters.` }

const TOO_MANY_FAILURES = {
  code: 'TOO_MANY_FAILURES',
  message:
    'Too many sign-ins to this account have failed. Use a browser that has signed in to this account before, or wait.',
}

const EMAIL_CHARACTERS = 254
export const PASSWORD_CHARACTERS = { least: 10, most: 128 }

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

interface SignInOptions {
  config: ServerConfig
  database: Database
  guard: SignInGuard
  passwords: Passwords
}

/** Checks sign-ins and sign-ups with a password before better-auth handles them. */
export function createSignIn({ config, database, guard, passwords }: SignInOptions) {
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
      // Hashing takes a tenth of a second. Inside the transaction, it would occupy a connection for that time.
      request.passwordHash = await passwords.hash(password)
    }
  }

  return { beginSignIn, beginSignUp }
}
