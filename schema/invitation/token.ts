import { createHash } from 'node:crypto'

/** Hashes an invitation's token to its stored form. A plain hash is enough, because the token has 256 random bits. */
export const hashToken = (token: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(token).digest())
