import { createHmac, timingSafeEqual } from 'node:crypto'
import { decodeId, encodeId } from '../core/ids.ts'
import type { SealingKey } from '../core/sealing.ts'

const signatureOf = ({ key }: SealingKey, userId: string): string =>
  createHmac('sha256', key).update(`stop mails of notices to ${userId}`).digest('base64url')

/**
 * The token of a link that turns off the mails to one person. It permits nothing else. Null if there is no key to sign
 * with.
 */
export function stopToken(keys: readonly SealingKey[], userId: string): string | null {
  const [key] = keys
  return key ? `${encodeId('User', userId)}.${signatureOf(key, userId)}` : null
}

/** The person named in a token. Null if no key verifies the token's signature. */
export function readStopToken(keys: readonly SealingKey[], token: string): string | null {
  if (token.length > 200) return null
  const [publicId = '', given = ''] = token.split('.')
  const userId = decodeId('User', publicId)
  if (userId === null) return null
  const isSigned = keys.some((key) => {
    const expected = Buffer.from(signatureOf(key, userId))
    const actual = Buffer.from(given)
    return expected.length === actual.length && timingSafeEqual(expected, actual)
  })
  return isSigned ? userId : null
}
