import { parseSecret } from '@keyward/engine/secret'
import { apiKeysAuthorize } from '../generated/documents.ts'
import type { ApiKeyVerification } from '../generated/types.ts'
import { ServerClock } from './clock.ts'
import {
  type Accepted,
  type Ask,
  estimateOf,
  type Known,
  limitStates,
  refusalOf,
  reject,
  warningsOf,
} from './decide.ts'
import { keepLimits, type LimitKeeper, StaleLimitError } from './keeper.ts'
import { Link } from './link.ts'
import { MAX_STALENESS_MS, Memory } from './memory.ts'
import { type GatewayOptions, settingsOf } from './options.ts'
import type { Limit } from './pool.ts'
import { reportUsage, type UsageReporter } from './reporter.ts'
import { findHash, type SecretSource, secretOf } from './secret.ts'
import { AwayError, Server } from './server.ts'
import type { Usage } from './usage.ts'

/** How often the use of one credential is told of. */
const TELL_USE_MS = 1_000

const NO_SECRET = 'The request carries no secret: send it as `Authorization: Bearer …`.'

/** How a gateway is. */
export interface GatewayStatus {
  /** Whether changes are heard of as they happen. */
  readonly connected: boolean
  /** As of when everything committed is known here; null before the server was heard. */
  readonly asOf: string | null
  /** How long ago that is, in seconds; null before the server was heard. */
  readonly stalenessSeconds: number | null
  /** How old that may become before nothing passes any more, in seconds: what whoever operates the server has set. */
  readonly graceSeconds: number
  /** How many credentials are known. */
  readonly credentials: number
  /** How many usage events have not been recorded yet. */
  readonly pendingUsage: number
  /** How many requests were let pass by what could not be refreshed. */
  readonly servedDuringOutage: number
}

/** Decides in this process whether requests may pass, and reports what they used. */
export class Gateway {
  readonly #server: Server
  readonly #hash = findHash()
  readonly #clock = new ServerClock()
  readonly #link: Link
  readonly #memory: Memory
  readonly #keeper: LimitKeeper
  readonly #reporter: UsageReporter
  #servedDuringOutage = 0
  #isClosed = false

  constructor(options: GatewayOptions) {
    const { url, headers, fetch, maxKeys, onError, usage } = settingsOf(options)
    this.#server = new Server(url, headers, fetch)
    this.#link = new Link({
      server: this.#server,
      clock: this.#clock,
      onChange: (subject) => {
        this.#memory.change(subject)
        this.#keeper.recall(subject)
      },
      onRecall: (subject) => this.#keeper.recall(subject),
      onReset: () => this.#memory.clear(),
      onError,
    })
    this.#memory = new Memory(this.#server, this.#clock, this.#link, maxKeys)
    this.#keeper = keepLimits(this.#server, this.#link.verifierId, () => this.#link.isConnected, onError)
    this.#reporter = reportUsage(this.#server, usage, onError)
  }

  /**
   * Resolves once the server was heard; rejects where it refuses the gateway's token, or the spool cannot be opened. Requests
   * can be decided before.
   */
  async ready(): Promise<void> {
    await Promise.all([this.#link.ready, this.#reporter.opened])
  }

  /** How it is, for a health check. */
  get status(): GatewayStatus {
    const { asOf, asOfText, isConnected, graceMs } = this.#link
    return {
      connected: isConnected,
      asOf: asOf === 0 ? null : asOfText,
      stalenessSeconds: asOf === 0 ? null : Math.max(0, (this.#clock.now() - asOf) / 1_000),
      graceSeconds: Math.max(MAX_STALENESS_MS, graceMs) / 1_000,
      credentials: this.#memory.size,
      pendingUsage: this.#reporter.pending(),
      servedDuringOutage: this.#servedDuringOutage,
    }
  }

  /**
   * Whether a request may pass, and fits into the limits above its key, of which it then takes. A known key is decided in
   * this process. It never rejects for what the request says, nor while the server is away: then the answer is UNAVAILABLE,
   * once what is known is too old.
   * @throws {TypeError} An estimate is not a number.
   */
  async authorize(source: SecretSource, ask: Ask = {}): Promise<ApiKeyVerification> {
    const secret = secretOf(source)
    if (secret === null) return reject('NOT_FOUND', this.#asOf(), null, { message: NO_SECRET })
    const hashing = this.#hash(secret)
    const hash = typeof hashing === 'string' ? hashing : await hashing
    for (let tries = 1; ; tries += 1) {
      try {
        if (this.#isClosed) throw new AwayError()
        // Nearly every request is of what is known, and is decided without a wait.
        let now = this.#clock.now()
        let known = this.#memory.recall(hash, ask, now)
        if (!known || isForServer(known)) {
          const found = await this.#find(secret, hash, ask)
          if ('__typename' in found) return found
          known = found
          now = this.#clock.now()
        }
        const { credential, asOf } = known
        const reason = refusalOf(known, ask, now)
        if (reason) return reject(reason, asOf, credential)
        if (credential.limits.length === 0) return this.#accept(known, '', now)
        const taking = this.#keeper.take(credential.limits, estimateOf(ask, known.model, now), now)
        const { missing, reservation } = taking instanceof Promise ? await taking : taking
        if (!missing) return this.#accept(known, reservation, now)
        return reject(missing.isRate ? 'RATE_LIMITED' : 'BUDGET_EXCEEDED', asOf, credential, {
          retryAfterSeconds: roomAfter(missing, now),
          limits: limitStates(credential.limits),
        })
      } catch (error) {
        if (error instanceof TypeError) throw error
        // A key whose limits are not what they were is looked up anew; whatever else went wrong is nothing to go by.
        if (tries > 1 || !(error instanceof StaleLimitError)) return reject('UNAVAILABLE', this.#asOf(), null)
        this.#memory.forget(hash)
      }
    }
  }

  /** Reports what a request used and did cost; resolves once it is taken on, which waits while too much is pending. */
  record(usage: Usage): Promise<void> {
    return this.#reporter.record(usage)
  }

  /** Lets a reservation go whose request came to nothing. */
  release(answer: { readonly reservation?: string | null | undefined }): void {
    if (answer.reservation) this.#reporter.release(answer.reservation)
  }

  /**
   * Reports everything that is pending, gives back what it holds of limits, and says goodbye. Waits for the server at most
   * so long, in milliseconds. From now on every request is answered UNAVAILABLE: close it after the server that it is for.
   * @throws {UsageNotRecordedError} What could not be reported in time; what is spooled is reported at the next start.
   */
  async close(options: { readonly timeout?: number } = {}): Promise<void> {
    this.#isClosed = true
    try {
      await this.#reporter.close(options.timeout)
    } finally {
      await this.#keeper.close()
      await this.#link.close()
    }
  }

  #asOf(): string {
    return this.#link.asOfText || new Date(this.#clock.now()).toISOString()
  }

  /** What is known with the help of the server, or its answer. */
  async #find(secret: string, hash: string, ask: Ask): Promise<Known | ApiKeyVerification> {
    if (parseSecret(secret).shape === 'malformed') return reject('MALFORMED', this.#asOf(), null)
    const known = await this.#memory.find(hash, ask)
    if (!known.credential) return reject('NOT_FOUND', known.asOf, null)
    return isForServer(known) ? this.#askServer(secret, ask) : known
  }

  /** What only the server knows: what the person of a playground token may use beyond the default project. */
  async #askServer(secret: string, { resource, ...ask }: Ask): Promise<ApiKeyVerification> {
    const inputs = [{ secret, ...ask, resourceId: resource }]
    const [answer] = await this.#server.ask(apiKeysAuthorize, { inputs }, 2_000)
    if (!answer) throw new AwayError()
    return answer
  }

  #accept({ credential, asOf, isOutage }: Known, reservation: string, now: number): Accepted {
    if (isOutage) this.#servedDuringOutage += 1
    const { of, limits } = credential
    if (of.useId !== null && now - credential.toldAt > TELL_USE_MS) {
      credential.toldAt = now
      this.#link.use(of.useId)
    }
    const answer = {
      __typename: 'ApiKeyAccepted' as const,
      credentialId: of.credentialId,
      kind: of.kind,
      name: of.name,
      secretVersion: of.secretVersion,
      projectId: of.projectId,
      organizationId: of.organizationId,
      expiresAt: of.expiresAt,
      reservation: reservation || null,
      limits: [],
      warnings: warningsOf(credential, now, isOutage),
      asOf,
      maxStalenessSeconds: Math.max(MAX_STALENESS_MS, this.#link.graceMs) / 1_000,
    }
    if (limits.length === 0) return answer
    // Written out when they are looked at: few gateways do.
    return {
      ...answer,
      get limits() {
        return limitStates(limits)
      },
    }
  }
}

/** After how many seconds there is room in a limit again; null where that is never. */
function roomAfter({ isRate, amount, pool }: Limit, now: number): number | null {
  const end = pool?.window.end ?? Number.POSITIVE_INFINITY
  const seconds = Math.ceil(isRate ? 60 / Number(amount) : (end - now) / 1_000)
  return Number.isFinite(seconds) ? Math.max(1, seconds) : null
}

/** Whether a playground token asks for what is of a project beyond its own. */
function isForServer({ credential: { of }, resource, model }: Known): boolean {
  if (of.kind !== 'PLAYGROUND') return false
  return [resource?.projectId, model?.projectId].some((project) => project != null && project !== of.projectId)
}
