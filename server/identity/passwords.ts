import { Turns } from '@keyward/prisma/turns'
import { hashPassword as hash, verifyPassword as verify } from 'better-auth/crypto'

/**
 * Half of Node's thread pool. The other half signs cookies, resolves host names and authenticates new connections to
 * the database: behind a hundred hashes, they would wait until those connections and transactions time out.
 */
const AT_ONCE = 2

const turns = new Turns(AT_ONCE)

/** Hashes a password with scrypt, which takes about a tenth of a second. */
export const hashPassword = (password: string): Promise<string> => turns.run(() => hash(password))

/** Whether a password has this hash. */
export const verifyPassword = (given: { hash: string; password: string }): Promise<boolean> =>
  turns.run(() => verify(given))
