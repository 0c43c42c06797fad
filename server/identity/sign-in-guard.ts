import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Database } from '@keyward/prisma/database'

const MOST_ACCOUNTS = 50_000
const WINDOW_MS = 3_600_000

interface Count {
  until: number
  failed: number
  /** Attempts that have begun and not ended. Counted as failed, so that attempts at once do not exceed the bound. */
  open: number
}

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
  readonly #counts = new Map<string, Count>()

  constructor(
    private readonly options: {
      database: Database
      /** The first signs device cookies. Those of all of them count. */
      secrets: readonly [string, ...string[]]
      /** Failed attempts per account and hour. */
      most: number
      /** Failed attempts per account and hour of browsers with the device cookie. Without it, known clients are not bounded. */
      mostOfDevices?: number
      now?: () => number
    },
  ) {}

  /** The cookie by which an account recognizes a browser that has signed in to it. */
  deviceOf(email: string, secret = this.options.secrets[0]): string {
    return createHmac('sha256', secret).update(`device of ${email}`).digest('base64url')
  }

  /** Begins an attempt. Returns a function that ends it, or the seconds to wait if it is rejected. */
  async begin(attempt: SignInAttempt): Promise<{ settle(failed: boolean): void } | { retryAfter: number }> {
    const now = this.options.now?.() ?? performance.now()
    const { most, mostOfDevices } = this.options
    const isSeparate = mostOfDevices !== undefined && this.#hasDevice(attempt)
    const count = this.#countOf(isSeparate ? `device ${attempt.email}` : attempt.email, now)
    if (count.failed + count.open >= (isSeparate ? mostOfDevices : most)) {
      if (mostOfDevices === undefined && (await this.#isKnown(attempt))) return { settle: () => undefined }
      return { retryAfter: Math.ceil((count.until - now) / 1000) }
    }
    count.open += 1
    return {
      settle: (failed) => {
        count.open -= 1
        if (failed) count.failed += 1
      },
    }
  }

  #countOf(email: string, now: number): Count {
    const present = this.#counts.get(email)
    if (present && now < present.until) return present
    const count: Count = { until: now + WINDOW_MS, failed: 0, open: 0 }
    // Deleting first keeps the map ordered by the start of windows, so that the oldest are dropped first.
    this.#counts.delete(email)
    this.#counts.set(email, count)
    for (const [other, { until }] of this.#counts) {
      if (this.#counts.size <= MOST_ACCOUNTS && now < until) break
      this.#counts.delete(other)
    }
    return count
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
