import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Database } from '@keyward/prisma/database'
import type { AttemptCounter } from './attempt-counts.ts'

/** An attempt to sign in with a password. */
export interface SignInAttempt {
  email: string
  /** The address of the client, in the form that sessions store. Null if unknown. */
  clientAddress: string | null
  /** The device cookie, if the client sent one. */
  device: string | null
}

/**
 * Bounds failed sign-ins per account, on this replica. Beyond the bound, only clients that the account knows may try:
 * those with the device cookie of an earlier sign-in, or at the address of a live session. So a stranger can exhaust the
 * attempts of strangers and does not lock the person out. Addresses without an account are counted alike, so that a
 * response does not show whether an account exists.
 */
export class SignInGuard {
  constructor(
    private readonly options: {
      database: Database
      /** The first signs device cookies. Those of all of them count. */
      secrets: readonly [string, ...string[]]
      /** Failed attempts per account and hour. */
      most: number
      /** Failed attempts per account and hour of browsers with the device cookie. Without it, known clients are not bounded. */
      mostOfDevices?: number
      counts: AttemptCounter
    },
  ) {}

  /** The cookie by which an account recognizes a browser that has signed in to it. */
  deviceOf(email: string, secret = this.options.secrets[0]): string {
    return createHmac('sha256', secret).update(`device of ${email}`).digest('base64url')
  }

  /** Begins an attempt. Returns a function that ends it, or the seconds to wait if it is rejected. */
  async begin(attempt: SignInAttempt): Promise<{ settle(failed: boolean): void } | { retryAfter: number }> {
    const { most, mostOfDevices, counts } = this.options
    const isSeparate = mostOfDevices !== undefined && this.#hasDevice(attempt)
    const key = isSeparate ? `device ${attempt.email}` : attempt.email
    const retryAfter = await counts.begin(key, isSeparate ? mostOfDevices : most)
    if (retryAfter === null) return { settle: (failed) => counts.settle(key, failed) }
    if (mostOfDevices === undefined && (await this.#isKnown(attempt))) return { settle: () => undefined }
    return { retryAfter }
  }

  #hasDevice({ email, device }: SignInAttempt): boolean {
    const given = Buffer.from(device ?? '')
    return this.options.secrets.some((secret) => {
      const expected = Buffer.from(this.deviceOf(email, secret))
      return given.length === expected.length && timingSafeEqual(given, expected)
    })
  }

  async #isKnown(attempt: SignInAttempt): Promise<boolean> {
    if (this.#hasDevice(attempt)) return true
    const { email, clientAddress } = attempt
    if (clientAddress === null) return false
    const { prisma, clock } = this.options.database
    const session = await prisma.session.findFirst({
      where: { user: { email }, ipAddress: clientAddress, expiresAt: { gt: clock.now() } },
      select: { id: true },
    })
    return session !== null
  }
}
