import { join, resolve } from 'node:path'
import type { Network } from '@keyward/engine/networks'
import type { SecretPlace } from '@keyward/engine/presented'
import type { SealingKey } from '@keyward/schema/core/sealing'
import { ConfigurationError } from '../operator/exit-codes.ts'
import { readTelemetry, type TelemetryConfig } from './telemetry.ts'
import type { Variable } from './variable.ts'
import { isLoopback, VARIABLES, type VariableName } from './variables.ts'

/** The single sign-on provider. */
export interface OidcConfig {
  issuer: string
  clientId: string
  clientSecret: string
  name: string
}

/** The destination of the audit event stream. */
export type AuditSinkConfig = { file: string } | { url: string; secret: string }

/** A streaming standby of the database, and its maximum replication lag. */
export interface ReplicaConfig {
  url: string
  poolSize: number
  maxLagSeconds: number
}

/** The server's configuration: the environment, parsed once. */
export interface Config {
  host: string
  port: number
  /** `postgresql://…` or `embedded:/absolute/directory`. */
  databaseUrl: string
  databaseKind: 'embedded' | 'postgresql'
  /** URL of PostgreSQL itself, if `databaseUrl` points to a pooler in transaction mode. */
  directDatabaseUrl: string | null
  /** A streaming standby of the database for lists, analytics and the audit log. Null if there is none. */
  replica: ReplicaConfig | null
  /** Number of processes that serve requests. */
  workers: number
  /** Maximum number of database connections for requests, per worker. */
  databasePool: number
  dataDirectory: string
  /** Public URL of this instance, with its path prefix if it has one, without a trailing slash. */
  publicUrl: string
  /** Null if the encryption keys are in the secrets file. */
  encryptionKeys: SealingKey[] | null
  /** Null if the session secret is in the secrets file. */
  sessionSecret: string | null
  /** Other secrets that validate sessions: before a rotation the next one, afterwards the previous one. */
  acceptedSessionSecrets: string[]
  /** Whether the first start with the embedded database creates the demo organization. */
  demo: boolean
  signup: 'open' | 'invited' | 'closed'
  /** Sign-in and sign-up attempts per minute from one address. */
  signInPerMinute: number
  organizationCreation: 'anyone' | 'nobody'
  smtp: { url: string; from: string } | null
  oidc: OidcConfig | null
  /** Origins whose pages may call the GraphQL API with a credential in a header. */
  corsOrigins: string[]
  /** Proxies whose X-Forwarded-For header is trusted. Null if there are none. */
  trustedProxies: readonly Network[] | null
  auditHeadsFile: string
  /** UUIDs of the people who may read the instance's health. */
  operators: readonly string[]
  /** Null if audit events stay in the database only. */
  auditSink: AuditSinkConfig | null
  log: 'json' | 'text' | 'silent'
  /** Port of `/metrics`. Null if metrics are not served. */
  metricsPort: number | null
  /** Traces and metrics to export over OTLP. Null if none are exported. */
  telemetry: TelemetryConfig | null
  /** How long requests with known keys are decided from memory while the database is unreachable, in seconds. */
  outageGraceSeconds: number
  /** Whether webhooks may be sent to private addresses and over plain HTTP. */
  webhookPrivateTargets: boolean
  gatewaysAreNamed: boolean
  /**
   * Base URL of the inference endpoint for the console's playground, without a trailing slash. Null if there is none.
   */
  inferenceUrl: string | null
  /** Locations, in addition to `Authorization: Bearer`, where the forward-auth endpoint reads secrets. */
  secretFrom: readonly SecretPlace[]
  /** Where to read the original request's method: `request`, or a header name. If null, preflights are denied. */
  preflightMethod: string | null
  /** File with the public keys that verify GitHub's leak reports. If null, reports are not accepted. */
  githubKeysFile: string | null
  /** How long the server continues to serve after it reports that it is not ready, in seconds. */
  drainSeconds: number
  shutdownSeconds: number
}

/** Configuration including its secrets, as `createApp` expects it. */
export type ServerConfig = Config & { encryptionKeys: SealingKey[]; sessionSecret: string }

const problem = (name: string, given: string, { expected, secret }: Variable<unknown>): string =>
  `${name}: given ${secret ? `a value of ${given.length} characters (not shown)` : JSON.stringify(given.slice(0, 200))}, expected ${expected.replaceAll('`', '')}.`

/** Reports missing variables that must be set together with another one. */
function together(values: Partial<Record<VariableName, unknown>>, problems: string[]): void {
  const names = Object.keys(values)
  const missing = Object.entries(values).flatMap(([name, value]) => (value === null ? [name] : []))
  if (missing.length === 0 || missing.length === names.length) return
  const present = names.filter((name) => !missing.includes(name))
  problems.push(`${missing.join(', ')}: given nothing, expected a value, since ${present.join(', ')} is set.`)
}

type Read = <T>(name: VariableName, definition: Variable<T>) => T | null

/** Reads the replica's variables. A replica requires PostgreSQL. */
function readReplica(read: Read, isPostgresql: boolean, problems: string[]): ReplicaConfig | null {
  const url = read('KEYWARD_REPLICA_URL', VARIABLES.KEYWARD_REPLICA_URL)
  const poolSize = read('KEYWARD_REPLICA_POOL', VARIABLES.KEYWARD_REPLICA_POOL)
  const maxLagSeconds = read('KEYWARD_REPLICA_MAX_LAG_SECONDS', VARIABLES.KEYWARD_REPLICA_MAX_LAG_SECONDS)
  if (url !== null && !isPostgresql) {
    problems.push(
      'KEYWARD_REPLICA_URL: expected nothing with the embedded database, which has no standby. Set DATABASE_URL, too.',
    )
  }
  for (const [name, value] of Object.entries({
    KEYWARD_REPLICA_POOL: poolSize,
    KEYWARD_REPLICA_MAX_LAG_SECONDS: maxLagSeconds,
  })) {
    if (url === null && value !== null) {
      problems.push(`KEYWARD_REPLICA_URL: given nothing, expected a value, since ${name} is set.`)
    }
  }
  return url === null ? null : { url, poolSize: poolSize ?? 10, maxLagSeconds: maxLagSeconds ?? 5 }
}

/** Parses the environment. Throws a ConfigurationError that names every invalid variable. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const problems: string[] = []
  const read: Read = (name, definition) => {
    const given = environment[name]
    if (given === undefined || given === '') return null
    const result = definition.schema.safeParse(given)
    if (result.success) return result.data
    problems.push(problem(name, given, definition))
    return null
  }
  const databaseUrl = read('DATABASE_URL', VARIABLES.DATABASE_URL)
  const directDatabaseUrl = read('KEYWARD_DIRECT_DATABASE_URL', VARIABLES.KEYWARD_DIRECT_DATABASE_URL)
  if (directDatabaseUrl !== null && databaseUrl === null) {
    problems.push('DATABASE_URL: given nothing, expected a value, since KEYWARD_DIRECT_DATABASE_URL is set.')
  }
  const replica = readReplica(read, databaseUrl !== null, problems)
  const smtpUrl = read('KEYWARD_SMTP_URL', VARIABLES.KEYWARD_SMTP_URL)
  const from = read('KEYWARD_MAIL_FROM', VARIABLES.KEYWARD_MAIL_FROM)
  const issuer = read('KEYWARD_OIDC_ISSUER', VARIABLES.KEYWARD_OIDC_ISSUER)
  const clientId = read('KEYWARD_OIDC_CLIENT_ID', VARIABLES.KEYWARD_OIDC_CLIENT_ID)
  const clientSecret = read('KEYWARD_OIDC_CLIENT_SECRET', VARIABLES.KEYWARD_OIDC_CLIENT_SECRET)
  if (problems.length === 0) {
    together({ KEYWARD_SMTP_URL: smtpUrl, KEYWARD_MAIL_FROM: from }, problems)
    together(
      {
        KEYWARD_OIDC_ISSUER: issuer,
        KEYWARD_OIDC_CLIENT_ID: clientId,
        KEYWARD_OIDC_CLIENT_SECRET: clientSecret,
      },
      problems,
    )
  }
  const sink = read('KEYWARD_AUDIT_SINK', VARIABLES.KEYWARD_AUDIT_SINK)
  const sinkSecret = read('KEYWARD_AUDIT_SINK_SECRET', VARIABLES.KEYWARD_AUDIT_SINK_SECRET)
  if (problems.length === 0) {
    if (sink !== null && !sink.startsWith('/')) {
      together({ KEYWARD_AUDIT_SINK: sink, KEYWARD_AUDIT_SINK_SECRET: sinkSecret }, problems)
    } else if (sinkSecret !== null) {
      problems.push('KEYWARD_AUDIT_SINK: expected an address, since KEYWARD_AUDIT_SINK_SECRET is set.')
    }
  }
  const workers = read('KEYWARD_WORKERS', VARIABLES.KEYWARD_WORKERS) ?? 1
  if (workers > 1 && !environment.DATABASE_URL) {
    problems.push(
      `KEYWARD_WORKERS: given ${JSON.stringify(environment.KEYWARD_WORKERS)}, expected 1 with the embedded database, which one process opens. Set DATABASE_URL to run ${workers} workers.`,
    )
  }
  const port = read('PORT', VARIABLES.PORT) ?? 4000
  const dataDirectory = resolve(read('KEYWARD_DATA_DIR', VARIABLES.KEYWARD_DATA_DIR) ?? '.keyward')
  const oidcName = read('KEYWARD_OIDC_NAME', VARIABLES.KEYWARD_OIDC_NAME) ?? 'single sign-on'
  const auditHeadsFile = read('KEYWARD_AUDIT_HEADS_FILE', VARIABLES.KEYWARD_AUDIT_HEADS_FILE)
  const githubKeysFile = read('KEYWARD_GITHUB_KEYS', VARIABLES.KEYWARD_GITHUB_KEYS)
  const config: Config = {
    host: read('KEYWARD_HOST', VARIABLES.KEYWARD_HOST) ?? '127.0.0.1',
    port,
    databaseUrl: databaseUrl ?? `embedded:${join(dataDirectory, 'database')}`,
    databaseKind: databaseUrl === null ? 'embedded' : 'postgresql',
    directDatabaseUrl,
    replica,
    workers,
    databasePool: read('KEYWARD_DATABASE_POOL', VARIABLES.KEYWARD_DATABASE_POOL) ?? 10,
    dataDirectory,
    publicUrl: read('KEYWARD_PUBLIC_URL', VARIABLES.KEYWARD_PUBLIC_URL) ?? `http://127.0.0.1:${port}`,
    encryptionKeys: read('KEYWARD_ENCRYPTION_KEYS', VARIABLES.KEYWARD_ENCRYPTION_KEYS),
    sessionSecret: read('KEYWARD_SESSION_SECRET', VARIABLES.KEYWARD_SESSION_SECRET),
    acceptedSessionSecrets: read('KEYWARD_ACCEPTED_SESSION_SECRETS', VARIABLES.KEYWARD_ACCEPTED_SESSION_SECRETS) ?? [],
    demo: (read('KEYWARD_DEMO', VARIABLES.KEYWARD_DEMO) ?? 'on') === 'on',
    signup: read('KEYWARD_SIGNUP', VARIABLES.KEYWARD_SIGNUP) ?? (databaseUrl === null ? 'open' : 'invited'),
    signInPerMinute: read('KEYWARD_SIGN_IN_PER_MINUTE', VARIABLES.KEYWARD_SIGN_IN_PER_MINUTE) ?? 10,
    organizationCreation: read('KEYWARD_ORGANIZATION_CREATION', VARIABLES.KEYWARD_ORGANIZATION_CREATION) ?? 'anyone',
    smtp: smtpUrl !== null && from !== null ? { url: smtpUrl, from } : null,
    oidc:
      issuer !== null && clientId !== null && clientSecret !== null
        ? { issuer, clientId, clientSecret, name: oidcName }
        : null,
    corsOrigins: read('KEYWARD_CORS_ORIGINS', VARIABLES.KEYWARD_CORS_ORIGINS) ?? [],
    trustedProxies: read('KEYWARD_TRUST_PROXY', VARIABLES.KEYWARD_TRUST_PROXY),
    auditHeadsFile: auditHeadsFile === null ? join(dataDirectory, 'audit-heads.jsonl') : resolve(auditHeadsFile),
    operators: read('KEYWARD_OPERATORS', VARIABLES.KEYWARD_OPERATORS) ?? [],
    auditSink: sink === null ? null : sinkSecret === null ? { file: sink } : { url: sink, secret: sinkSecret },
    log: read('KEYWARD_LOG', VARIABLES.KEYWARD_LOG) ?? 'json',
    metricsPort: read('KEYWARD_METRICS_PORT', VARIABLES.KEYWARD_METRICS_PORT),
    telemetry: readTelemetry(read),
    outageGraceSeconds: read('KEYWARD_OUTAGE_GRACE_SECONDS', VARIABLES.KEYWARD_OUTAGE_GRACE_SECONDS) ?? 60,
    webhookPrivateTargets:
      read('KEYWARD_WEBHOOK_PRIVATE_TARGETS', VARIABLES.KEYWARD_WEBHOOK_PRIVATE_TARGETS) === 'allow',
    gatewaysAreNamed: read('KEYWARD_GATEWAY_NAMES', VARIABLES.KEYWARD_GATEWAY_NAMES) === 'show',
    inferenceUrl: read('KEYWARD_INFERENCE_URL', VARIABLES.KEYWARD_INFERENCE_URL),
    secretFrom: read('KEYWARD_SECRET_FROM', VARIABLES.KEYWARD_SECRET_FROM) ?? [],
    preflightMethod: read('KEYWARD_PREFLIGHT_METHOD', VARIABLES.KEYWARD_PREFLIGHT_METHOD),
    githubKeysFile: githubKeysFile === null ? null : resolve(githubKeysFile),
    drainSeconds: read('KEYWARD_DRAIN_SECONDS', VARIABLES.KEYWARD_DRAIN_SECONDS) ?? (databaseUrl === null ? 0 : 5),
    shutdownSeconds: read('KEYWARD_SHUTDOWN_SECONDS', VARIABLES.KEYWARD_SHUTDOWN_SECONDS) ?? 10,
  }
  if (problems.length > 0) throw new ConfigurationError(problems)
  return config
}

/** Variables that the `keyward` command, the SDK and its examples read. */
const OF_CLIENTS = ['TOKEN', 'URL', 'ORGANIZATION', 'PROJECT', 'GATEWAY_TOKEN', 'WEBHOOK_SECRET'].map(
  (name) => `KEYWARD_${name}`,
)

/** Lists unknown `KEYWARD_…` variables, each with the variable that was probably meant. */
export function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = [...Object.keys(VARIABLES), ...OF_CLIENTS]
  const plain = (name: string) => name.replaceAll('_', '')
  return Object.keys(environment)
    .filter((name) => name.startsWith('KEYWARD_') && !known.includes(name))
    .sort()
    .map((name) => {
      const meant = known.find((each) => plain(each) === plain(name))
      return meant ? `${name} (did you mean ${meant}?)` : name
    })
}

/** Origins of the instance's own pages: its public URL and, if that is a loopback address, its other names. */
export function ownOrigins(config: Pick<Config, 'publicUrl'>): string[] {
  const { hostname, port, origin } = new URL(config.publicUrl)
  if (!isLoopback(hostname)) return [origin]
  const suffix = port === '' ? '' : `:${port}`
  return [...new Set([origin, ...['127.0.0.1', 'localhost', '[::1]'].map((name) => `http://${name}${suffix}`)])]
}

/** The path prefix of the public URL, such as `/keys`. Empty if there is none. */
export const pathPrefix = (config: Pick<Config, 'publicUrl'>): string =>
  new URL(config.publicUrl).pathname.replace(/\/$/, '')

/** The domain of the instance's own pages. For a loopback address, this is `localhost`. */
export function ownDomain(config: Pick<Config, 'publicUrl'>): string {
  const { hostname } = new URL(config.publicUrl)
  return isLoopback(hostname) ? 'localhost' : hostname
}
