import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '@keyward/prisma/database'
import { withTimeout } from '@keyward/schema/core/timeout'
import { type App, createApp } from './app.ts'
import { readConfig, type ServerConfig, unknownVariables } from './config/config.ts'
import { withSecrets } from './config/secrets.ts'
import { removeUnfinishedDemo } from './demo/unfinished.ts'
import { type Listener, listen, serveAccepted } from './http/listen.ts'
import { keepAuditHeads } from './jobs/audit-heads.ts'
import { startAuditSink } from './jobs/audit-sink.ts'
import { openMigrated, openUnchanged } from './operator/open-migrated.ts'
import { createLog, type Log } from './telemetry/log.ts'
import { serveMetrics } from './telemetry/metrics/serve.ts'
import { warnOfMissingKeys } from './telemetry/missing-keys.ts'
import type { Telemetry } from './telemetry/tracing.ts'
import { workerNumber } from './workers/number.ts'

/** A running server. */
export interface Started {
  config: ServerConfig
  database: Database
  app: App
  listener: Listener
  /**
   * Drains, finishes requests in flight, ends subscriptions and closes the database. Returns false if the deadline
   * passed first; the caller then exits the process. `atOnce` skips the drain, even if it has begun.
   */
  stop(options?: { atOnce?: boolean }): Promise<boolean>
}

/**
 * Part of `KEYWARD_SHUTDOWN_SECONDS` that is reserved for closing after the last request: a share, and its maximum in
 * milliseconds.
 */
const CLOSING = { share: 0.2, milliseconds: 2_000 }

/** Starts exporting traces and metrics, if configured. OpenTelemetry packages are loaded only then. */
async function openExport({ telemetry, log }: ServerConfig): Promise<Telemetry | null> {
  if (telemetry === null) return null
  const { openTelemetry } = await import('./telemetry/otlp/open.ts')
  return openTelemetry(telemetry, createLog(log))
}

/** Warns about configuration mistakes that do not prevent the start. */
function warnOfMistakes(
  environment: NodeJS.ProcessEnv,
  { encryptionKeys }: ServerConfig,
  { database, log }: { database: Database; log: Log },
): void {
  const unknown = unknownVariables(environment)
  if (unknown.length > 0) log.warn('variables of the environment that nothing reads', { unknown: unknown.join(', ') })
  void warnOfMissingKeys(database, encryptionKeys, log)
}

/**
 * Opens configuration, secrets, database, migrations, app and listener in this order, and closes them if one fails. In
 * a worker, the primary process handles `/metrics`, the audit heads and the audit event stream instead.
 */
export async function start(environment: NodeJS.ProcessEnv): Promise<Started> {
  const config = await withSecrets(readConfig(environment))
  await removeUnfinishedDemo(config)
  const telemetry = await openExport(config)
  const undo: (() => Promise<unknown>)[] = [async () => telemetry?.close()]
  try {
    // The primary process has already migrated. A worker that is restarted after an update must not migrate while other
    // workers are running.
    const open = workerNumber === null ? openMigrated : openUnchanged
    const database = await open(config, 'host', telemetry?.tracing)
    undo.unshift(() => database.close())
    const app = await createApp(config, database, { telemetry })
    undo.unshift(() => app.close())
    if (workerNumber === null || workerNumber === 1) warnOfMistakes(environment, config, { database, log: app.log })
    // Metrics are also collected if they are only exported, not served.
    const served = config.metricsPort === null || workerNumber !== null ? null : app.metrics
    const metrics = served && (await serveMetrics(served, { ...config, log: app.log }))
    if (metrics) undo.unshift(async () => metrics.stop())
    const listener = workerNumber === null ? await listen(app, config) : serveAccepted(app, config)
    const { auditHeadsFile: file, encryptionKeys } = config
    const auditHeads = workerNumber === null ? keepAuditHeads({ database, file, encryptionKeys, log: app.log }) : null
    const auditSink = workerNumber === null ? startAuditSink({ ...config, database, log: app.log }) : null
    const drained = new AbortController()
    const close = async () => {
      metrics?.stop()
      await app.close()
      await auditHeads?.stop()
      await auditSink?.stop()
      // The last export reads the metrics in the database once more.
      await telemetry?.close()
      await database.close()
    }
    const finish = async () => {
      app.leave()
      await delay(config.drainSeconds * 1000, undefined, { signal: drained.signal }).catch(() => undefined)
      app.drain()
      const total = config.shutdownSeconds * 1000
      const until = performance.now() + total
      await listener.stop(total - Math.min(total * CLOSING.share, CLOSING.milliseconds))
      return withTimeout(
        close().then(() => true),
        until - performance.now(),
        () => false,
      )
    }
    let finishing: Promise<boolean> | null = null
    return {
      config,
      database,
      app,
      listener,
      stop({ atOnce = false } = {}) {
        if (atOnce || finishing) drained.abort()
        finishing ??= finish()
        return finishing
      },
    }
  } catch (error) {
    for (const step of undo) await step()
    throw error
  }
}
