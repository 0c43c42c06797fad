import type { Tracing } from '@keyward/prisma/tracing'
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { read } from '../webhook/send.ts'
import { resolveAny, resolvePublic } from '../webhook/target.ts'

/**
 * How long the keys of an issuer are cached, and the minimum interval between fetches that are caused by an unknown
 * key.
 */
const FRESH_MS = 600_000
const COOLDOWN_MS = 30_000
const TIMEOUT_MS = 5_000
const DOCUMENT_BYTES = 262_144
const MOST_ISSUERS = 1_000
/**
 * Maximum number of issuers whose keys are fetched at the same time, in total and for one organization. Slow issuers of
 * one organization must not delay those of others.
 */
const MOST_READING = 64
const MOST_READING_OF_ONE = 4
const MOST_KEYS = 100

/** The keys of an issuer cannot be fetched now. */
export class IssuerUnavailable extends Error {}

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() })

/** Only public signing keys are accepted. The lengths limit the cost of one verification. */
const publicKey = z.object({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: z.string().max(500).exactOptional(),
  alg: z.string().max(20).exactOptional(),
  use: z.string().max(20).exactOptional(),
  crv: z.string().max(20).exactOptional(),
  n: z.string().max(1_400).exactOptional(),
  e: z.string().max(8).exactOptional(),
  x: z.string().max(200).exactOptional(),
  y: z.string().max(200).exactOptional(),
})

const keySet = z.object({ keys: z.array(z.unknown()).max(MOST_KEYS) })

interface Known {
  readAt: number
  /** Rejects if the last attempt failed. */
  keys: Promise<JWTVerifyGetKey>
}

/**
 * The public keys of issuers. They are read from discovery documents under the same rules as webhook messages: only
 * from public addresses, without redirects, in bounded time and size. They are cached for ten minutes, and fetched
 * again for an unknown key.
 */
export class IssuerKeys {
  readonly #known = new Map<string, Known>()
  readonly #closing = new AbortController()
  /** The organization of each running fetch. */
  readonly #reading: string[] = []

  constructor(
    private readonly privateTargets: boolean,
    private readonly tracing: Tracing | null,
  ) {}

  /** Finds the keys of an issuer for an organization. `renew` fetches them again, unless that was just done. */
  async find(issuer: string, organizationId: string, { renew = false } = {}): Promise<JWTVerifyGetKey> {
    const now = performance.now()
    const known = this.#known.get(issuer)
    if (known && now - known.readAt < (renew ? COOLDOWN_MS : FRESH_MS)) return known.keys
    const ofOne = this.#reading.filter((each) => each === organizationId).length
    if (this.#reading.length >= MOST_READING || ofOne >= MOST_READING_OF_ONE)
      throw new IssuerUnavailable('The keys of too many issuers are being fetched.')
    this.#known.delete(issuer)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size < MOST_ISSUERS) break
      this.#known.delete(oldest)
    }
    const keys = this.#read(issuer, organizationId)
    this.#known.set(issuer, { readAt: now, keys })
    // A failure is cached only for the cooldown, so that not every request queries a failing issuer.
    keys.catch(() => {
      const current = this.#known.get(issuer)
      if (current?.keys === keys) current.readAt = now - FRESH_MS + COOLDOWN_MS
    })
    return keys
  }

  close(): void {
    this.#closing.abort()
  }

  async #read(issuer: string, organizationId: string): Promise<JWTVerifyGetKey> {
    this.#reading.push(organizationId)
    try {
      const found = discovery.parse(
        await this.#document(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`),
      )
      if (found.issuer !== issuer) throw new Error('The discovery document names another issuer.')
      const { keys } = keySet.parse(await this.#document(found.jwks_uri))
      const usable = keys.flatMap((key) => publicKey.safeParse(key).data ?? [])
      return createLocalJWKSet({ keys: usable })
    } catch {
      throw new IssuerUnavailable('The keys of the issuer cannot be read.')
    } finally {
      this.#reading.splice(this.#reading.indexOf(organizationId), 1)
    }
  }

  async #document(url: string): Promise<unknown> {
    const { privateTargets, tracing } = this
    const options = {
      privateTargets,
      tracing,
      resolve: privateTargets ? resolveAny : resolvePublic,
      signal: this.#closing.signal,
      timeoutMs: TIMEOUT_MS,
    }
    return JSON.parse(await read(new URL(url), DOCUMENT_BYTES, options))
  }
}
