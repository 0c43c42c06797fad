import type { Settings } from '@keyward/schema/runtime'
import { createMailer } from '../mailer.ts'
import { createLog, type Log } from '../telemetry/log.ts'
import { logUnreadable } from '../telemetry/outage-log.ts'
import { logReplica } from '../telemetry/replica-log.ts'
import type { ServerConfig } from './config.ts'

/** Picks the schema's settings from the configuration. */
export function settingsOf(config: ServerConfig, log: Log = createLog(config.log)): Settings {
  const {
    publicUrl,
    encryptionKeys,
    organizationCreation,
    outageGraceSeconds,
    webhookPrivateTargets,
    gatewaysAreNamed,
    auditSink,
    operators,
    replica,
  } = config
  const mailer = createMailer(config, log)
  return {
    publicUrl,
    encryptionKeys,
    organizationCreation,
    outageGraceSeconds,
    webhookPrivateTargets,
    gatewaysAreNamed,
    operators,
    streamsAuditEvents: auditSink !== null,
    mailer,
    replica: replica && { ...replica, onState: (state, reason) => logReplica(log, state, reason) },
    onUnreadable: (error) => logUnreadable(log, error),
  }
}
