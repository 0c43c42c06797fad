import type { Database } from '@keyward/prisma/database'
import { type App, createApp } from './app.ts'
import { readConfig, type ServerConfig, unknownVariables } from './config/config.ts'
import { setupToken, withSecrets } from './config/secrets.ts'
import { type Listener, listen } from './http/listen.ts'
import { needsSetup } from './identity/sign-up-policy.ts'
import { keepAuditHeads } from './jobs/audit-heads.ts'
import { openMigrated } from './operator/open-migrated.ts'

/** A running server. */
export interface Started {
  config: ServerConfig
  database: Database
  app: App
  listener: Listener
  /** Finishes requests in flight, ends subscriptions and closes the database. */
  stop(): Promise<void>
}

/** Opens configuration, secrets, database, migrations, app and listener in this order. Undoes them on failure. */
export async function start(environment: NodeJS.ProcessEnv): Promise<Started> {
  const config = await withSecrets(readConfig(environment))
  const database = await openMigrated(config)
  const undo: (() => Promise<void>)[] = [() => database.close()]
  try {
    const app = await createApp(config, database)
    undo.unshift(() => app.close())
    const unknown = unknownVariables(environment)
    if (unknown.length > 0)
      app.log.warn('variables of the environment that nothing reads', { unknown: unknown.join(', ') })
    const listener = await listen(app, config)
    const { auditHeadsFile: file, encryptionKeys } = config
    const auditHeads = keepAuditHeads({ database, file, encryptionKeys, log: app.log })
    return {
      config,
      database,
      app,
      listener,
      async stop() {
        app.drain()
        await listener.stop(config.shutdownSeconds * 1000)
        await app.close()
        await auditHeads.stop()
        await database.close()
      },
    }
  } catch (error) {
    for (const step of undo) await step()
    throw error
  }
}

/** Describes to a person where the server is and what to do first. */
export async function welcome({ config, database, listener }: Started): Promise<string[]> {
  const at = config.publicUrl
  const lines = [
    `Keyward answers at ${at} (listening on ${listener.url}), ${Math.round(performance.now())} ms after its process began.`,
    `  Sign in:  ${at}/`,
    `  GraphiQL: ${at}/graphql`,
  ]
  if (await needsSetup(database)) {
    lines.push(
      `  There is no account yet. The first one takes this setup token: ${setupToken(config.sessionSecret)}`,
      `  Make it at ${at}/, or: curl ${at}/auth/sign-up/email -H 'content-type: application/json' -H 'x-keyward-setup-token: …' -d '{"name":…,"email":…,"password":…}'`,
    )
  }
  return lines
}
