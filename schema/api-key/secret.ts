import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * Secrets of Keyward: `kw_<kind>_<43 base62><6 base62>`.
 *
 * The 43 characters are 256 random bits, written big-endian in the alphabet 0-9 A-Z a-z. The last 6 are the CRC-32 (the
 * one of zlib and PNG) over everything before them, prefix included, in the same alphabet and padded with `0`. Secret
 * scanners recognize the prefix and check the sum; a mistyped secret is refused without a look-up.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const KINDS = ['proj', 'org', 'svc', 'gate', 'play'] as const
const SECRET = /^kw_[a-z]+_[0-9A-Za-z]{49}$/
const BODY_LENGTH = 43
const SUM_LENGTH = 6
const START_RANDOM = 6

/** Whose secret it is: a project's key, an organization's legacy key, a service account, a gateway, a playground. */
export type SecretKind = (typeof KINDS)[number]

function base62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; rest > 0n; rest /= 62n) text = ALPHABET.charAt(Number(rest % 62n)) + text
  return text.padStart(length, '0')
}

/** The last characters of a secret: the sum over everything before them. */
export function checksum(text: string): string {
  let sum = ''
  // 32 bits are exact in a number, which every verification needs to be fast.
  for (let rest = crc32(text), digit = 0; digit < SUM_LENGTH; digit++) {
    sum = ALPHABET.charAt(rest % 62) + sum
    rest = Math.floor(rest / 62)
  }
  return sum
}

/** Makes a new secret of a kind, from 256 bits of the system's randomness. */
export function generateSecret(kind: SecretKind): string {
  const body = `kw_${kind}_${base62(BigInt(`0x${randomBytes(32).toString('hex')}`), BODY_LENGTH)}`
  return body + checksum(body)
}

/** What a string is: a secret of ours, something that only looks like one, or a secret of another shape. */
export type ParsedSecret = { shape: 'keyward'; kind: SecretKind } | { shape: 'malformed' } | { shape: 'foreign' }

const PREFIXES = KINDS.map((kind) => ({ kind, prefix: `kw_${kind}_` }))

/** Tells what a presented secret is, without any look-up. */
export function parseSecret(secret: string): ParsedSecret {
  if (!secret.startsWith('kw_')) return { shape: 'foreign' }
  const kind = PREFIXES.find(({ prefix }) => secret.startsWith(prefix))?.kind
  if (!kind || !SECRET.test(secret) || checksum(secret.slice(0, -SUM_LENGTH)) !== secret.slice(-SUM_LENGTH)) {
    return { shape: 'malformed' }
  }
  return { shape: 'keyward', kind }
}

/** The only form in which a secret is stored: SHA-256. 256 random bits need no salt and no slow hash. */
export const hashSecret = (secret: string): Uint8Array<ArrayBuffer> => new Uint8Array(hash('sha256', secret, 'buffer'))

/** The same, hexadecimal, as what is known of secrets is found by. */
export const hexHashOf = (secret: string): string => hash('sha256', secret, 'hex')

/** The first characters of a secret, by which people recognize it: the prefix and 6 of its 49 characters. */
export function startOf(secret: string): string {
  const prefix = /^kw_[a-z]+_/.exec(secret)?.[0] ?? ''
  return secret.slice(0, prefix.length + START_RANDOM)
}
