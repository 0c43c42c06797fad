import { hash, randomBytes } from 'node:crypto'
import { formatSecret, type SecretKind } from '@keyward/engine/secret'

/** Makes a new secret of a kind, from 256 bits of the system's randomness. */
export const generateSecret = (kind: SecretKind): string =>
  formatSecret(kind, BigInt(`0x${randomBytes(32).toString('hex')}`))

/** Hashes a secret with SHA-256. Only this hash is stored: 256 random bits need no salt and no slow hash. */
export const hashSecret = (secret: string): Uint8Array<ArrayBuffer> => new Uint8Array(hash('sha256', secret, 'buffer'))

/** Hashes a secret to hexadecimal digits, which caches use as keys. */
export const hexHashOf = (secret: string): string => hash('sha256', secret, 'hex')
