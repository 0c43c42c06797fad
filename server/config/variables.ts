import { availableParallelism } from 'node:os'
import { type Network, parseNetwork } from '@keyward/engine/networks'
import { SECRET_PLACES } from '@keyward/engine/presented'
import { decodeId } from '@keyward/schema/core/ids'
import type { SealingKey } from '@keyward/schema/core/sealing'
import { z } from 'zod'
import { isServedFirst } from '../http/served-paths.ts'
import { TELEMETRY_VARIABLES } from './telemetry-variables.ts'
import { integer, list, url, variable } from './variable.ts'

/** Whether a host is loopback, where browsers treat plain HTTP as secure. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\./.test(hostname)

const reached = url(['https:', 'http:']).refine(
  ({ protocol, hostname, username }) => (protocol === 'https:' || isLoopback(hostname)) && !username,
)

const address = reached.refine(({ search, hash }) => !search && !hash)

const origin = address.refine(({ pathname }) => pathname === '/')

/** Path segments that need no escaping in URLs, cookies and pages. */
const PATH = /^(?:\/[\w.~-]+)*\/?$/

/** Clients treat `/graphql` at the end of an address as the API's path, and remove it. */
const GRAPHQL_LAST = /\/graphql\/?$/

/** Base URL of an OpenAI-compatible API. Content security policies cannot express an IPv6 address. */
const inferenceUrl = address
  .refine(({ hostname, password, pathname }) => {
    return /^[a-z0-9.-]+$/.test(hostname) && !password && !/\/chat\/completions\/?$/.test(pathname)
  })
  .transform(({ origin: own, pathname }) => own + pathname.replace(/\/$/, ''))

const publicUrl = address
  .refine(({ pathname }) => PATH.test(pathname) && !isServedFirst(pathname) && !GRAPHQL_LAST.test(pathname))
  .transform(({ origin: own, pathname }) => own + pathname.replace(/\/$/, ''))

const encryptionKeys = z.string().transform((text, context): SealingKey[] => {
  const keys = list(text).map((item) => {
    const [, id, encoded] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(item) ?? []
    return id === undefined || encoded === undefined ? null : { id, key: Buffer.from(encoded, 'base64') }
  })
  const valid = keys.filter((key) => key !== null)
  if (valid.length > 0 && valid.length === keys.length && new Set(valid.map((key) => key.id)).size === valid.length) {
    return valid
  }
  context.addIssue({ code: 'custom', message: 'not such keys' })
  return z.NEVER
})

const userId = z.string().transform((text, context) => {
  const uuid = decodeId('User', text)
  if (uuid !== null) return uuid
  context.addIssue({ code: 'custom', message: 'not such an id' })
  return z.NEVER
})

const proxies = z.string().transform((text, context): Network[] => {
  const networks = list(text).map(parseNetwork)
  const valid = networks.filter((network) => network !== null)
  if (valid.length === networks.length) return valid
  context.addIssue({ code: 'custom', message: 'not such addresses' })
  return z.NEVER
})

const postgresql = z
  .string()
  .regex(/^postgres(ql)?:\/\//)
  .refine((text) => URL.canParse(text))
  .transform((text) => text.replace(/^postgres:/, 'postgresql:'))

/** All variables that the server reads. docs/configuration.md has a row for each, which a test checks. */
export const VARIABLES = {
  KEYWARD_HOST: variable({
    expected: 'an IP address or a host name to listen on',
    unset: '127.0.0.1',
    schema: z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/),
  }),
  PORT: variable({ expected: 'a whole number from 0 to 65535', unset: '4000', schema: integer(0, 65_535) }),
  DATABASE_URL: variable({
    expected: 'postgresql://user:password@host:port/database',
    unset: 'the embedded database, in `KEYWARD_DATA_DIR/database`',
    secret: true,
    schema: postgresql,
  }),
  KEYWARD_DIRECT_DATABASE_URL: variable({
    expected: 'postgresql://user:password@host:port/database, with DATABASE_URL',
    unset: '`DATABASE_URL`, which must not be a transaction-mode pooler',
    secret: true,
    schema: postgresql,
  }),
  KEYWARD_REPLICA_URL: variable({
    expected: 'postgresql://user:password@host:port/database of a streaming standby, with DATABASE_URL',
    unset: 'everything is read from `DATABASE_URL`',
    secret: true,
    schema: postgresql,
  }),
  KEYWARD_REPLICA_POOL: variable({
    expected: 'a whole number from 1 to 500, with KEYWARD_REPLICA_URL',
    unset: '10',
    schema: integer(1, 500),
  }),
  KEYWARD_REPLICA_MAX_LAG_SECONDS: variable({
    expected: 'a whole number from 2 to 3600, with KEYWARD_REPLICA_URL',
    unset: '5',
    schema: integer(2, 3_600),
  }),
  KEYWARD_WORKERS: variable({
    expected: 'a whole number from 1 to 256, or `auto`',
    unset: '1',
    schema: z.union([z.literal('auto').transform(() => availableParallelism()), integer(1, 256)]),
  }),
  KEYWARD_DATABASE_POOL: variable({
    expected: 'a whole number from 2 to 500',
    unset: '10',
    schema: integer(2, 500),
  }),
  KEYWARD_DATA_DIR: variable({
    expected: 'the path of a directory',
    unset: '.keyward',
    schema: z.string().refine((path) => !path.includes('\0')),
  }),
  KEYWARD_PUBLIC_URL: variable({
    expected:
      'an https:// address (http:// only for localhost), with or without a path that does not begin like one of the server’s own',
    unset: '`http://127.0.0.1:PORT`',
    schema: publicUrl,
  }),
  KEYWARD_ENCRYPTION_KEYS: variable({
    expected: '`id:base64 of 32 bytes`, several separated by commas, each id once',
    unset: 'made at the first start, in `KEYWARD_DATA_DIR/secrets.json`',
    secret: true,
    schema: encryptionKeys,
  }),
  KEYWARD_SESSION_SECRET: variable({
    expected: 'at least 32 random characters',
    unset: 'made at the first start, in `KEYWARD_DATA_DIR/secrets.json`',
    secret: true,
    schema: z.string().min(32).max(1024),
  }),
  KEYWARD_ACCEPTED_SESSION_SECRETS: variable({
    expected: 'session secrets of at least 32 characters without commas, several separated by commas',
    unset: 'only sessions signed with `KEYWARD_SESSION_SECRET` are valid',
    secret: true,
    schema: z
      .string()
      .transform((given) => given.split(',').map((each) => each.trim()))
      .pipe(z.array(z.string().min(32).max(1024)).max(10)),
  }),
  KEYWARD_DEMO: variable({
    expected: '`on` or `off`, only for the embedded database',
    unset: '`on`: the first start creates a demo organization',
    schema: z.string().pipe(z.enum(['on', 'off'])),
  }),
  KEYWARD_SIGNUP: variable({
    expected: '`open`, `invited` or `closed`',
    unset: '`open` on the embedded database, `invited` on PostgreSQL',
    schema: z.string().pipe(z.enum(['open', 'invited', 'closed'])),
  }),
  KEYWARD_SIGN_IN_PER_MINUTE: variable({
    expected: 'a whole number from 1 to 100000',
    unset: '10',
    schema: integer(1, 100_000),
  }),
  KEYWARD_ORGANIZATION_CREATION: variable({
    expected: '`anyone` or `nobody`',
    unset: '`anyone`',
    schema: z.string().pipe(z.enum(['anyone', 'nobody'])),
  }),
  KEYWARD_SMTP_URL: variable({
    expected: 'smtp:// or smtps://user:password@host:port, with KEYWARD_MAIL_FROM',
    unset: 'no mail is sent',
    secret: true,
    schema: url(['smtp:', 'smtps:']).transform((parsed) => parsed.href),
  }),
  KEYWARD_MAIL_FROM: variable({
    expected: 'an e-mail address, with or without a name: `Keyward <keys@example.com>`',
    unset: 'no mail is sent',
    schema: z.string().regex(/^[^<>\r\n]*<?[^\s@<>]+@[^\s@<>]+>?$/),
  }),
  KEYWARD_OIDC_ISSUER: variable({
    expected: 'an https:// address (http:// only for localhost), with KEYWARD_OIDC_CLIENT_ID and _CLIENT_SECRET',
    unset: 'no single sign-on',
    schema: url(['https:', 'http:'])
      .refine((parsed) => parsed.protocol === 'https:' || isLoopback(parsed.hostname))
      .transform((parsed) => parsed.href.replace(/\/$/, '')),
  }),
  KEYWARD_OIDC_CLIENT_ID: variable({ expected: 'some text', unset: 'no single sign-on', schema: z.string() }),
  KEYWARD_OIDC_CLIENT_SECRET: variable({
    expected: 'some text',
    unset: 'no single sign-on',
    secret: true,
    schema: z.string(),
  }),
  KEYWARD_OIDC_NAME: variable({
    expected: '1 to 50 characters, shown on the sign-in button',
    unset: 'single sign-on',
    schema: z.string().max(50),
  }),
  KEYWARD_CORS_ORIGINS: variable({
    expected: 'https:// addresses without a path (http:// only for localhost), separated by commas',
    unset: 'none',
    schema: z
      .string()
      .transform(list)
      .pipe(z.array(origin.transform((parsed) => parsed.origin))),
  }),
  KEYWARD_TRUST_PROXY: variable({
    expected: 'IP addresses or CIDR ranges, separated by commas',
    unset: 'no proxy is trusted',
    schema: proxies,
  }),
  KEYWARD_AUDIT_HEADS_FILE: variable({
    expected: 'the path of a file',
    unset: '`KEYWARD_DATA_DIR/audit-heads.jsonl`',
    schema: z.string().refine((path) => !path.includes('\0')),
  }),
  KEYWARD_OPERATORS: variable({
    expected: 'ids of people, `usr_…`, separated by commas',
    unset: 'nobody',
    schema: z.string().transform(list).pipe(z.array(userId)),
  }),
  KEYWARD_AUDIT_SINK: variable({
    expected: 'the absolute path of a file, or an https:// address (http:// only for localhost)',
    unset: 'audit events stay in the database',
    secret: true,
    schema: z.union([z.string().regex(/^\/[^\0]*[^\0/]$/), reached.transform(({ href }) => href)]),
  }),
  KEYWARD_AUDIT_SINK_SECRET: variable({
    expected: '`whsec_` and 24 to 64 random bytes in base64, with an address in KEYWARD_AUDIT_SINK',
    unset: 'none, for a file',
    secret: true,
    schema: z.string().refine((text) => {
      const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
      const bytes = encoded === undefined ? 0 : Buffer.from(encoded, 'base64').length
      return bytes >= 24 && bytes <= 64
    }),
  }),
  KEYWARD_LOG: variable({
    expected: '`json`, `text` or `silent`',
    unset: '`json`',
    schema: z.string().pipe(z.enum(['json', 'text', 'silent'])),
  }),
  KEYWARD_METRICS_PORT: variable({
    expected: 'a whole number from 0 to 65535',
    unset: 'no metrics are served',
    schema: integer(0, 65_535),
  }),
  KEYWARD_OUTAGE_GRACE_SECONDS: variable({
    expected: 'a whole number from 0 to 3600',
    unset: '60',
    schema: integer(0, 3_600),
  }),
  KEYWARD_WEBHOOK_PRIVATE_TARGETS: variable({
    expected: '`allow` or `deny`',
    unset: '`deny`',
    schema: z.string().pipe(z.enum(['allow', 'deny'])),
  }),
  KEYWARD_GATEWAY_NAMES: variable({
    expected: '`show` or `hide`',
    unset: '`hide`',
    schema: z.string().pipe(z.enum(['show', 'hide'])),
  }),
  KEYWARD_INFERENCE_URL: variable({
    expected:
      'an https:// address (http:// only for localhost) of a server with OpenAI’s protocol, without `/chat/completions`',
    unset: 'the demo’s own endpoint, or none without the demo',
    schema: inferenceUrl,
  }),
  KEYWARD_SECRET_FROM: variable({
    expected: `a comma-separated list of ${SECRET_PLACES.map((place) => `\`${place}\``).join(', ')}`,
    unset: 'only `Authorization: Bearer`',
    schema: z
      .string()
      .transform(list)
      .pipe(z.array(z.enum(SECRET_PLACES))),
  }),
  KEYWARD_PREFLIGHT_METHOD: variable({
    expected: '`request`, or the name of a header in lower case',
    unset: 'preflights need a secret, too',
    schema: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  }),
  KEYWARD_GITHUB_KEYS: variable({
    expected: 'the path of a file',
    unset: 'no leak reports of GitHub',
    schema: z.string().refine((path) => !path.includes('\0')),
  }),
  KEYWARD_DRAIN_SECONDS: variable({
    expected: 'a whole number from 0 to 600',
    unset: '0 on the embedded database, 5 on PostgreSQL',
    schema: integer(0, 600),
  }),
  KEYWARD_SHUTDOWN_SECONDS: variable({
    expected: 'a whole number from 0 to 600',
    unset: '10',
    schema: integer(0, 600),
  }),
  ...TELEMETRY_VARIABLES,
}

export type VariableName = keyof typeof VARIABLES
