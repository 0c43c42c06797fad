import { createHash, timingSafeEqual } from 'node:crypto'
import type { Database } from '@keyward/prisma/database'
import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import { hashToken } from '@keyward/schema/invitation/token'
import type { ServerConfig } from '../config/config.ts'
import { setupToken } from '../config/secrets.ts'

/** Why a sign-up is rejected, as shown to the person. */
export interface Refusal {
  code: 'SETUP_TOKEN_REQUIRED' | 'INVITATION_REQUIRED' | 'SIGN_UP_CLOSED'
  message: string
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Whether the instance has no accounts yet. The first account requires the setup token. Its owner operates the
 * instance, so their address need not be verified.
 */
export async function hasNoAccount({ prisma }: Database): Promise<boolean> {
  return (await prisma.user.findFirst({ select: { id: true } })) === null
}

/**
 * Open invitations to an e-mail address. Addresses are stored in lower case, so ILIKE, which would match patterns, is
 * not needed.
 */
const openInvitations = (database: Database, email: string) => ({
  email: email.toLowerCase(),
  acceptedAt: null,
  cancelledAt: null,
  expiresAt: { gt: database.clock.now() },
})

async function isInvited(database: Database, where: Prisma.InvitationWhereInput): Promise<boolean> {
  return (await database.prisma.invitation.findFirst({ where, select: { id: true } })) !== null
}

const CLOSED: Refusal = {
  code: 'SIGN_UP_CLOSED',
  message: 'This instance creates no new accounts. Ask its operator.',
}

const SETUP_TOKEN_REQUIRED: Refusal = {
  code: 'SETUP_TOKEN_REQUIRED',
  message: 'The first account of this instance requires the setup token that the server printed when it started.',
}

const SETUP_TOKEN_WRONG: Refusal = {
  code: 'SETUP_TOKEN_REQUIRED',
  message: 'This setup token is wrong. Copy the one that the server printed when it last started.',
}

const isSetupToken = (config: ServerConfig, given: string | null): boolean =>
  given !== null && timingSafeEqual(digest(given.trim()), digest(setupToken(config.sessionSecret)))

/**
 * Decides whether a password account may be created for an e-mail address. Null if it may. Invitations are identified
 * by token, because the address proves nothing and the response must not reveal which addresses are invited.
 */
export async function refuseSignUp(
  config: ServerConfig,
  database: Database,
  attempt: { email: string; setupToken: string | null; invitationToken: string | null },
): Promise<Refusal | null> {
  if (await hasNoAccount(database)) {
    if (isSetupToken(config, attempt.setupToken)) return null
    return attempt.setupToken ? SETUP_TOKEN_WRONG : SETUP_TOKEN_REQUIRED
  }
  if (config.signup === 'open') return null
  if (config.signup === 'closed') return CLOSED
  const { email, invitationToken } = attempt
  if (invitationToken !== null) {
    const tokenHash = hashToken(invitationToken)
    if (await isInvited(database, { tokenHash, ...openInvitations(database, email) })) return null
  }
  return {
    code: 'INVITATION_REQUIRED',
    message:
      'To create an account, open the link of your invitation and sign up with the e-mail address that it was sent to.',
  }
}

/**
 * Decides whether single sign-on may create an account. Null if it may. An invitation is valid only for a verified
 * address.
 */
export async function refuseSingleSignOn(
  config: ServerConfig,
  database: Database,
  { email, isVerified }: { email: string; isVerified: boolean },
): Promise<Refusal | null> {
  if (await hasNoAccount(database)) return SETUP_TOKEN_REQUIRED
  if (config.signup === 'open') return null
  if (config.signup === 'closed') return CLOSED
  if (isVerified && (await isInvited(database, openInvitations(database, email)))) return null
  return {
    code: 'INVITATION_REQUIRED',
    message: 'To create an account, you need an invitation to an e-mail address that your provider has verified.',
  }
}
