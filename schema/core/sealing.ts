import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** A 256-bit key, with the name that sealed data stores. */
export interface SealingKey {
  id: string
  key: Uint8Array
}

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Seals data with AES-256-GCM: `version, length of key id, key id, nonce, tag, ciphertext`. `bound` is authenticated
 * but not stored, so sealed data opens only with the same `bound`.
 */
export function seal(key: SealingKey, data: Uint8Array, bound: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.key, nonce).setAAD(Buffer.from(bound))
  const ciphertext = Buffer.concat([cipher.update(data), cipher.final()])
  const id = Buffer.from(key.id)
  return new Uint8Array(Buffer.concat([Buffer.from([VERSION, id.length]), id, nonce, cipher.getAuthTag(), ciphertext]))
}

/** The id of the key that sealed the data. */
export function keyIdOf(sealed: Uint8Array): string {
  const idLength = sealed[1]
  if (sealed[0] !== VERSION || idLength === undefined) throw new Error('Sealed data of an unknown version')
  return Buffer.from(sealed.subarray(2, 2 + idLength)).toString()
}

/** Opens sealed data. Throws if its key is not in `keys`, if the data was changed, or if `bound` differs. */
export function open(keys: readonly SealingKey[], sealed: Uint8Array, bound: string): Buffer {
  const bytes = Buffer.from(sealed)
  const id = keyIdOf(bytes)
  const key = keys.find((candidate) => candidate.id === id)
  if (!key) throw new Error(`The key-encryption key "${id}" is not configured`)
  const nonceAt = 2 + Buffer.byteLength(id)
  const tagAt = nonceAt + NONCE_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key.key, bytes.subarray(nonceAt, tagAt))
    .setAAD(Buffer.from(bound))
    .setAuthTag(bytes.subarray(tagAt, tagAt + TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(tagAt + TAG_BYTES)), decipher.final()])
}
