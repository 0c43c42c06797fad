import type { Settings } from '@keyward/schema/runtime'
import type { ServerConfig } from './config.ts'
import { createLog, type Log } from './log.ts'
import { createMailer } from './mailer.ts'

/** What the graph needs of the configuration. */
export function settingsOf(config: ServerConfig, log: Log = createLog(config.log)): Settings {
  const { publicUrl, encryptionKeys, organizationCreation, outageGraceSeconds, webhookPrivateTargets } = config
  const mailer = createMailer(config, log)
  return { publicUrl, encryptionKeys, organizationCreation, outageGraceSeconds, webhookPrivateTargets, mailer }
}
