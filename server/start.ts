import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '@keyward/prisma/database'
import { withTimeout } from '@keyward/schema/core/timeout'
import { type App, createApp } from './app.ts'
import { readConfig, type ServerConfig, unknownVariables } from './config/config.ts'
import { setupToken, withSecrets } from './config/secrets.ts'
import { removeUnfinishedDemo } from './demo/unfinished.ts'
import { type Listener, listen } from './http/listen.ts'
import { needsSetup } from './identity/sign-up-policy.ts'
import { keepAuditHeads } from './jobs/audit-heads.ts'
import { openMigrated } from './operator/open-migrated.ts'
import { createLog } from './telemetry/log.ts'
import { serveMetrics } from './telemetry/metrics/serve.ts'
import { warnOfMissingKeys } from './telemetry/missing-keys.ts'
import type { Telemetry } from './telemetry/tracing.ts'

/** A running server. */
export interface Started {
  config: ServerConfig
  database: Database
  app: App
  listener: Listener
  /** False if an export is under way after the stop. The caller then ends the process. */
  readonly isExported: boolean
  /**
   * Drains, finishes requests in flight, ends subscriptions and closes the database. False if the deadline passed first:
   * the caller then ends the process. `atOnce` skips the drain, also one that has begun.
   */
  stop(options?: { atOnce?: boolean }): Promise<boolean>
}

/**
 * The share of `KEYWARD_SHUTDOWN_SECONDS` that is reserved for closing after the last request, and its maximum in
 * milliseconds.
 */
const CLOSING = { share: 0.2, milliseconds: 2_000 }

/** Begins to export traces and metrics, where that is configured. Only then are the packages of OpenTelemetry loaded. */
async function openExport({ telemetry, log }: ServerConfig): Promise<Telemetry | null> {
  if (telemetry === null) return null
  const { openTelemetry } = await import('./telemetry/otlp/open.ts')
  return openTelemetry(telemetry, createLog(log))
}

/** Opens configuration, secrets, database, migrations, app and listener in this order. Undoes them on failure. */
export async function start(environment: NodeJS.ProcessEnv): Promise<Started> {
  const config = await withSecrets(readConfig(environment))
  await removeUnfinishedDemo(config)
  const telemetry = await openExport(config)
  const undo: (() => Promise<unknown>)[] = [async () => telemetry?.close()]
  try {
    const database = await openMigrated(config, 'host', telemetry?.tracing)
    undo.unshift(() => database.close())
    const app = await createApp(config, database, { telemetry })
    undo.unshift(() => app.close())
    const unknown = unknownVariables(environment)
    if (unknown.length > 0)
      app.log.warn('variables of the environment that nothing reads', { unknown: unknown.join(', ') })
    void warnOfMissingKeys(database, config.encryptionKeys, app.log)
    // They can also be collected for the export only.
    const served = config.metricsPort === null ? null : app.metrics
    const metrics = served && (await serveMetrics(served, { ...config, log: app.log }))
    if (metrics) undo.unshift(async () => metrics.stop())
    const listener = await listen(app, config)
    const { auditHeadsFile: file, encryptionKeys } = config
    const auditHeads = keepAuditHeads({ database, file, encryptionKeys, log: app.log })
    const drained = new AbortController()
    let isExported = true
    const close = async () => {
      metrics?.stop()
      await app.close()
      await auditHeads.stop()
      // Metrics are read from the database once more.
      isExported = (await telemetry?.close()) ?? true
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
      get isExported() {
        return isExported
      },
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

/** Says that the server serves, and where. */
export const tellServing = ({ config, listener }: Started): string[] => [
  `Keyward answers at ${config.publicUrl} (listening on ${listener.url}), ${Math.round(performance.now())} ms after its process began.`,
]

/** Describes to a person what to open first. */
export async function tellPages({ config, database }: Started): Promise<string[]> {
  const at = config.publicUrl
  const lines = [`Sign in:  ${at}/`, `GraphiQL: ${at}/graphql`]
  if (await needsSetup(database)) {
    lines.push(
      `There is no account yet. Create the first one at ${at}/ with this setup token: ${setupToken(config.sessionSecret)}`,
      `Or: curl ${at}/auth/sign-up/email -H 'content-type: application/json' -H 'x-keyward-setup-token: …' -d '{"name":…,"email":…,"password":…}'`,
    )
  }
  return lines
}
