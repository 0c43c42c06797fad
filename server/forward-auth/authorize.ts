import { describeLimits } from '@keyward/engine/decide'
import { readSecret, TWO_SECRETS } from '@keyward/engine/presented'
import { rateHeaders } from '@keyward/engine/rate-headers'
import { clientSource, gatewaySource, UnknownSecretsLimitedError } from '@keyward/schema/credential/unknown-secrets'
import type { Runtime } from '@keyward/schema/runtime'
import { dateOf } from '@keyward/schema/verification/credential'
import type { Verification } from '@keyward/schema/verification/decision'
import { authorizeRequest } from '@keyward/schema/verification/input'
import type { z } from 'zod'
import type { Config } from '../config/config.ts'
import type { PlainAnswer } from '../http/answer.ts'
import type { Incoming } from '../http/incoming.ts'
import { objectToJson } from '../http/json-caps.ts'
import { LIMITS } from '../http/request-caps.ts'
import type { RequestContext } from '../http/request-context.ts'

/** Carries the gateway's own token. The secret to authorize is in `Authorization`. */
const GATEWAY_HEADER = 'keyward-gateway'
const BODY_BYTES = 16_384

type Question = z.output<typeof authorizeRequest>

/** Denials by the endpoint itself, in addition to the reasons of a decision. */
type Reason =
  | 'GATEWAY_UNKNOWN'
  | 'NO_SECRET'
  | 'TWO_SECRETS'
  | 'BAD_REQUEST'
  | 'UNAVAILABLE'
  | 'UNKNOWN_SECRETS_LIMITED'

const LIMITED = 'Too many unknown tokens came from this address. Try again.'

const refuse = (
  status: number,
  reason: Reason,
  message: string,
  headers: Record<string, string> = {},
): PlainAnswer => ({
  status,
  headers: { 'keyward-reason': reason, ...headers },
  body: JSON.stringify({ allowed: false, reason, message }),
})

const isAnswer = (value: object): value is PlainAnswer => 'status' in value

/**
 * Whether a raw path belongs to the endpoint. Proxies append the path of the original request to it (Envoy:
 * `path_prefix`), and a 2xx of another handler would let that request pass: so no dot segment may lead out of it.
 */
export const isForwardAuthPath = (rawPath: string): boolean => rawPath.startsWith('/authorize')

/** `/authorize` itself, with or without the path that a proxy appended; not `/authorizeX`. */
const SERVED = /^\/authorize(?:$|[/\\])/

/**
 * The forward-auth endpoint: nginx's `auth_request` and Envoy's `ext_authz` send it the headers of the original request.
 * Authorizing a request charges its limits. Answers 200, 401, 403, 429 or 503 with a small JSON body and `Keyward-*`
 * headers.
 */
export async function forwardAuth(
  incoming: Incoming,
  path: string,
  context: RequestContext,
  runtime: Runtime,
  { secretFrom, preflightMethod }: Pick<Config, 'secretFrom' | 'preflightMethod'>,
): Promise<PlainAnswer> {
  if (!SERVED.test(path)) return refuse(404, 'BAD_REQUEST', 'Nothing is served at this path. Use /authorize.')
  const gateway = await gatewayOf(incoming, runtime)
  if (isAnswer(gateway)) return gateway
  if (preflightMethod !== null && isPreflight(incoming, preflightMethod)) return PREFLIGHT
  const secret = readSecret(incoming.header, secretFrom)
  if (secret === TWO_SECRETS) return refuse(401, 'TWO_SECRETS', 'The request carries two different secrets. Send one.')
  if (secret === null) {
    const others = secretFrom.length > 0 ? `, or where KEYWARD_SECRET_FROM says: ${secretFrom.join(', ')}` : ''
    const message = `Send the secret as \`Authorization: Bearer …\`${others}.`
    return refuse(401, 'NO_SECRET', message, { 'www-authenticate': 'Bearer' })
  }
  const asked = await questionOf(incoming, path, secret)
  if (isAnswer(asked)) return asked
  const verification = await runtime.verifier.authorize(asked, () => gatewaySource(gateway.id, asked.clientIp))
  context.credentialId = verification.record?.ids.credential ?? null
  if (verification.allowed && verification.reservation) context.reserved.add(verification.reservation)
  return answer(verification, runtime.database.clock.now().getTime(), asked.consumer ?? null)
}

/** A browser's CORS preflight. It carries no secret, and the server behind the proxy answers it. */
const PREFLIGHT: PlainAnswer = { status: 200, headers: {}, body: JSON.stringify({ allowed: true, preflight: true }) }

const isPreflight = ({ method, header }: Incoming, from: string): boolean =>
  (from === 'request' ? method : header(from)) === 'OPTIONS' &&
  header('origin') !== null &&
  header('access-control-request-method') !== null

function limitedOf(error: unknown): 'LIMITED' {
  if (error instanceof UnknownSecretsLimitedError) return 'LIMITED'
  throw error
}

async function gatewayOf(incoming: Incoming, runtime: Runtime): Promise<PlainAnswer | { id: string }> {
  const token = incoming.header(GATEWAY_HEADER)
  const source = () => clientSource(incoming.clientAddress)
  const gateway = token === null ? null : await runtime.verifier.gatewayOf(token, source).catch(limitedOf)
  if (gateway === 'LIMITED') return refuse(429, 'UNKNOWN_SECRETS_LIMITED', LIMITED, { 'retry-after': '1' })
  if (gateway === 'UNAVAILABLE') {
    return refuse(503, 'UNAVAILABLE', 'The gateway token cannot be checked at the moment. Try again.', {
      'retry-after': '1',
    })
  }
  if (gateway) return gateway
  const message = !token
    ? 'Send the token of a gateway as `Keyward-Gateway`.'
    : '`Keyward-Gateway` carries an unknown token: it is mistyped, or was rotated or removed.'
  return refuse(401, 'GATEWAY_UNKNOWN', message)
}

const isJson = ({ header }: Incoming): boolean =>
  header('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json'

/**
 * The headers of a question, by member. The proxy sets or clears every one of them, since it also passes on the client's own:
 * a client could name another model or customer.
 */
export const QUESTION_HEADERS = {
  workload: 'keyward-workload',
  model: 'keyward-model',
  resourceId: 'keyward-resource',
  clientIp: 'keyward-client-ip',
  estimatedCost: 'keyward-estimated-cost',
  consumer: 'keyward-consumer',
  serviceTier: 'keyward-service-tier',
} as const

/** Reads the question from headers, or from a JSON body, which wins. */
async function questionOf(incoming: Incoming, path: string, secret: string): Promise<Question | PlainAnswer> {
  const { header } = incoming
  const given: Record<string, unknown> = { origin: header('origin') ?? undefined }
  for (const [name, from] of Object.entries(QUESTION_HEADERS)) given[name] = header(from) ?? undefined
  // Called directly. Behind a proxy, a body would be that of the original request.
  if (incoming.method === 'POST' && path === '/authorize') {
    const body = await incoming.body(BODY_BYTES)
    // A body that is not read must not let a request pass.
    if (body?.length !== 0 && !isJson(incoming))
      return refuse(400, 'BAD_REQUEST', 'The body must be JSON: send it with `content-type: application/json`.')
    const parsed = body && parseObject(body)
    if (!parsed) return refuse(400, 'BAD_REQUEST', `The body is not a JSON object of at most ${BODY_BYTES} bytes.`)
    Object.assign(given, parsed)
    if (typeof given.estimatedCost === 'number') given.estimatedCost = String(given.estimatedCost)
    given.estimatedUnits = withBigInts(given.estimatedUnits)
  }
  const result = authorizeRequest.safeParse({ ...given, secret })
  if (result.success) return result.data
  return refuse(400, 'BAD_REQUEST', result.error.issues.map(messageOf).join(' '))
}

const messageOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys'
    ? `${issue.keys.join(', ')}: unknown member of the body.`
    : `${issue.path.join('.')}: ${issue.message}`

/** Reads quantities: numbers in JSON, or strings where a number is too small for them. */
function withBigInts(units: unknown): unknown {
  if (!Array.isArray(units)) return units
  return units.map((unit: unknown) => {
    if (typeof unit !== 'object' || unit === null || !('quantity' in unit)) return unit
    const { quantity } = unit
    const isWhole = typeof quantity === 'string' ? /^\d{1,15}$/.test(quantity) : Number.isSafeInteger(quantity)
    return isWhole ? { ...unit, quantity: BigInt(String(quantity)) } : unit
  })
}

function parseObject(body: Uint8Array): object | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    if (objectToJson(text, LIMITS.valueDepth)) return null
    const value: unknown = text === '' ? {} : JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

/** The last `asOf` as text: many decisions carry the same one. */
let lastAsOf = { at: 0, text: '' }

function textOf(at: number): string {
  if (lastAsOf.at !== at) lastAsOf = { at, text: new Date(at).toISOString() }
  return lastAsOf.text
}

/** Only credentials with limits have headers of rates. */
function ratesOf({ limits, ...decision }: Verification, now: number): Readonly<Record<string, string>> {
  if (limits.length === 0) return {}
  return rateHeaders(describeLimits(limits), !decision.allowed && decision.reason === 'RATE_LIMITED', now)
}

/** Text that every HTTP server and client takes as a header. */
const FOR_HEADER = /^[\x20-\x7e]+$/

function answer(verification: Verification, now: number, consumer: string | null): PlainAnswer {
  const ids = verification.record?.ids ?? null
  const asOf = textOf(verification.asOf)
  const headers: Record<string, string> = { 'keyward-as-of': asOf, ...ratesOf(verification, now) }
  if (ids) headers['keyward-key-id'] = ids.credential
  if (!verification.allowed) {
    const { reason, message, httpStatus: status, retryAfterSeconds } = verification
    headers['keyward-reason'] = reason
    if (retryAfterSeconds !== null) headers['retry-after'] = String(retryAfterSeconds)
    if (status === 401) headers['www-authenticate'] = 'Bearer'
    const body = { allowed: false, reason, message, credentialId: ids?.credential ?? null, asOf }
    return { status, headers, body: JSON.stringify(body) }
  }
  const { record, warnings, reservation } = verification
  const { credential: credentialId, project: projectId, organization: organizationId } = record.ids
  headers['keyward-project-id'] = projectId
  headers['keyward-organization-id'] = organizationId
  if (reservation) headers['keyward-reservation'] = reservation
  if (consumer !== null && FOR_HEADER.test(consumer)) headers['keyward-consumer'] = consumer
  if (warnings.length > 0) headers['keyward-warnings'] = warnings.join(', ')
  const known = {
    name: record.name,
    projectId,
    organizationId,
    secretVersion: record.version,
    expiresAt: dateOf(record.expiresAt),
    warnings,
    reservation,
    ...(consumer === null ? {} : { consumer }),
    asOf,
  }
  return { status: 200, headers, body: JSON.stringify({ allowed: true, credentialId, ...known }) }
}
