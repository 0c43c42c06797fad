import type { Settings } from '@keyward/schema/runtime'
import type { ServerConfig } from './config.ts'
import { createLog, type Log } from './log.ts'
import { createMailer } from './mailer.ts'

/** What the graph needs of the configuration. */
export function settingsOf(config: ServerConfig, log: Log = createLog(config.log)): Settings {
  const { publicUrl, encryptionKeys, organizationCreation, outageGraceSeconds } = config
  return { publicUrl, encryptionKeys, organizationCreation, outageGraceSeconds, mailer: createMailer(config, log) }
}
