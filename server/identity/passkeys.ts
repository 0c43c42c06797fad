import { passkey } from '@better-auth/passkey'
import type { Database } from '@keyward/prisma/database'
import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import { lockUser } from '@keyward/schema/user/sql'
import { APIError, type createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { z } from 'zod'
import type { RecordEvent } from './account-events.ts'
import { authRequests } from './auth-request.ts'
import { addressOf } from './client-address.ts'
import { requireRecentSignIn } from './recent-sign-in.ts'

type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

const REGISTER = '/passkey/generate-register-options'
const ADD = '/passkey/verify-registration'
const BEGIN = '/passkey/generate-authenticate-options'
const RENAME = '/passkey/update-passkey'
const REMOVE = '/passkey/delete-passkey'

/** Path that completes a sign-in. */
export const PASSKEY_SIGN_IN = '/passkey/verify-authentication'

/** Paths whose attempts are limited per client address like those of sign-in. */
export const PASSKEY_PATHS = [REGISTER, ADD, PASSKEY_SIGN_IN, REMOVE]

/** The sign-in page requests a challenge each time it is opened, possibly for many people behind one address. */
export const PASSKEY_CHALLENGES = { path: BEGIN, perAttempt: 10 }

const MOST_PASSKEYS = 20

const encoded = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\w+/=-]+$/)

/**
 * Members of an authenticator's response that the plugin reads without checking them. The body's size is limited as
 * well.
 */
const RESPONSE = z.object({
  id: encoded(2048),
  rawId: encoded(2048),
  type: z.literal('public-key'),
  response: z.looseObject({
    clientDataJSON: encoded(8192),
    transports: z.array(z.string().max(32)).max(10).optional(),
  }),
})

export const INVALID_RESPONSE = {
  code: 'INVALID_PASSKEY',
  message: 'The response of the passkey is not valid. Try again.',
}
const NOT_FOUND = { code: 'PASSKEY_NOT_FOUND', message: 'You have no such passkey.' }
const NOT_VERIFIED = {
  code: 'USER_NOT_VERIFIED',
  message: 'The passkey did not verify you. Use one with a PIN, a fingerprint or a face.',
}
const NOT_FRESH = 'You can change passkeys only within 10 minutes of signing in. Sign in again, then repeat this.'
const NEEDS_PASSWORD = {
  code: 'PASSKEY_NEEDS_PASSWORD',
  message: 'Passkeys are for accounts with a password. Single sign-on asks for its own second factor.',
}
const TOO_MANY = {
  code: 'TOO_MANY_PASSKEYS',
  message: `You have ${MOST_PASSKEYS} passkeys, which is the maximum. Remove one first.`,
}
const REQUIRED = {
  code: 'PASSKEY_REQUIRED',
  message: 'The password of this account is not enough. Sign in with a passkey.',
}

interface PasskeyOptions {
  database: Database
  /** The domain that passkeys belong to. */
  domain: string
  /** Origins whose pages may use passkeys. */
  origins: string[]
  /** Checks and cleans a name. Throws if it is not accepted. */
  acceptedName(given: unknown): string
  record: RecordEvent
}

/** Sets up passkeys (WebAuthn). A passkey also verifies its person, so it replaces both factors. */
export function createPasskeys({ database, domain, origins, acceptedName, record }: PasskeyOptions) {
  const { prisma } = database

  async function sessionOf(context: HookContext) {
    const found = await getSessionFromCtx(context)
    if (!found) throw new APIError('UNAUTHORIZED')
    return found
  }

  const requireFreshSession = (context: HookContext) => requireRecentSignIn(database, context, NOT_FRESH)

  /** Throws if the person is not allowed to add a passkey. With single sign-on, the provider decides who signs in. */
  async function requireRoom(userId: string): Promise<void> {
    const hasPassword = await prisma.account.findFirst({
      where: { userId, providerId: 'credential' },
      select: { id: true },
    })
    if (!hasPassword) throw new APIError('FORBIDDEN', NEEDS_PASSWORD)
    if ((await prisma.passkey.count({ where: { userId } })) >= MOST_PASSKEYS) throw new APIError('FORBIDDEN', TOO_MANY)
  }

  /**
   * Stores a passkey unless the person already has the maximum number. The earlier count does not prevent simultaneous
   * additions, so they run one after the other here, and each counts the passkeys again.
   */
  async function store(given: Prisma.PasskeyCreateArgs) {
    const { userId } = given.data
    return database.transaction(async (tx) => {
      if (userId === undefined) throw new Error('A passkey of nobody')
      await lockUser(tx, userId)
      if ((await tx.passkey.count({ where: { userId } })) >= MOST_PASSKEYS) throw new APIError('FORBIDDEN', TOO_MANY)
      return tx.passkey.create(given)
    })
  }

  /** Returns the same response for other people's passkeys as for unknown ones. */
  async function requireOwn(userId: string, given: unknown): Promise<void> {
    const { data: id } = z.uuid().safeParse(given)
    const found = id && (await prisma.passkey.findFirst({ where: { id, userId }, select: { id: true } }))
    if (!found) throw new APIError('NOT_FOUND', NOT_FOUND)
  }

  async function before(context: HookContext): Promise<{ context: { body: object } } | undefined> {
    const { path, body } = context
    if (path === ADD || path === PASSKEY_SIGN_IN) {
      if (!RESPONSE.safeParse(body?.response).success) throw new APIError('BAD_REQUEST', INVALID_RESPONSE)
    }
    if (path === REGISTER || path === ADD) await requireRoom(await requireFreshSession(context))
    if (path === REMOVE) await requireOwn(await requireFreshSession(context), body?.id)
    if (path === RENAME) await requireOwn((await sessionOf(context)).session.userId, body?.id)
    if (path === RENAME) return { context: { body: { name: acceptedName(body?.name) } } }
    if (path === ADD) return { context: { body: { name: acceptedName(body?.name), createSession: false } } }
  }

  async function after(context: HookContext): Promise<object | undefined> {
    const { path } = context
    if (!path.startsWith('/passkey/')) return
    const { returned, session } = context.context
    if (returned instanceof APIError) {
      const request = authRequests.getStore()
      const isResponse = path === ADD || path === PASSKEY_SIGN_IN
      if (request && isResponse && returned.statusCode >= 500) request.isPasskeyUnreadable = true
      return
    }
    const client = addressOf(context)
    if (path === BEGIN && typeof returned === 'object')
      return context.json({ ...returned, userVerification: 'required' })
    if (session && path === ADD) await record(session.user, { action: 'user.passkeyAdded' }, client)
    if (session && path === REMOVE) await record(session.user, { action: 'user.passkeyRemoved' }, client)
    return
  }

  /**
   * Throws if a password is not enough: the person has a passkey, but no authenticator app to act as the second factor.
   */
  async function requirePasskey(userId: string): Promise<void> {
    const found = await prisma.user.findFirst({
      where: { id: userId, twoFactorEnabled: false, passkeys: { some: {} } },
      select: { id: true },
    })
    if (found) throw new APIError('FORBIDDEN', REQUIRED)
  }

  const plugin = passkey({
    rpID: domain,
    rpName: 'Keyward',
    origin: origins,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    advanced: { webAuthnChallengeCookie: 'passkey' },
    registration: {
      afterVerification: ({ verification }) => {
        if (!verification.registrationInfo?.userVerified) throw new APIError('BAD_REQUEST', NOT_VERIFIED)
      },
    },
    authentication: {
      afterVerification: ({ verification }) => {
        if (!verification.authenticationInfo.userVerified) throw new APIError('UNAUTHORIZED', NOT_VERIFIED)
      },
    },
  })
  return { plugin, before, after, requirePasskey, store }
}

export type Passkeys = ReturnType<typeof createPasskeys>
