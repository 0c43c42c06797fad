import { apiKeysAuthorize } from '../generated/documents.ts'
import type { ApiKeyVerification, VerifierModel, VerifierResource } from '../generated/types.ts'
import { ServerClock } from './clock.ts'
import {
  type Accepted,
  type Ask,
  type Credential,
  estimateOf,
  type Known,
  limitStates,
  readCredential,
  refusalOf,
  reject,
  warningsOf,
} from './decide.ts'
import { AwayError, LimitKeeper, StaleLimitError, type Taken } from './keeper.ts'
import { Link } from './link.ts'
import { LookUps, type Shelf } from './look-up.ts'
import { type GatewayOptions, settingsOf } from './options.ts'
import { reportUsage, type UsageReporter } from './reporter.ts'
import { Rows, type Subjects } from './rows.ts'
import { findHash, isMalformed, type SecretSource, secretOf } from './secret.ts'
import { Server } from './server.ts'
import type { Usage } from './usage.ts'

/** Older knowledge than this has to be looked up, if the server can be reached. */
const MAX_STALENESS_MS = 5_000
/** How long a failed look-up stands for those that would have come after it. */
const AWAY_MS = 1_000
/** How often the use of one credential is told of. */
const TELL_USE_MS = 1_000
const REACHED = 20_000

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

interface Looked<Row> {
  row: Row | null
  asOf: string
  isOutage: boolean
}

/** Decides in this process whether requests may pass, and reports what they used. */
export class Gateway {
  readonly #server: Server
  readonly #hash = findHash()
  readonly #clock = new ServerClock()
  readonly #link: Link
  readonly #lookUps: LookUps
  readonly #keeper: LimitKeeper
  readonly #reporter: UsageReporter
  readonly #credentials: Shelf<Credential>
  readonly #resources: Shelf<VerifierResource>
  readonly #models: Shelf<VerifierModel>
  #awayUntil = 0
  #servedDuringOutage = 0

  constructor(options: GatewayOptions) {
    const { url, headers, fetch, maxKeys, onError, usage } = settingsOf(options)
    this.#server = new Server(url, headers, fetch)
    this.#credentials = {
      kind: 'secretHashes',
      rows: new Rows(maxKeys),
      pick: ({ credentials }, hash) => {
        const found = credentials.find(({ secretHash }) => secretHash === hash)
        return found ? readCredential(found) : null
      },
    }
    this.#resources = {
      kind: 'resourceIds',
      rows: new Rows(REACHED),
      pick: ({ resources }, id) => resources.find(({ resourceId }) => resourceId === id) ?? null,
    }
    this.#models = {
      kind: 'models',
      rows: new Rows(REACHED),
      pick: ({ models }, slug) => models.find((model) => model.slug === slug) ?? null,
    }
    const shelves: { rows: Rows<Subjects> }[] = [this.#credentials, this.#resources, this.#models]
    this.#link = new Link({
      server: this.#server,
      clock: this.#clock,
      onChange: (subject) => {
        this.#lookUps.change(subject)
        for (const { rows } of shelves) rows.drop(subject)
        this.#keeper.recall(subject)
      },
      onRecall: (subject) => this.#keeper.recall(subject),
      onReset: () => {
        this.#lookUps.forget()
        for (const { rows } of shelves) rows.clear()
      },
      onError,
    })
    this.#lookUps = new LookUps(this.#server, () => this.#link.isFollowing)
    this.#keeper = new LimitKeeper(this.#server, this.#link.verifierId, onError)
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
      credentials: this.#credentials.rows.size,
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
  authorize(source: SecretSource, ask: Ask = {}): Promise<ApiKeyVerification> {
    const secret = secretOf(source)
    if (secret === null) return Promise.resolve(reject('NOT_FOUND', this.#asOf(), null, { message: NO_SECRET }))
    const hash = this.#hash(secret)
    return typeof hash === 'string' ? this.#decide(secret, hash, ask) : hash.then((it) => this.#decide(secret, it, ask))
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
   * so long, in milliseconds.
   * @throws {UsageNotRecordedError} What could not be reported in time; what is spooled is reported at the next start.
   */
  async close(options: { readonly timeout?: number } = {}): Promise<void> {
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

  /** Decides at once where everything is known: this is the way of nearly every request. */
  #decide(secret: string, hash: string, ask: Ask): Promise<ApiKeyVerification> {
    const now = this.#clock.now()
    const known = now - this.#link.asOf > MAX_STALENESS_MS ? null : this.#knownNow(hash, ask)
    if (!known) return this.#find(secret, hash, ask)
    try {
      const answer = this.#conclude(known, ask, now, this.#link.asOfText, false)
      return answer instanceof Promise
        ? answer.catch((error) => this.#again(error, secret, hash, ask))
        : Promise.resolve(answer)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** What is known of everything that was asked for; null where something is missing. */
  #knownNow(hash: string, { resource, model }: Ask): Known | null {
    const credential = this.#credentials.rows.get(hash)
    if (credential === undefined) return null
    if (resource == null && model == null) return { credential, resource: undefined, model: undefined }
    const known = {
      credential,
      resource: resource == null ? undefined : this.#resources.rows.get(resource),
      model: model == null ? undefined : this.#models.rows.get(model),
    }
    const isMissing = (resource != null && !known.resource) || (model != null && !known.model)
    return isMissing || isForServer(known) ? null : known
  }

  /** Decides with look-ups. */
  async #find(secret: string, hash: string, ask: Ask, isSecondTime = false): Promise<ApiKeyVerification> {
    if (isMalformed(secret)) return reject('MALFORMED', this.#asOf(), null)
    try {
      const [{ row: credential, asOf, isOutage }, resource, model] = await Promise.all([
        this.#of(this.#credentials, hash),
        this.#named(this.#resources, ask.resource),
        this.#named(this.#models, ask.model),
      ])
      if (!credential) return reject('NOT_FOUND', asOf, null)
      const known = { credential, resource: resource?.row, model: model?.row }
      if (isForServer(known)) return await this.#askServer(secret, ask)
      return await this.#conclude(known, ask, this.#clock.now(), asOf, isOutage)
    } catch (error) {
      if (error instanceof TypeError) throw error
      if (!isSecondTime) return this.#again(error, secret, hash, ask)
      return reject('UNAVAILABLE', this.#asOf(), null)
    }
  }

  /** Looks a key up anew whose limits are not what they were; whatever else went wrong is nothing to go by. */
  async #again(error: unknown, secret: string, hash: string, ask: Ask): Promise<ApiKeyVerification> {
    if (!(error instanceof StaleLimitError)) return reject('UNAVAILABLE', this.#asOf(), null)
    this.#credentials.rows.delete(hash)
    return this.#find(secret, hash, ask, true)
  }

  /** What a request names; nothing where that can be no name: the server would not read it, nor what is asked beside. */
  #named<Row extends Subjects>(shelf: Shelf<Row>, name: string | null | undefined) {
    // Who does not write TypeScript may pass a number.
    return name == null ? undefined : NAME.test(name) ? this.#of(shelf, String(name)) : { row: null }
  }

  /** Something from memory while that is fresh, else from the server; from memory again, flagged, while that is away. */
  async #of<Row extends Subjects>(shelf: Shelf<Row>, key: string): Promise<Looked<Row>> {
    const known = shelf.rows.get(key)
    const { asOf, asOfText, graceMs } = this.#link
    const staleness = this.#clock.now() - asOf
    if (known !== undefined && staleness <= MAX_STALENESS_MS) return { row: known, asOf: asOfText, isOutage: false }
    const mayGoByMemory = known !== undefined && staleness <= graceMs
    const now = performance.now()
    if (!mayGoByMemory || now >= this.#awayUntil) {
      // While one look-up tries, the others still go by memory.
      if (mayGoByMemory && this.#awayUntil > 0) this.#awayUntil = now + AWAY_MS
      try {
        const looked = await this.#lookUps.load(shelf, key)
        this.#awayUntil = 0
        return { ...looked, isOutage: false }
      } catch {
        this.#awayUntil = performance.now() + AWAY_MS
      }
    }
    if (!mayGoByMemory) throw new AwayError()
    return { row: known, asOf: asOfText, isOutage: true }
  }

  /** What only the server knows: what the person of a playground token may use beyond the default project. */
  async #askServer(secret: string, { resource, ...ask }: Ask): Promise<ApiKeyVerification> {
    const inputs = [{ secret, ...ask, resourceId: resource }]
    const [answer] = await this.#server.ask(apiKeysAuthorize, { inputs }, 2_000)
    if (!answer) throw new AwayError()
    return answer
  }

  #conclude(
    known: Known,
    ask: Ask,
    now: number,
    asOf: string,
    isOutage: boolean,
  ): ApiKeyVerification | Promise<ApiKeyVerification> {
    const { credential } = known
    const reason = refusalOf(known, ask, now)
    if (reason) return reject(reason, asOf, credential)
    if (credential.limits.length === 0) return this.#accept(credential, '', now, asOf, isOutage)
    const taken = this.#keeper.take(credential.limits, estimateOf(ask, known.model, now), now)
    return taken instanceof Promise
      ? taken.then(
          (it) => this.#fit(credential, it, now, asOf, isOutage),
          (error) => {
            if (error instanceof StaleLimitError) throw error
            return reject('UNAVAILABLE', this.#asOf(), null)
          },
        )
      : this.#fit(credential, taken, now, asOf, isOutage)
  }

  /** The answer by the limits that were asked. */
  #fit(credential: Credential, { missing, reservation }: Taken, now: number, asOf: string, isOutage: boolean) {
    if (!missing) return this.#accept(credential, reservation, now, asOf, isOutage)
    const { isRate, amount, pool } = missing
    const end = pool?.window.end ?? Number.POSITIVE_INFINITY
    const seconds = isRate ? Math.ceil(60 / Number(amount)) : Math.ceil((end - now) / 1_000)
    return reject(isRate ? 'RATE_LIMITED' : 'BUDGET_EXCEEDED', asOf, credential, {
      retryAfterSeconds: Number.isFinite(seconds) ? Math.max(1, seconds) : null,
      limits: limitStates(credential.limits),
    })
  }

  #accept(credential: Credential, reservation: string, now: number, asOf: string, isOutage: boolean): Accepted {
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

const NAME = /^[\x21-\x7e]{1,200}$/

/** Whether a playground token asks for what is of a project beyond its own. */
function isForServer({ credential: { of }, resource, model }: Known): boolean {
  if (of.kind !== 'PLAYGROUND') return false
  return [resource?.projectId, model?.projectId].some((project) => project != null && project !== of.projectId)
}
