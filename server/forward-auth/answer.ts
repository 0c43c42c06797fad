import { describeLimits } from '@keyward/engine/decide'
import { rateHeaders } from '@keyward/engine/rate-headers'
import { dateOf } from '@keyward/schema/verification/credential'
import type { Verification } from '@keyward/schema/verification/decision'
import type { PlainAnswer } from '../http/answer.ts'

/**
 * Every `Keyward-*` header of a decision. Each has all of them, empty where it has nothing to say: Caddy copies its
 * own placeholder, as text, for a header that is absent, and nginx, Caddy and Envoy then replace what a client forged.
 */
export const DECISION_HEADERS = {
  'keyward-as-of': '',
  'keyward-consumer': '',
  'keyward-key-id': '',
  'keyward-organization-id': '',
  'keyward-project-id': '',
  'keyward-reason': '',
  'keyward-reservation': '',
  'keyward-warnings': '',
} as const

type Headers = Record<keyof typeof DECISION_HEADERS, string> & Record<string, string>

/** Denials by the endpoint itself, in addition to the reasons of a decision. */
type Reason =
  | 'GATEWAY_UNKNOWN'
  | 'NO_SECRET'
  | 'TWO_SECRETS'
  | 'BAD_REQUEST'
  | 'UNAVAILABLE'
  | 'UNKNOWN_SECRETS_LIMITED'

/** A response of the endpoint itself. */
export const refuse = (
  status: number,
  reason: Reason,
  message: string,
  headers: Record<string, string> = {},
): PlainAnswer => ({
  status,
  headers: { ...DECISION_HEADERS, 'keyward-reason': reason, ...headers },
  body: JSON.stringify({ allowed: false, reason, message }),
})

/** A browser's CORS preflight. It carries no secret, and the server behind the proxy answers it. */
export const PREFLIGHT: PlainAnswer = {
  status: 200,
  headers: DECISION_HEADERS,
  body: JSON.stringify({ allowed: true, preflight: true }),
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

/** The response of a decision. */
export function answer(verification: Verification, now: number, consumer: string | null): PlainAnswer {
  const ids = verification.record?.ids ?? null
  const asOf = textOf(verification.asOf)
  const headers: Headers = { ...DECISION_HEADERS, 'keyward-as-of': asOf, ...ratesOf(verification, now) }
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
