import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'
import type { SealingKey } from '../core/sealing.ts'

/** The end of an organization's chain at a time: sequence and hash (hexadecimal) of its last event. */
export interface Head {
  organizationId: string
  sequence: string
  hash: string
  /** The time at which it was read, by the database's clock. */
  at: string
}

/** A head as it is written in a line of the heads file. */
export interface SignedHead extends Head {
  /** The id of the key-encryption key that the signing key comes from. */
  key: string
  /** Ed25519 over `signedForm`, base64. */
  signature: string
}

const shape: z.ZodType<SignedHead> = z.object({
  organizationId: z.uuid(),
  sequence: z.string().regex(/^[1-9]\d{0,18}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  key: z.string(),
  signature: z.string(),
})

/** How an Ed25519 private key begins in PKCS #8; the 32 bytes of its seed follow. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

function signingKey({ key }: SealingKey): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', key, '', 'keyward audit heads', 32))
  return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' })
}

const signedForm = ({ organizationId, sequence, hash, at }: Head): Buffer =>
  Buffer.from(JSON.stringify(['keyward audit head', organizationId, sequence, hash, at]))

/** Signs heads with one key. */
export class HeadSigner {
  readonly #id: string
  readonly #key: KeyObject

  constructor(key: SealingKey) {
    this.#id = key.id
    this.#key = signingKey(key)
  }

  /** The line for a head, without its line break. */
  sign(head: Head): string {
    const signed: SignedHead = {
      organizationId: head.organizationId,
      sequence: head.sequence,
      hash: head.hash,
      at: head.at,
      key: this.#id,
      signature: sign(null, signedForm(head), this.#key).toString('base64'),
    }
    return JSON.stringify(signed)
  }
}

/** Reads lines of heads files, and rejects those not signed with one of its keys. */
export class HeadReader {
  readonly #keys: Map<string, KeyObject>

  constructor(keys: readonly SealingKey[]) {
    this.#keys = new Map(keys.map((key) => [key.id, createPublicKey(signingKey(key))]))
  }

  /**
   * The public keys as PEM, by the id of the key-encryption key that each comes from. They are enough to check a file
   * without any secret.
   */
  publicKeys(): Map<string, string> {
    return new Map([...this.#keys].map(([id, key]) => [id, key.export({ format: 'pem', type: 'spki' }).toString()]))
  }

  /** Reads the head of a line. Returns the reason if the line is rejected. */
  read(line: string): SignedHead | string {
    const head = parseLine(line)
    if (!head) return 'it is not a signed head'
    const key = this.#keys.get(head.key)
    if (!key) return `it was signed under the key-encryption key "${head.key}", which is not configured`
    const isGenuine = verify(null, signedForm(head), key, Buffer.from(head.signature, 'base64'))
    return isGenuine ? head : 'its signature is wrong'
  }
}

function parseLine(line: string): SignedHead | null {
  try {
    return shape.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}
