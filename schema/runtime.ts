import type { Database } from '@keyward/prisma/database'
import { BudgetAlerts } from './alert/job.ts'
import { LastUsed } from './api-key/last-used.ts'
import { DEFAULT_LIMITS, type Limits, STREAMS, VERIFIER_STREAMS } from './core/quotas.ts'
import type { SealingKey } from './core/sealing.ts'
import { Streams } from './core/streams.ts'
import { removeOldVerifiers } from './gateway/sync/service.ts'
import { LimitKeeper } from './limit/leases/keeper.ts'
import { reconcileLeases, removeOldLeases } from './limit/leases/reconcile.ts'
import { removeExpiredTokens } from './playground/service.ts'
import { removeOldUsage } from './usage/retention.ts'
import { outageGraceOf } from './verification/knowledge.ts'
import { Verifier } from './verification/verifier.ts'
import { WebhookDeliverer } from './webhook/deliverer.ts'
import { removeOldDeliveries } from './webhook/retention.ts'
import { removeExpired } from './write/idempotency/once.ts'
import { ChangeFeed } from './write/outbox/feed.ts'
import { removeOldChanges } from './write/outbox/retention.ts'

const HOUR_MS = 3_600_000

/** Sends mail, where the instance is configured to. */
export interface Mailer {
  send(mail: { to: string; subject: string; text: string }): Promise<void>
}

/** What the operator decides. */
export interface Settings {
  /** Where people reach this instance, without a trailing slash: links in invitations begin with it. */
  publicUrl: string
  /** Key-encryption keys for legacy keys and webhooks; the first one seals, all of them open. */
  encryptionKeys: SealingKey[]
  organizationCreation: 'anyone' | 'nobody'
  mailer: Mailer | null
  /** For how long gateways are answered for known keys while the database is away, in seconds; 60 if not given. */
  outageGraceSeconds?: number
  /** Whether messages of webhooks may go to addresses that are not public, and over plain HTTP; not if not given. */
  webhookPrivateTargets?: boolean
  /** Where the operator differs from DEFAULT_LIMITS. */
  limits?: Partial<Limits>
}

/** What lives as long as the process: the database, settings, and what is shared between requests. */
export interface Runtime {
  readonly database: Database
  readonly settings: Settings
  readonly limits: Limits
  readonly changes: ChangeFeed
  readonly streams: Streams
  readonly verifierStreams: Streams
  readonly lastUsed: LastUsed
  readonly keeper: LimitKeeper
  readonly verifier: Verifier
  readonly alerts: BudgetAlerts
  readonly webhooks: WebhookDeliverer
  /** Stops feeds and writes what is still buffered. */
  close(): Promise<void>
}

/** Makes the runtime of one process. */
export async function createRuntime(options: { database: Database; settings: Settings }): Promise<Runtime> {
  const changes = await ChangeFeed.open(options.database)
  const lastUsed = new LastUsed(options.database)
  const outageGraceSeconds = outageGraceOf(options.settings)
  const keeper = await LimitKeeper.open(options.database, changes)
  const verifier = new Verifier({ database: options.database, changes, lastUsed, keeper, outageGraceSeconds })
  const alerts = new BudgetAlerts(options.database, changes)
  const webhooks = new WebhookDeliverer({
    database: options.database,
    changes,
    encryptionKeys: options.settings.encryptionKeys,
    privateTargets: options.settings.webhookPrivateTargets ?? false,
  })
  const cleaning = setInterval(() => {
    // What fails is tried again an hour later.
    for (const tidy of [
      reconcileLeases,
      removeExpired,
      removeOldChanges,
      removeExpiredTokens,
      removeOldUsage,
      removeOldLeases,
      removeOldDeliveries,
      removeOldVerifiers,
    ])
      void tidy(options.database).catch(() => {})
  }, HOUR_MS).unref()
  return {
    ...options,
    limits: { ...DEFAULT_LIMITS, ...options.settings.limits },
    changes,
    streams: new Streams(STREAMS),
    verifierStreams: new Streams(VERIFIER_STREAMS),
    lastUsed,
    keeper,
    verifier,
    alerts,
    webhooks,
    async close() {
      clearInterval(cleaning)
      await webhooks.close()
      await alerts.close()
      verifier.close()
      await keeper.close()
      await changes.close()
      await lastUsed.close()
    },
  }
}
