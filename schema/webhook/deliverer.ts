import type { Database } from '@keyward/prisma/database'
import { traced } from '@keyward/prisma/tracing'
import type { SealingKey } from '../core/sealing.ts'
import type { ChangeFeed } from '../write/outbox/feed.ts'
import type { Claim } from './claim.ts'
import { openMessage, signedHeaders } from './message.ts'
import { disableGone, giveUp } from './outcome.ts'
import { retryAt } from './schedule.ts'
import { type Attempt, send } from './send.ts'
import { openSecrets, secretsAt } from './signing-secrets.ts'
import { claimDeliveries, markDelivered, noteFailure, scheduleRetry } from './sql.ts'
import { type Resolve, resolveAny, resolvePublic } from './target.ts'

/** Changes wake the job. The poll also finds retries, and messages of processes that stopped. */
const POLL_MS = 1_000
/** Lifetime of a claim: longer than an attempt, so that no other process sends the same message meanwhile. */
const LEASE_MS = 60_000
/**
 * Maximum number of concurrent attempts, per process and per organization. Slow receivers delay only their own
 * organization.
 */
const AT_ONCE = 64
const OF_ONE_ORGANIZATION = 4

/** Dependencies and settings of the job. */
export interface DelivererOptions {
  database: Database
  changes: ChangeFeed
  encryptionKeys: readonly SealingKey[]
  /** Allows private addresses and plain HTTP. */
  privateTargets: boolean
}

/**
 * Sends webhook messages. Each message is claimed by one process at a time. If that process does not report the result
 * before its claim lapses, another process claims the message. So each message is delivered at least once, and repeats
 * have the same id.
 */
export class WebhookDeliverer {
  readonly #options: DelivererOptions
  readonly #resolve: Resolve
  readonly #closing = new AbortController()
  readonly #sending = new Set<Promise<void>>()
  readonly #byOrganization = new Map<string, number>()
  readonly #timer: NodeJS.Timeout
  readonly #forget: () => void
  #claiming: Promise<void> | null = null
  #again = false

  constructor(options: DelivererOptions) {
    this.#options = options
    this.#resolve = options.privateTargets ? resolveAny : resolvePublic
    this.#timer = setInterval(() => this.wake(), POLL_MS).unref()
    this.#forget = options.changes.subscribe({
      onChange: ({ organizationId }) => {
        if (organizationId !== null) this.wake()
      },
      onReset: () => this.wake(),
    })
  }

  /** Starts looking for due messages. */
  wake(): void {
    if (this.#closing.signal.aborted) return
    this.#again = true
    this.#claiming ??= this.#options.database
      .detached(() => this.#claim())
      .finally(() => {
        this.#claiming = null
      })
  }

  /** Stops claiming and aborts current attempts. Their messages are sent again later. */
  async close(): Promise<void> {
    this.#closing.abort()
    clearInterval(this.#timer)
    this.#forget()
    await this.#claiming
    await Promise.all(this.#sending)
  }

  async #claim(): Promise<void> {
    while (this.#again && !this.#closing.signal.aborted) {
      this.#again = false
      const room = Math.min(OF_ONE_ORGANIZATION, AT_ONCE - this.#sending.size)
      if (room <= 0) return
      const busy = [...this.#byOrganization].flatMap(([id, count]) => (count >= OF_ONE_ORGANIZATION ? [id] : []))
      const now = this.#options.database.clock.now()
      try {
        const until = new Date(now.getTime() + LEASE_MS)
        const claims = await claimDeliveries(this.#options.database, { now, busy, count: room, until })
        for (const claim of claims) this.#start(claim)
        if (claims.length > 0) this.#again = true
      } catch {
        // The database is unreachable. The next poll tries again.
        return
      }
    }
  }

  #start(claim: Claim): void {
    this.#count(claim.organization_id, 1)
    // If a result cannot be written, the message is sent again when the claim lapses.
    const { tracing } = this.#options.database
    const span = { name: 'deliver webhook', kind: 'internal', parent: claim.traceparent } as const
    const work = traced(tracing, span, () => this.#deliver(claim))
      .catch(() => {})
      .finally(() => {
        this.#sending.delete(work)
        this.#count(claim.organization_id, -1)
        this.wake()
      })
    this.#sending.add(work)
  }

  #count(organizationId: string, by: number): void {
    const count = (this.#byOrganization.get(organizationId) ?? 0) + by
    if (count > 0) this.#byOrganization.set(organizationId, count)
    else this.#byOrganization.delete(organizationId)
  }

  async #deliver(claim: Claim): Promise<void> {
    const { database } = this.#options
    const attempt = await this.#attempt(claim)
    const now = database.clock.now()
    const { status, error } = attempt
    if (status !== null && status >= 200 && status <= 299) {
      return markDelivered(database, claim, now, status)
    }
    if (error !== null && this.#closing.signal.aborted) {
      await scheduleRetry(database, claim, {
        at: now,
        status: null,
        error: 'The server stopped while sending the message.',
      })
      return
    }
    const reason = error ?? `The response had the status ${status}.`
    await noteFailure(database, claim.webhook_id, now, reason)
    if (status === 410) return disableGone(database, claim, reason)
    const next = claim.enabled ? retryAt(claim.attempts - claim.attempts_before, now) : null
    if (next) await scheduleRetry(database, claim, { at: next, status, error: reason })
    else await giveUp(database, claim, status, reason)
  }

  async #attempt(claim: Claim): Promise<Attempt> {
    const { database, encryptionKeys, privateTargets } = this.#options
    if (!claim.enabled) return { status: null, error: 'The webhook is disabled.' }
    const at = database.clock.now()
    const body = JSON.stringify(await openMessage(database, encryptionKeys, claim.payload))
    const webhook = { id: claim.webhook_id, organizationId: claim.organization_id }
    let secrets: string[]
    try {
      secrets = secretsAt(openSecrets(encryptionKeys, webhook, claim.sealed_secret), at)
    } catch {
      return { status: null, error: 'The instance lacks the key-encryption key of the signing secret.' }
    }
    return send(new URL(claim.url), body, signedHeaders(secrets, claim.id, at, body), {
      privateTargets,
      resolve: this.#resolve,
      signal: this.#closing.signal,
      tracing: database.tracing,
      resends: claim.attempts - 1,
    })
  }
}
