import { containsSecret } from '@keyward/engine/secret'
import { APIError } from 'better-auth/api'

const HIDDEN = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u

/**
 * Normalizes a person's name: NFC, trimmed, 1 to 100 visible characters, without Keyward secrets. Null if it is not
 * valid.
 */
export function personName(given: unknown): string | null {
  if (typeof given !== 'string' || given.length > 400) return null
  const name = given.normalize('NFC').trim()
  const length = [...name].length
  return length >= 1 && length <= 100 && !HIDDEN.test(name) && !containsSecret(name) ? name : null
}

/** Returns the normalized name. Throws if it is not valid. */
export const acceptedName = (given: unknown): string => {
  const name = personName(given)
  if (name !== null) return name
  throw new APIError('BAD_REQUEST', {
    code: 'INVALID_NAME',
    message: 'A name has 1 to 100 visible characters.',
  })
}
