import type { Readings } from '@keyward/engine/wall-watch'
import { gatewayAcknowledge, gatewaySync } from '../../generated/gateway-documents.ts'
import type { DenialReason, GatewayDenialInput, GatewayDenialsInput, GatewaySync } from '../../generated/types.ts'
import { backoff, wait } from '../../internal/retry.ts'
import { readings, type ServerClock } from './clock.ts'
import { every } from './host.ts'
import { hasCode, isRefusal, type Server } from './server.ts'

const TICK_MS = 1_000
/** The server sends a message every second, so a stream that is silent for this long is broken. */
const SILENT_MS = 5_000
/** After this time without a message, changes are polled, even if the stream seems to work. */
const POLL_AFTER_MS = 2_000
/** Interval of acknowledgements. The server treats a silent connection as closed. */
const ACKNOWLEDGE_MS = 4_000
const CALL_MS = 3_000
const REFUSED_MS = 10_000
/** Maximum number of uses in one report, and of denials (pairs of a credential and a reason). */
const MAX_OF_REPORT = 2_000

/** A link's callbacks and dependencies. */
export interface LinkOptions {
  server: Server
  clock: ServerClock
  /** Called when a subject changed, so that rows about it are outdated. */
  onChange: (subject: string) => void
  /** Called when other gateways wait for unused amounts of a limit that this process has leased. */
  onRecall: (subject: string) => void
  /** Called when changes may have been missed, so that all rows are outdated. */
  onReset: () => void
  onError: (error: unknown) => void
}

/**
 * Keeps the data in memory current. Follows a stream of changes, acknowledges the changes that it applied, and polls
 * while the stream is broken. Every change that the server committed before `asOf` has been applied.
 */
export class Link {
  readonly connectionId = crypto.randomUUID()
  readonly #options: LinkOptions
  readonly #closing = new AbortController()
  #cursor: string | null = null
  #acknowledged: string | null = null
  #asOf = 0
  #graceMs = 0
  #isConnected = false
  /** Time of the stream's last message, or of its start. */
  #aliveAt = performance.now()
  #toldAt = Number.NEGATIVE_INFINITY
  #isTelling = false
  #connection = new AbortController()
  /** Number of resets. A response is ignored if its request was sent before the last reset. */
  #resets = 0
  readonly #used = new Set<string>()
  /** Denials since the last batch. */
  readonly #denied = new Map<string, { -readonly [Key in keyof GatewayDenialInput]: GatewayDenialInput[Key] }>()
  /** The batch to resend until the server confirms it. Resending the same batch counts it once. */
  #batch: GatewayDenialsInput | undefined
  readonly #stop: () => void
  readonly #running: Promise<void>
  #ready: { resolve: () => void; reject: (error: unknown) => void } | null = null
  /** Resolves when the first message arrives. Rejects if the server rejects the gateway's token. */
  readonly ready: Promise<void>

  constructor(options: LinkOptions) {
    this.#options = options
    this.ready = new Promise((resolve, reject) => {
      this.#ready = { resolve, reject }
    })
    // Callers that do not await `ready` get the error through `onError`.
    this.ready.catch(() => {})
    this.#stop = every(TICK_MS, () => this.#tick())
    this.#running = this.#follow()
  }

  /** Time up to which every change was applied, in milliseconds of the server's clock. 0 before the first message. */
  get asOf(): number {
    return this.#asOf
  }

  /** How long after `asOf` requests may still be decided from memory, in milliseconds. */
  get graceMs(): number {
    return this.#graceMs
  }

  /** Whether changes are followed, so that newly looked-up rows can be cached. */
  get isFollowing(): boolean {
    return this.#cursor !== null
  }

  /** Whether changes arrive as they happen. */
  get isConnected(): boolean {
    return this.#isConnected
  }

  /** Includes the use of a credential in the next report. */
  use(useId: string): void {
    this.#used.add(useId)
  }

  /** Includes a denial in the next report. */
  deny(
    { credentialId, organizationId, projectId }: Omit<GatewayDenialInput, 'reason' | 'count'>,
    reason: DenialReason,
  ): void {
    const key = credentialId + projectId + reason
    const counted = this.#denied.get(key) ?? { credentialId, organizationId, projectId, reason, count: 0 }
    counted.count += 1
    if (counted.count > 1 || this.#denied.size < MAX_OF_REPORT) this.#denied.set(key, counted)
  }

  /** Disconnects. */
  async close(): Promise<void> {
    this.#stop()
    this.#closing.abort()
    this.#connection.abort()
    await this.#running
    // A report that arrives after the process has disconnected would register the connection again. Revocations would
    // then wait for it.
    while (this.#isTelling) await wait(9)
    await this.#tell(true)
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing
    for (let failures = 0; !signal.aborted; failures += 1) {
      this.#connection = new AbortController()
      this.#aliveAt = performance.now()
      try {
        const variables = { connectionId: this.connectionId, after: this.#cursor }
        for await (const message of this.#options.server.follow(gatewaySync, variables, this.#connection.signal)) {
          failures = 0
          this.#isConnected = true
          this.#aliveAt = performance.now()
          this.#apply(message)
        }
      } catch (error) {
        if (signal.aborted) return
        if (!this.#connection.signal.aborted) this.#fail(error)
        if (isRefusal(error)) await wait(REFUSED_MS, signal).catch(() => {})
      }
      this.#isConnected = false
      await wait(backoff(Math.min(failures, 4)), signal).catch(() => {})
    }
  }

  #fail(error: unknown): void {
    // A cursor is invalid if it is too old, or if the database was restored or failed over since.
    if (hasCode(error, 'BAD_REQUEST', 'VALIDATION')) this.#reset()
    if (isRefusal(error)) this.#ready?.reject(error)
    this.#options.onError(error)
  }

  #reset(): void {
    this.#resets += 1
    this.#cursor = null
    this.#acknowledged = null
    // The server counted the batch before it rejected the cursor, so the batch must not be sent again.
    this.#batch = undefined
    this.#asOf = 0
    this.#options.clock.forget()
    this.#options.onReset()
    // The stream may still use the cursor that the server has just rejected.
    this.#connection.abort()
  }

  #apply({ cursor, subjects, recalls, asOf, now, outageGraceSeconds }: GatewaySync, asked?: Readings): void {
    const { clock, onChange, onRecall } = this.#options
    clock.hear(now, asked)
    subjects.forEach(onChange)
    recalls.forEach(onRecall)
    this.#graceMs = outageGraceSeconds * 1_000
    if (BigInt(cursor) > BigInt(this.#cursor ?? -1)) this.#cursor = cursor
    // `asOf` is ahead of the server only if the server's clock was set back.
    if (this.#asOf > clock.now()) this.#asOf = 0
    this.#asOf = Math.max(this.#asOf, Date.parse(asOf) || 0)
    this.#ready?.resolve()
    if (this.#cursor !== this.#acknowledged) void this.#tell(false)
  }

  #tick(): void {
    const now = performance.now()
    if (now - this.#aliveAt > SILENT_MS) this.#connection.abort()
    const isStale = this.#options.clock.now() - this.#asOf > POLL_AFTER_MS
    if (isStale || this.#used.size + this.#denied.size > 0 || now - this.#toldAt > ACKNOWLEDGE_MS)
      void this.#tell(false)
  }

  /** Acknowledges changes and reports used credentials. Applies the changes in the response. */
  async #tell(leaving: boolean): Promise<void> {
    if (this.#isTelling) return
    this.#isTelling = true
    const cursor = this.#cursor
    const resets = this.#resets
    // The rest is sent with the next report.
    const used = [...this.#used].slice(0, MAX_OF_REPORT)
    for (const useId of used) this.#used.delete(useId)
    if (!this.#batch && this.#denied.size > 0) {
      this.#batch = { batchId: crypto.randomUUID(), counts: [...this.#denied.values()] }
      this.#denied.clear()
    }
    const denials = this.#batch
    const asked = readings()
    this.#toldAt = asked.elapsed
    try {
      const input = { connectionId: this.connectionId, cursor, used, denials, leaving }
      const sync = await this.#options.server.ask(gatewayAcknowledge, { input }, CALL_MS)
      this.#isTelling = false
      if (this.#batch === denials) this.#batch = undefined
      if (resets !== this.#resets) return
      this.#acknowledged = cursor ?? sync.cursor
      if (!leaving) this.#apply(sync, asked)
    } catch (error) {
      this.#isTelling = false
      for (const useId of used) this.use(useId)
      if (resets === this.#resets && !this.#closing.signal.aborted) this.#fail(error)
    }
  }
}
