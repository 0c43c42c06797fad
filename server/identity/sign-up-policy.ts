import { createHash, timingSafeEqual } from 'node:crypto'
import type { Database } from '@keyward/prisma/database'
import type { ServerConfig } from '../config/config.ts'
import { setupToken } from '../config/secrets.ts'

/** The reason why a sign-up is rejected, for the person who tries. */
export interface Refusal {
  code: 'SETUP_TOKEN_REQUIRED' | 'INVITATION_REQUIRED' | 'SIGN_UP_CLOSED'
  message: string
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whether a PostgreSQL instance has no account yet. The first one requires the setup token. */
export async function needsSetup(database: Database): Promise<boolean> {
  if (database.kind !== 'postgresql') return false
  return (await database.prisma.user.findFirst({ select: { id: true } })) === null
}

async function isInvited(database: Database, email: string): Promise<boolean> {
  const invitation = await database.prisma.invitation.findFirst({
    where: {
      // Stored in lower case. A case-insensitive comparison would be ILIKE, in which `_` matches any character.
      email: email.toLowerCase(),
      acceptedAt: null,
      cancelledAt: null,
      expiresAt: { gt: database.clock.now() },
    },
    select: { id: true },
  })
  return invitation !== null
}

/** Decides whether an account may be created for an e-mail address. Null if it may. */
export async function refuseSignUp(
  config: ServerConfig,
  database: Database,
  attempt: { email: string; setupToken: string | null },
): Promise<Refusal | null> {
  if (await needsSetup(database)) {
    const given = attempt.setupToken
    if (given !== null && timingSafeEqual(digest(given.trim()), digest(setupToken(config.sessionSecret)))) return null
    return {
      code: 'SETUP_TOKEN_REQUIRED',
      message: 'The first account of this instance takes the setup token that the server printed when it started.',
    }
  }
  if (config.signup === 'open') return null
  if (config.signup === 'closed') {
    return { code: 'SIGN_UP_CLOSED', message: 'No new accounts are made here. Ask the operator of this instance.' }
  }
  if (await isInvited(database, attempt.email)) return null
  return {
    code: 'INVITATION_REQUIRED',
    message: 'An account takes an invitation to this e-mail address. Ask an administrator of your organization.',
  }
}
