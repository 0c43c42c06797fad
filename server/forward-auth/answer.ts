import { describeLimits } from '@keyward/engine/decide'
import { rateHeaders } from '@keyward/engine/rate-headers'
import { dateOf } from '@keyward/schema/verification/credential'
import type { Allowed, Denied, Verification } from '@keyward/schema/verification/decision'
import type { PlainAnswer } from '../http/answer.ts'

/** Values of a decision's `Keyward-*` headers. Member names omit the prefix. */
interface DecisionHeaders {
  asOf?: string
  consumer?: string
  keyId?: string
  organizationId?: string
  projectId?: string
  reason?: string
  reservation?: string
  warnings?: string
}

/**
 * All `Keyward-*` headers of a decision, with their values. Every response contains all of them, and those that do not
 * apply are empty. If one were missing, Caddy would copy its own placeholder as text, and nginx, Caddy and Envoy would
 * not replace a client's forged header.
 */
const decisionHeaders = (given: DecisionHeaders): string[] => [
  'keyward-as-of',
  given.asOf ?? '',
  'keyward-consumer',
  given.consumer ?? '',
  'keyward-key-id',
  given.keyId ?? '',
  'keyward-organization-id',
  given.organizationId ?? '',
  'keyward-project-id',
  given.projectId ?? '',
  'keyward-reason',
  given.reason ?? '',
  'keyward-reservation',
  given.reservation ?? '',
  'keyward-warnings',
  given.warnings ?? '',
]

/** Names of the decision headers. */
export const DECISION_HEADERS: readonly string[] = decisionHeaders({}).filter((_value, index) => index % 2 === 0)

/** Denial reasons of the endpoint itself, in addition to those of a decision. */
type Reason =
  | 'GATEWAY_UNKNOWN'
  | 'NO_SECRET'
  | 'TWO_SECRETS'
  | 'BAD_REQUEST'
  | 'UNAVAILABLE'
  | 'UNKNOWN_SECRETS_LIMITED'

/** A response that the endpoint makes without a decision. */
export const refuse = (
  status: number,
  reason: Reason,
  message: string,
  headers: readonly string[] = [],
): PlainAnswer => ({
  status,
  headers: [...decisionHeaders({ reason }), ...headers],
  body: JSON.stringify({ allowed: false, reason, message }),
  outcome: reason,
})

const ALLOWED = 'ALLOWED'

/**
 * The response to a browser's CORS preflight. A preflight carries no secret, and the server behind the proxy answers
 * it.
 */
export const preflightAnswer = (): PlainAnswer => ({
  status: 200,
  headers: decisionHeaders({}),
  body: JSON.stringify({ allowed: true, preflight: true }),
  outcome: ALLOWED,
})

/** The last formatted `asOf`, because many decisions have the same value. */
let lastAsOf = { at: 0, text: '' }

function textOf(at: number): string {
  if (lastAsOf.at !== at) lastAsOf = { at, text: new Date(at).toISOString() }
  return lastAsOf.text
}

/** Adds the rate limit headers. Only credentials with limits have them. */
function addRates(headers: string[], decision: Verification, now: number): void {
  // Formatting the amounts of other limits would cost more than all the headers.
  const rates = decision.limits.filter(({ isRate }) => isRate)
  if (rates.length === 0) return
  const isRateLimited = !decision.allowed && decision.reason === 'RATE_LIMITED'
  for (const [name, value] of Object.entries(rateHeaders(describeLimits(rates), isRateLimited, now)))
    headers.push(name, value)
}

/** Text that every HTTP server and client accepts in a header. */
const FOR_HEADER = /^[\x20-\x7e]+$/

/** The response for a decision. */
export function answer(verification: Verification, now: number, consumer: string | null): PlainAnswer {
  const asOf = textOf(verification.asOf)
  return verification.allowed ? allowed(verification, asOf, now, consumer) : denied(verification, asOf, now)
}

function denied(denial: Denied, asOf: string, now: number): PlainAnswer {
  const { record, reason, message, httpStatus: status, retryAfterSeconds } = denial
  const credentialId = record?.ids.credential ?? null
  const headers = decisionHeaders({ asOf, keyId: credentialId ?? '', reason })
  addRates(headers, denial, now)
  if (retryAfterSeconds !== null) headers.push('retry-after', String(retryAfterSeconds))
  if (status === 401) headers.push('www-authenticate', 'Bearer')
  const body = { allowed: false, reason, message, credentialId, asOf }
  return { status, headers, body: JSON.stringify(body), outcome: reason }
}

function allowed(decision: Allowed, asOf: string, now: number, consumer: string | null): PlainAnswer {
  const { record, warnings, reservation } = decision
  const { credential: credentialId, project: projectId, organization: organizationId } = record.ids
  const headers = decisionHeaders({
    asOf,
    consumer: consumer !== null && FOR_HEADER.test(consumer) ? consumer : '',
    keyId: credentialId,
    organizationId,
    projectId,
    reservation: reservation ?? '',
    warnings: warnings.join(', '),
  })
  addRates(headers, decision, now)
  const body = {
    allowed: true,
    credentialId,
    name: record.name,
    projectId,
    organizationId,
    secretVersion: record.version,
    expiresAt: dateOf(record.expiresAt),
    warnings,
    reservation,
    consumer: consumer ?? undefined,
    asOf,
  }
  return { status: 200, headers, body: JSON.stringify(body), outcome: ALLOWED }
}
