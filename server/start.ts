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
import { serveMetrics } from './telemetry/metrics/serve.ts'
import { warnOfMissingKeys } from './telemetry/missing-keys.ts'

/** A running server. */
export interface Started {
  config: ServerConfig
  database: Database
  app: App
  listener: Listener
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

/** Opens configuration, secrets, database, migrations, app and listener in this order. Undoes them on failure. */
export async function start(environment: NodeJS.ProcessEnv): Promise<Started> {
  const config = await withSecrets(readConfig(environment))
  await removeUnfinishedDemo(config)
  const database = await openMigrated(config, 'host')
  const undo: (() => Promise<void>)[] = [() => database.close()]
  try {
    const app = await createApp(config, database)
    undo.unshift(() => app.close())
    const unknown = unknownVariables(environment)
    if (unknown.length > 0)
      app.log.warn('variables of the environment that nothing reads', { unknown: unknown.join(', ') })
    void warnOfMissingKeys(database, config.encryptionKeys, app.log)
    const metrics = app.metrics && (await serveMetrics(app.metrics, { ...config, log: app.log }))
    if (metrics) undo.unshift(async () => metrics.stop())
    const listener = await listen(app, config)
    const { auditHeadsFile: file, encryptionKeys } = config
    const auditHeads = keepAuditHeads({ database, file, encryptionKeys, log: app.log })
    const drained = new AbortController()
    const close = async () => {
      metrics?.stop()
      await app.close()
      await auditHeads.stop()
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
