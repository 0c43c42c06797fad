import type { Database } from '@keyward/prisma/database'
import { tracedJob } from '@keyward/prisma/tracing'
import { BudgetAlerts } from './alert/job.ts'
import { removeExpiredChildTokens } from './child-token/service.ts'
import { DEFAULT_LIMITS, GATEWAY_STREAMS, STREAMS } from './core/quotas.ts'
import { Streams } from './core/streams.ts'
import { LastUsed } from './credential/last-used.ts'
import { UnknownSecrets } from './credential/unknown-secrets.ts'
import { Deletions } from './deletion/job.ts'
import { DenialCounter } from './denial/counter.ts'
import { removeOldDenials } from './denial/retention.ts'
import { removeOldConnections } from './gateway/sync/service.ts'
import { LimitLeases } from './limit/leases/limit-leases.ts'
import { reconcileLeases, removeOldLeases } from './limit/leases/reconcile.ts'
import { Notices } from './notice/job.ts'
import { removeOldNotices } from './notice/retention.ts'
import { removeExpiredTokens } from './playground/service.ts'
import { removeOldPositions } from './replica/positions.ts'
import { Replica } from './replica/replica.ts'
import type { Runtime, Settings } from './runtime.ts'
import { removeExpiredTrustTokens } from './trust/exchange.ts'
import { IssuerKeys } from './trust/issuer-keys.ts'
import { UsageMonths } from './usage/months/months.ts'
import { removeOldUsage } from './usage/retention.ts'
import { KeyVerifier, outageGraceOf } from './verification/verifier.ts'
import { WebhookDeliverer } from './webhook/deliverer.ts'
import { removeOldDeliveries } from './webhook/retention.ts'
import { removeExpired } from './write/idempotency/once.ts'
import { ChangeFeed } from './write/outbox/feed.ts'
import { removeOldChanges } from './write/outbox/retention.ts'

const HOUR_MS = 3_600_000

/** Creates the runtime of one process and starts its background jobs. */
export async function createRuntime(options: { database: Database; settings: Settings }): Promise<Runtime> {
  const changes = await ChangeFeed.open(options.database)
  const lastUsed = new LastUsed(options.database)
  const outageGraceSeconds = outageGraceOf(options.settings)
  const leases = await LimitLeases.open(options.database, changes)
  const denials = new DenialCounter(options.database)
  const unknownSecrets = new UnknownSecrets({ database: options.database, changes })
  const verifier = new KeyVerifier({
    database: options.database,
    changes,
    lastUsed,
    denials,
    leases,
    unknownSecrets,
    outageGraceSeconds,
    onUnreadable: options.settings.onUnreadable,
  })
  const alerts = new BudgetAlerts(options.database, changes)
  const webhooks = new WebhookDeliverer({
    database: options.database,
    changes,
    encryptionKeys: options.settings.encryptionKeys,
    privateTargets: options.settings.webhookPrivateTargets ?? false,
  })
  const notices = new Notices(options)
  const replica = options.settings.replica ? new Replica(options.database, options.settings.replica, changes) : null
  const issuerKeys = new IssuerKeys(options.settings.webhookPrivateTargets ?? false, options.database.tracing)
  const deletions = new Deletions(options.database, changes)
  const cleaning = setInterval(() => {
    // A task that fails runs again an hour later.
    for (const [name, tidy] of Object.entries({
      reconcileLeases,
      removeExpired,
      removeOldChanges,
      removeExpiredTokens,
      removeExpiredChildTokens,
      removeExpiredTrustTokens,
      removeOldUsage,
      removeOldDenials,
      removeOldLeases,
      removeOldDeliveries,
      removeOldNotices,
      removeOldConnections,
      ...(replica && { removeOldPositions }),
    }))
      void tracedJob<unknown>(options.database.tracing, name, () => tidy(options.database)).catch(() => {})
  }, HOUR_MS).unref()
  return {
    ...options,
    limits: { ...DEFAULT_LIMITS, ...options.settings.limits },
    changes,
    replica,
    streams: new Streams(STREAMS),
    gatewayStreams: new Streams(GATEWAY_STREAMS),
    lastUsed,
    denials,
    leases,
    issuerKeys,
    unknownSecrets,
    verifier,
    usageMonths: new UsageMonths(options.database),
    alerts,
    webhooks,
    async close() {
      clearInterval(cleaning)
      await replica?.close()
      await webhooks.close()
      await notices.close()
      await alerts.close()
      await deletions.close()
      issuerKeys.close()
      verifier.close()
      unknownSecrets.close()
      await leases.close()
      await changes.close()
      await lastUsed.close()
      await denials.close()
    },
  }
}
