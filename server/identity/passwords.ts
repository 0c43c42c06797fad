import { DatabaseUnavailableError } from '@keyward/prisma/errors'
import { Turns } from '@keyward/prisma/turns'
import { hashPassword as hash, verifyPassword as verify } from 'better-auth/crypto'

/**
 * Half of Node's thread pool. The other half signs cookies, resolves host names and authenticates new database
 * connections. If these tasks queued behind a hundred hashes, connections and transactions would time out.
 */
const AT_ONCE = 2

const turns = new Turns(AT_ONCE)

/** Maximum wait for a password check, so that many sign-ins do not delay others for minutes. */
const WAIT = {
  most: 30_000,
  onTimeout: () => new DatabaseUnavailableError('Too many people sign in at once.'),
}

/** Hashes and verifies passwords. */
export interface Passwords {
  /** Returns the text to store instead of a password. */
  hash(password: string): Promise<string>
  /** Whether a password matches this hash. */
  verify(given: { hash: string; password: string }): Promise<boolean>
}

/** Hashes a password with scrypt, which takes about a tenth of a second. */
export const hashPassword = (password: string): Promise<string> => turns.run(() => hash(password), WAIT)

/** Whether a password matches this hash. */
export const verifyPassword = (given: { hash: string; password: string }): Promise<boolean> =>
  turns.run(() => verify(given), WAIT)

/** The hashing used by every server. */
export const scryptPasswords: Passwords = { hash: hashPassword, verify: verifyPassword }
