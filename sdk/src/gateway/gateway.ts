import { findDenial, reasonOfLimit, roomAfter } from '@keyward/engine/decide'
import { type Known, MAX_STALENESS_MS, UNAVAILABLE } from '@keyward/engine/knowledge/freshness'
import { limitsOf } from '@keyward/engine/lease/applicable'
import type { Limit } from '@keyward/engine/lease/balance'
import { LeaseManager } from '@keyward/engine/lease/manager'
import type { Reason } from '@keyward/engine/reasons'
import { isCredential, parseSecret } from '@keyward/engine/secret'
import { apiKeysAuthorize } from '../generated/gateway-documents.ts'
import type { ApiKeyVerification } from '../generated/types.ts'
import { type Ask, accept, estimateOf, limitStates, reject } from './answer.ts'
import { type KeyRecord, Knowledge, MODEL, RESOURCE } from './knowledge.ts'
import { authorityOf } from './link/authority.ts'
import { ServerClock } from './link/clock.ts'
import { hostOf } from './link/host.ts'
import { Link } from './link/link.ts'
import { Server } from './link/server.ts'
import { type GatewayOptions, settingsOf } from './options.ts'
import { findHash, headerOf, type SecretReader, type SecretSource, secretOf } from './secret.ts'
import { textOf } from './time.ts'
import { reportUsage, type UsageReporter } from './usage/reporter.ts'
import type { Usage } from './usage/usage.ts'

/** Minimum interval between two reports that the same credential was used, in milliseconds. */
const TELL_USE_MS = 1_000

/** Maximum number of look-ups of a key whose limits were removed during the decision. */
const MAX_TRIES = 3
const CALL_MS = 2_000

const NO_SECRET = 'Send the secret as `Authorization: Bearer …`.'
const TWO = 'Send one secret, not two.'

/** A gateway's state. */
export interface GatewayStatus {
  /** Whether the gateway currently receives changes as they happen. */
  readonly connected: boolean
  /** Time up to which every committed change is known. Null before the server's first message. */
  readonly asOf: string | null
  /** Age of `asOf`, in seconds. Null before the server's first message. */
  readonly stalenessSeconds: number | null
  /** Age of `asOf` above which every request is denied, in seconds. Set by the server's operator. */
  readonly graceSeconds: number
  /** Number of credentials, resources and models in memory. */
  readonly cached: number
  /** Number of usage events that are not recorded yet. */
  readonly pendingUsage: number
  /** Number of requests that were allowed from memory while it could not be refreshed. */
  readonly servedDuringOutage: number
}

/** Decides about requests in this process and reports their usage. */
export class Gateway {
  readonly #server: Server
  readonly #hash = findHash()
  readonly #clock = new ServerClock()
  readonly #link: Link
  readonly #knowledge: Knowledge
  readonly #leases: LeaseManager
  readonly #reporter: UsageReporter
  #servedDuringOutage = 0
  readonly #readSecret: SecretReader
  #isClosed = false

  constructor(options: GatewayOptions) {
    const { url, headers, fetch, maxCached, readSecret, onError, usage } = settingsOf(options)
    this.#readSecret = readSecret
    this.#server = new Server(url, headers, fetch)
    this.#link = new Link({
      server: this.#server,
      clock: this.#clock,
      onChange: (subject) => {
        this.#knowledge.change(subject)
        this.#leases.recall(subject)
      },
      onRecall: (subject) => this.#leases.recall(subject),
      onReset: () => {
        this.#knowledge.clear()
        this.#leases.settled()
        this.#leases.recallAll()
      },
      onError,
    })
    const host = hostOf(this.#clock)
    const link = this.#link
    this.#knowledge = new Knowledge(host, this.#server, link, maxCached)
    const authority = authorityOf(this.#server, link.connectionId, () => link.isConnected, onError)
    this.#leases = new LeaseManager(host, authority)
    this.#reporter = reportUsage(this.#server, usage, onError, () => this.#clock.now())
  }

  /**
   * Resolves when the server's first message arrives. Rejects if the server rejects the token or the spool cannot be
   * opened. Requests can be decided earlier.
   */
  async ready(): Promise<void> {
    await Promise.all([this.#link.ready, this.#reporter.opened])
  }

  /** The gateway's current state, for health checks. */
  get status(): GatewayStatus {
    const { asOf, isConnected } = this.#link
    return {
      connected: isConnected,
      asOf: asOf === 0 ? null : textOf(asOf),
      stalenessSeconds: asOf === 0 ? null : Math.max(0, (this.#clock.now() - asOf) / 1_000),
      graceSeconds: this.#graceSeconds,
      cached: this.#knowledge.size,
      pendingUsage: this.#reporter.pending(),
      servedDuringOutage: this.#servedDuringOutage,
    }
  }

  /** Whether a request carries exactly one secret, in the locations where the gateway reads secrets. */
  carriesSecret(source: SecretSource): boolean {
    return !!secretOf(source, this.#readSecret)
  }

  /**
   * Decides about a request and charges its limits. Keys in memory are decided in this process. The promise never
   * rejects because of the request or an unreachable server: if the data in memory is too old, the decision is
   * UNAVAILABLE.
   * @throws {TypeError} An estimate is not a number.
   */
  async authorize(source: SecretSource, ask: Ask = {}): Promise<ApiKeyVerification> {
    const secret = secretOf(source, this.#readSecret)
    if (!secret) return reject('NOT_FOUND', this.#asOf(), null, { message: secret === null ? NO_SECRET : TWO })
    const hashing = this.#hash(secret)
    const hash = typeof hashing === 'string' ? hashing : await hashing
    // Secrets in memory belonged to a credential at their last look-up, so only other secrets are parsed.
    const knowledge = this.#knowledge
    const remembered = knowledge.recall(hash)
    if (!remembered) {
      const parsed = parseSecret(secret)
      if (!isCredential(parsed)) return reject(parsed.shape === 'malformed' ? 'MALFORMED' : 'NOT_FOUND', this.#asOf())
    }
    const { resourceId, model } = ask
    for (let tries = 0; tries < MAX_TRIES && !this.#isClosed; tries += 1) {
      let now = this.#clock.now()
      // Decides nearly every request from memory, without waiting.
      const finding = knowledge.findCredential(hash, tries === 0 ? remembered : undefined, now)
      const findingResource = knowledge.find(RESOURCE, resourceId)
      const findingModel = knowledge.find(MODEL, model)
      const credential = finding instanceof Promise ? await finding : finding
      const foundResource = findingResource instanceof Promise ? await findingResource : findingResource
      const foundModel = findingModel instanceof Promise ? await findingModel : findingModel
      // Waiting for a look-up takes time, so the clock is read again.
      if (credential !== finding || foundResource !== findingResource || foundModel !== findingModel)
        now = this.#clock.now()
      if (credential === UNAVAILABLE || foundResource === UNAVAILABLE || foundModel === UNAVAILABLE) break
      const { row: record, asOf } = credential
      // Null means that the key exists but the server cannot read it.
      if (!record) return reject(record === null ? UNAVAILABLE : 'NOT_FOUND', asOf)
      const request = record.origins.length > 0 ? { ...ask, origin: ask.origin ?? headerOf(source, 'origin') } : ask
      const limits = limitsOf(record.limits, ask)
      // Only the server knows how many requests are running, and which projects the owner of a playground token may
      // use.
      if (
        limits.some(({ isLive }) => isLive) ||
        (record.kind === 'PLAYGROUND' && (foundResource?.row || foundModel?.row?.projectId != null))
      )
        return this.#askServer(secret, request)
      const facts = {
        credential: record,
        resource: resourceId == null ? undefined : (foundResource?.row ?? null),
        model: model == null ? undefined : (foundModel?.row ?? null),
      }
      const reason = findDenial(facts, request, now)
      if (reason) return this.#deny(reason, asOf, record)
      const estimate = estimateOf(ask, foundModel?.row, now)
      if (limits.length === 0) return this.#accept(record, limits, null, credential, now)
      const charging = this.#leases.charge(limits, estimate, now)
      const charged = charging instanceof Promise ? await charging : charging
      if (charged.outcome === 'FITS') return this.#accept(record, limits, charged.reservation, credential, now)
      if (charged.outcome === 'MISSING') {
        const { limit } = charged
        return this.#deny(reasonOfLimit(limit), asOf, record, {
          retryAfterSeconds: roomAfter(limit, now),
          limits: limitStates([...new Set([limit, ...limits])]),
        })
      }
      if (charged.outcome === 'AWAY') break
      // One of the key's limits was removed during the decision, so the key is looked up again.
      knowledge.forget(hash)
    }
    return reject(UNAVAILABLE, this.#asOf())
  }

  /** Reports a request's usage and cost. Resolves when the event is queued. Waits while too many events are pending. */
  record(usage: Usage): Promise<void> {
    return this.#reporter.record(usage)
  }

  /** Releases the reservation of a request that was not served. */
  release(answer: { readonly reservation?: string | null | undefined }): void {
    if (answer.reservation) this.#reporter.release(answer.reservation)
  }

  /**
   * Reports pending usage, returns unused leases and disconnects. `timeout` is the maximum wait for the server, in
   * milliseconds. Afterwards every request is denied as UNAVAILABLE, so stop your own server first.
   * @throws {UsageNotRecordedError} Some usage was not reported in time. Spooled events are reported at the next start.
   */
  async close(options: { readonly timeout?: number } = {}): Promise<void> {
    this.#isClosed = true
    try {
      await this.#reporter.close(options.timeout)
    } finally {
      await this.#leases.close()
      await this.#link.close()
    }
  }

  get #graceSeconds(): number {
    return Math.max(MAX_STALENESS_MS, this.#link.graceMs) / 1_000
  }

  #asOf(): number {
    return this.#link.asOf || this.#clock.now()
  }

  async #askServer(secret: string, ask: Ask): Promise<ApiKeyVerification> {
    // The server counts running requests, so it must first know which requests of this process have ended.
    await this.#reporter.sent()
    const inputs = [{ secret, ...ask }]
    const answers = await this.#server.ask(apiKeysAuthorize, { inputs }, CALL_MS).catch(() => [])
    return answers[0] ?? reject(UNAVAILABLE, this.#asOf())
  }

  #deny(reason: Reason, asOf: number, record: KeyRecord, details?: Parameters<typeof reject>[3]) {
    this.#link.deny(record.of, reason)
    return reject(reason, asOf, record, details)
  }

  #accept(
    record: KeyRecord,
    limits: readonly Limit[],
    reservation: string | null,
    credential: Known<KeyRecord>,
    now: number,
  ) {
    if (credential.isOutage) this.#servedDuringOutage += 1
    const { useId } = record.of
    if (useId !== null && now - record.toldAt > TELL_USE_MS) {
      record.toldAt = now
      this.#link.use(useId)
    }
    return accept(record, limits, reservation, credential, now, this.#graceSeconds)
  }
}
