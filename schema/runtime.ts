import type { Database } from '@keyward/prisma/database'
import type { Limits } from './core/quotas.ts'
import type { SealingKey } from './core/sealing.ts'
import type { Streams } from './core/streams.ts'
import type { LastUsed } from './credential/last-used.ts'
import type { UnknownSecrets } from './credential/unknown-secrets.ts'
import type { DenialCounter } from './denial/counter.ts'
import type { LimitLeases } from './limit/leases/limit-leases.ts'
import type { Replica } from './replica/replica.ts'
import type { ReplicaSettings } from './replica/settings.ts'
import type { IssuerKeys } from './trust/issuer-keys.ts'
import type { UsageMonths } from './usage/months/months.ts'
import type { KeyVerifier } from './verification/verifier.ts'
import type { ChangeFeed } from './write/outbox/feed.ts'

/** Sends mail, if the instance is configured to. */
export interface Mailer {
  send(mail: { to: string; subject: string; text: string; headers?: Record<string, string> }): Promise<void>
}

/** Settings of the operator. */
export interface Settings {
  /** Public URL of this instance, without a trailing slash. Links in invitations begin with it. */
  publicUrl: string
  /**
   * Key-encryption keys for legacy keys and webhooks. New data are sealed with the first key. All keys open existing
   * data.
   */
  encryptionKeys: SealingKey[]
  organizationCreation: 'anyone' | 'nobody'
  mailer: Mailer | null
  /** How long known keys may still be decided while the database is unreachable, in seconds. Defaults to 60. */
  outageGraceSeconds?: number
  /** Allows webhook targets on private addresses and over plain HTTP. Defaults to false. */
  webhookPrivateTargets?: boolean
  /**
   * Whether tenants see the ids and names of the gateways that have applied a revocation. Defaults to false: only their
   * number.
   */
  gatewaysAreNamed?: boolean
  /** People who operate the instance, by UUID. Nobody by default. */
  operators?: readonly string[]
  /** Whether audit events are streamed out of the instance. Defaults to false. */
  streamsAuditEvents?: boolean
  /**
   * Called with the errors of stored values that cannot be read. Decisions only report that such values are
   * unavailable.
   */
  onUnreadable?: (error: unknown) => void
  /** A streaming replica for lists, analytics and the audit log. None by default. */
  replica?: ReplicaSettings | null
  /** Quotas that differ from DEFAULT_LIMITS. */
  limits?: Partial<Limits>
}

/** Everything that lives as long as the process: the database, the settings and state shared between requests. */
export interface Runtime {
  readonly database: Database
  readonly settings: Settings
  readonly limits: Limits
  readonly changes: ChangeFeed
  /** Null unless one is configured. */
  readonly replica: Replica | null
  readonly streams: Streams
  readonly gatewayStreams: Streams
  readonly lastUsed: LastUsed
  readonly denials: DenialCounter
  readonly leases: LimitLeases
  readonly issuerKeys: IssuerKeys
  readonly unknownSecrets: UnknownSecrets
  readonly verifier: KeyVerifier
  readonly usageMonths: UsageMonths
  /** The job that raises budget alerts. Callers report which organizations, projects and keys were charged. */
  readonly alerts: { charged(scopeIds: Iterable<string>): void }
  /** The job that sends webhook messages. Callers wake it when a message is due. */
  readonly webhooks: { wake(): void }
  /** Stops feeds and jobs, and writes what is still buffered. */
  close(): Promise<void>
}
