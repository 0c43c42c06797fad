import { createHash } from 'node:crypto'

/** Hashes an invitation's token to its stored form. It has 256 random bits, so a plain hash is enough. */
export const hashToken = (token: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(token).digest())
