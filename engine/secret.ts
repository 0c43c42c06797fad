import type { CredentialKind } from './decide.ts'

/*
 * Secrets of Keyward: `kw_<kind>_<43 base62><6 base62>`. The 43 characters are 256 random bits, big-endian. The last 6
 * are the CRC-32 (of zlib and PNG) of everything before them, in the same alphabet and padded with `0`. Secret scanners
 * find the prefix and verify the checksum. A mistyped secret is denied without a look-up.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET = /^kw_(proj|org|svc|gate|play|tmp)_[0-9A-Za-z]{49}$/
/** The lookahead lets matches overlap, because the last letters of one match may begin the prefix of the next. */
const EMBEDDED = /(kw_(?:proj|org|svc|gate|play|tmp)_)(?=([0-9A-Za-z]{49}))/g
const BODY_LENGTH = 43
const SUM_LENGTH = 6
const START_RANDOM = 6

/**
 * The kind of credential of a secret: a project's key, an organization's legacy key, a service account, a gateway, or
 * the playground. `tmp` is a child token of a key.
 */
export type SecretKind = 'proj' | 'org' | 'svc' | 'gate' | 'play' | 'tmp'

function base62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; rest > 0n; rest /= 62n) text = ALPHABET.charAt(Number(rest % 62n)) + text
  return text.padStart(length, '0')
}

/** CRC-32 of each byte value. */
const CRC = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  return crc
})

/** The last 6 characters of a secret: the checksum of everything before them. */
export function checksum(text: string): string {
  let crc = -1
  for (let index = 0; index < text.length; index += 1)
    crc = (crc >>> 8) ^ (CRC[(crc ^ text.charCodeAt(index)) & 255] ?? 0)
  let sum = ''
  // A number holds 32 bits exactly, and is faster than a bigint.
  for (let rest = ~crc >>> 0, digit = 0; digit < SUM_LENGTH; digit += 1) {
    sum = ALPHABET.charAt(rest % 62) + sum
    rest = Math.floor(rest / 62)
  }
  return sum
}

/** Writes the secret of a kind that contains the given 256 random bits. */
export function formatSecret(kind: SecretKind, random: bigint): string {
  const body = `kw_${kind}_${base62(random, BODY_LENGTH)}`
  return body + checksum(body)
}

/** The shape of a string: a valid Keyward secret, a malformed one with its prefix, or any other string. */
export type ParsedSecret = { shape: 'keyward'; kind: SecretKind } | { shape: 'malformed' } | { shape: 'foreign' }

const MALFORMED: ParsedSecret = { shape: 'malformed' }
const FOREIGN: ParsedSecret = { shape: 'foreign' }

/** Reads a presented secret without a look-up. */
export function parseSecret(secret: string): ParsedSecret {
  if (!secret.startsWith('kw_')) return FOREIGN
  const kind = SECRET.exec(secret)?.[1]
  if (!kind || checksum(secret.slice(0, -SUM_LENGTH)) !== secret.slice(-SUM_LENGTH)) return MALFORMED
  return { shape: 'keyward', kind: kind as SecretKind }
}

const OWNERS: Partial<Record<SecretKind, CredentialKind>> = {
  proj: 'API_KEY',
  tmp: 'API_KEY',
  org: 'LEGACY_KEY',
  play: 'PLAYGROUND',
}

/** Whether a secret can belong to a credential of any kind. Tokens of gateways and service accounts cannot. */
export const isCredential = (parsed: ParsedSecret): boolean =>
  parsed.shape !== 'malformed' && !('kind' in parsed && /svc|gate/.test(parsed.kind))

/**
 * Whether a secret can belong to a credential of a kind. An imported hash may be the hash of a gateway's or a service
 * account's token, so the secret itself must have the right kind.
 */
export function canBelongTo(parsed: ParsedSecret, kind: CredentialKind, isChild: boolean): boolean {
  if (parsed.shape === 'foreign') return kind !== 'PLAYGROUND' && !isChild
  return parsed.shape === 'keyward' && OWNERS[parsed.kind] === kind && (parsed.kind === 'tmp') === isChild
}

/** Whether a text contains a secret of Keyward whose checksum is right. */
export const containsSecret = (text: string): boolean =>
  [...text.matchAll(EMBEDDED)].some(([, prefix = '', rest = '']) => parseSecret(prefix + rest).shape === 'keyward')

/** The first characters of a secret, by which people recognize it: the prefix and 6 of its 49 characters. */
export function startOf(secret: string): string {
  const prefix = /^kw_[a-z]+_/.exec(secret)?.[0] ?? ''
  return secret.slice(0, prefix.length + START_RANDOM)
}
