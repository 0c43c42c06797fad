import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Database } from '@keyward/prisma/database'
import type { AttemptCounter } from './attempt-counts.ts'

/** An attempt to sign in with a password. */
export interface SignInAttempt {
  email: string
  /** The client's address, in the form that sessions store. Null if unknown. */
  clientAddress: string | null
  /** The device cookie, if the client sent one. */
  device: string | null
}

/**
 * Limits failed sign-ins per account, on this replica. Beyond the limit, only clients that the account knows may try:
 * those with the device cookie of an earlier sign-in, or at the address of a live session. Strangers therefore cannot
 * lock the person out. Addresses without an account are treated the same, so that responses do not reveal whether an
 * account exists.
 */
export class SignInGuard {
  constructor(
    private readonly options: {
      database: Database
      /** The first secret signs device cookies. Cookies signed with any of them are accepted. */
      secrets: readonly [string, ...string[]]
      /** Maximum number of failed attempts per account and hour. */
      most: number
      /**
       * Maximum number of failed attempts per account and hour from browsers with the device cookie. If missing, known
       * clients are not limited.
       */
      mostOfDevices?: number
      counts: AttemptCounter
    },
  ) {}

  /** The cookie that lets an account recognize a browser that has signed in before. */
  deviceOf(email: string, secret = this.options.secrets[0]): string {
    return createHmac('sha256', secret).update(`device of ${email}`).digest('base64url')
  }

  /** Begins an attempt. Returns a function that ends it, or the seconds to wait if the attempt is rejected. */
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
