import { randomBytes, scryptSync } from 'node:crypto'
import { type Passwords, scryptPasswords } from '../../server/identity/passwords.ts'

const OWN = 'cheap'

const hashOf = (password: string, salt: string): string =>
  [OWN, salt, scryptSync(password, salt, 32, { N: 2, r: 1, p: 1 }).toString('hex')].join(':')

/**
 * Hashes passwords with scrypt at its lowest cost: the tests sign up some thousand people. Hashes that commands and
 * other processes make at the server's cost are also verified at that cost.
 */
export const cheapPasswords: Passwords = {
  hash: async (password) => hashOf(password, randomBytes(8).toString('hex')),
  async verify({ hash, password }) {
    const [name, salt] = hash.split(':')
    return name === OWN && salt !== undefined
      ? hashOf(password, salt) === hash
      : scryptPasswords.verify({ hash, password })
  },
}
