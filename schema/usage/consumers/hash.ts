import { createHash } from 'node:crypto'

/** The stored form of a consumer of an organization that hashes them. The same consumer always has the same hash. */
export const hashConsumer = (salt: Uint8Array, consumer: string): string =>
  `sha256:${createHash('sha256').update(salt).update(consumer).digest('hex')}`
