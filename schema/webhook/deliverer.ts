import type { Database } from '@keyward/prisma/database'
import type { SealingKey } from '../core/sealing.ts'
import type { ChangeFeed } from '../write/outbox/feed.ts'
import type { Claim } from './claim.ts'
import { signedHeaders } from './message.ts'
import { disableGone, giveUp } from './outcome.ts'
import { retryAt } from './schedule.ts'
import { type Attempt, send } from './send.ts'
import { openSecrets, secretsAt } from './signing-secrets.ts'
import { type Resolve, resolveAny, resolvePublic } from './target.ts'

/** Changes wake the job; this finds what is due again, and what another process left behind. */
const POLL_MS = 1_000
/** For how long a claim holds. Longer than an attempt takes, so that nobody else sends the same in between. */
const LEASE_MS = 60_000
/** Attempts at the same time, of this process and of one organization in it: slow receivers hold up their own. */
const AT_ONCE = 64
const OF_ONE_ORGANIZATION = 4

const CLAIM = `
  WITH due AS (
    SELECT d.id FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
     WHERE d.next_attempt_at <= $1 AND w.organization_id <> ALL($2::uuid[])
     ORDER BY d.next_attempt_at LIMIT $3 FOR UPDATE OF d SKIP LOCKED)
  UPDATE webhook_delivery d SET attempts = d.attempts + 1, next_attempt_at = $4
    FROM due, webhook w WHERE d.id = due.id AND w.id = d.webhook_id
  RETURNING d.id, d.webhook_id, d.event, d.payload, d.attempts, w.organization_id, w.url, w.sealed_secret, w.enabled`

const DELIVERED = `
  UPDATE webhook_delivery SET delivered_at = $3, given_up_at = NULL, next_attempt_at = NULL, last_status = $4, last_error = NULL
   WHERE id = $1 AND attempts = $2`

// What was given up meanwhile, with its webhook, stays so.
const FAILED = `
  UPDATE webhook_delivery SET next_attempt_at = $3, last_status = $4, last_error = $5
   WHERE id = $1 AND attempts = $2 AND given_up_at IS NULL`

const NOTE_SUCCESS = 'UPDATE webhook SET last_success_at = greatest(last_success_at, $2) WHERE id = $1'
const NOTE_FAILURE = 'UPDATE webhook SET last_failure_at = $2, last_failure = $3 WHERE id = $1'

/** What the job works with. */
export interface DelivererOptions {
  database: Database
  changes: ChangeFeed
  encryptionKeys: readonly SealingKey[]
  /** Whether messages may go to addresses that are not public, and over plain HTTP. */
  privateTargets: boolean
}

/**
 * Sends the messages of webhooks: each is claimed by one process at a time, and claimed again when that process does not
 * say in time what became of it. So a message comes at least once, and repetitions carry the same id.
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
    this.#forget = options.changes.onChange(({ organizationId }) => {
      if (organizationId !== null) this.wake()
    })
  }

  /** Looks for messages that are due. */
  wake(): void {
    if (this.#closing.signal.aborted) return
    this.#again = true
    this.#claiming ??= this.#claim().finally(() => {
      this.#claiming = null
    })
  }

  /** Takes nothing on any more, and ends what is being sent; that is sent again. */
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
        const claims = await this.#options.database.sql<Claim>(CLAIM, [
          now,
          busy,
          room,
          new Date(now.getTime() + LEASE_MS),
        ])
        for (const claim of claims) this.#start(claim)
        if (claims.length > 0) this.#again = true
      } catch {
        // The database is away: the next poll tries again.
        return
      }
    }
  }

  #start(claim: Claim): void {
    this.#count(claim.organization_id, 1)
    // What cannot be written down now is found again when the claim has lapsed.
    const work = this.#deliver(claim)
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
      await database.sql(DELIVERED, [claim.id, claim.attempts, now, status])
      await database.sql(NOTE_SUCCESS, [claim.webhook_id, now])
      return
    }
    if (error !== null && this.#closing.signal.aborted) {
      await database.sql(FAILED, [claim.id, claim.attempts, now, null, 'The server that was sending it stopped.'])
      return
    }
    const reason = error ?? `The answer had the status ${status}.`
    await database.sql(NOTE_FAILURE, [claim.webhook_id, now, reason])
    if (status === 410) return disableGone(database, claim, reason)
    const next = claim.enabled ? retryAt(claim.attempts, now) : null
    if (next) await database.sql(FAILED, [claim.id, claim.attempts, next, status, reason])
    else await giveUp(database, claim, status, reason)
  }

  async #attempt(claim: Claim): Promise<Attempt> {
    const { database, encryptionKeys, privateTargets } = this.#options
    if (!claim.enabled) return { status: null, error: 'The webhook is disabled.' }
    const at = database.clock.now()
    const body = JSON.stringify(claim.payload)
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
    })
  }
}
