import type { Runtime } from '@keyward/schema/runtime'
import type { Verification } from '@keyward/schema/verification/answer'
import { authorizeRequest } from '@keyward/schema/verification/input'
import { UnknownError } from '@keyward/schema/verification/knowledge'
import type { z } from 'zod'

/** The token of the gateway that asks; the secret that it asks about is in `Authorization`. */
const GATEWAY_HEADER = 'keyward-gateway'
const BODY_BYTES = 16_384

type Question = z.output<typeof authorizeRequest>

/** Why the door itself refuses, beside the reasons of a verification. */
type DoorReason = 'GATEWAY_UNKNOWN' | 'NO_SECRET' | 'BAD_REQUEST' | 'UNAVAILABLE'

/** What the door is asked, whatever it came through. */
export interface DoorRequest {
  method: string
  path: string
  /** A header by its name in lower case; null where there is none. */
  header: (name: string) => string | null
  /** The body up to a limit; null when it is larger. */
  body: (limit: number) => Promise<Uint8Array | null>
}

/** What it answers: JSON. */
export interface DoorAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

const refuse = (
  status: number,
  reason: DoorReason,
  message: string,
  headers: Record<string, string> = {},
): DoorAnswer => ({
  status,
  headers: { 'keyward-reason': reason, ...headers },
  body: JSON.stringify({ allowed: false, reason, message }),
})

const isAnswer = (value: object): value is DoorAnswer => 'status' in value

/**
 * Whether a path is this door's: whatever follows. Envoy puts the path of the original request behind the prefix that it
 * is given, and what another service answers there would let that request pass.
 */
export const isAuthorizePath = (path: string): boolean => path.startsWith('/authorize')

/** The path of a request's target, as it was sent, where it is this door's; null where it is not. */
export function doorPathOf(target: string | undefined): string | null {
  if (!target || !isAuthorizePath(target)) return null
  return target.split(/[?#]/, 1)[0] ?? null
}

/**
 * The door for proxies: `auth_request` of nginx and `ext_authz` of Envoy ask here, with the headers of the original
 * request, whether it may pass. A request that passes takes of its
 * limits. It answers 200, 401, 403, 429 or 503 with a small JSON body and `Keyward-*` headers.
 */
export async function authorize(request: DoorRequest, runtime: Runtime): Promise<DoorAnswer> {
  const gateway = await gatewayOf(request, runtime)
  if (isAnswer(gateway)) return gateway
  const secret = /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(request.header('authorization')?.trim() ?? '')?.[1]
  if (secret === undefined) {
    const message = 'Send the secret as `Authorization: Bearer …`.'
    return refuse(401, 'NO_SECRET', message, { 'www-authenticate': 'Bearer' })
  }
  const asked = await questionOf(request, secret)
  if (isAnswer(asked)) return asked
  return answer(await runtime.verifier.authorize(asked))
}

async function gatewayOf(request: DoorRequest, runtime: Runtime): Promise<DoorAnswer | { id: string }> {
  const token = request.header(GATEWAY_HEADER)
  try {
    const gateway = token === null ? null : await runtime.verifier.gatewayOf(token)
    if (gateway) return gateway
    const message = !token
      ? 'Send the token of a gateway as `Keyward-Gateway`.'
      : 'What `Keyward-Gateway` carries is the token of no gateway: it is mistyped, or was rotated or removed.'
    return refuse(401, 'GATEWAY_UNKNOWN', message)
  } catch (error) {
    if (!(error instanceof UnknownError)) throw error
    return refuse(503, 'UNAVAILABLE', 'Keyward cannot tell at the moment. Try again.', { 'retry-after': '1' })
  }
}

/** Whether it may be asked in a body: where it is called directly. Elsewhere a body is that of the original request. */
const isDirect = ({ method, path }: DoorRequest): boolean => method === 'POST' && path === '/authorize'

const isJson = ({ header }: DoorRequest): boolean =>
  header('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json'

/** What is asked: by headers, or as JSON, which wins. */
async function questionOf(request: DoorRequest, secret: string): Promise<Question | DoorAnswer> {
  const { header } = request
  const given: Record<string, unknown> = {
    workload: header('keyward-workload') ?? undefined,
    model: header('keyward-model') ?? undefined,
    resourceId: header('keyward-resource') ?? undefined,
    clientIp: header('keyward-client-ip') ?? undefined,
    estimatedCost: header('keyward-estimated-cost') ?? undefined,
  }
  if (isDirect(request)) {
    const body = await request.body(BODY_BYTES)
    // What would not be looked at must not let a request pass.
    if (body?.length !== 0 && !isJson(request))
      return refuse(400, 'BAD_REQUEST', 'The body has to be JSON: send it with `content-type: application/json`.')
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
    ? `${issue.keys.join(', ')}: There is no such member of what is asked.`
    : `${issue.path.join('.')}: ${issue.message}`

/** Units as JSON has them: quantities are numbers, or strings where they are too great for one. */
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
    const value: unknown = body.length === 0 ? {} : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

/** When an answer was right, as text: many answers have the very same moment. */
let lastAsOf = { at: new Date(0), text: '' }

function textOf(at: Date): string {
  if (lastAsOf.at !== at) lastAsOf = { at, text: at.toISOString() }
  return lastAsOf.text
}

function answer(verification: Verification): DoorAnswer {
  const { ids } = verification
  const asOf = textOf(verification.asOf)
  const headers: Record<string, string> = { 'keyward-as-of': asOf }
  if (ids) headers['keyward-key-id'] = ids.credential
  if (!verification.accepted) {
    const { reason, message, httpStatus: status, retryAfterSeconds } = verification
    headers['keyward-reason'] = reason
    if (retryAfterSeconds !== null) headers['retry-after'] = String(retryAfterSeconds)
    if (status === 401) headers['www-authenticate'] = 'Bearer'
    const body = { allowed: false, reason, message, credentialId: ids?.credential ?? null, asOf }
    return { status, headers, body: JSON.stringify(body) }
  }
  const { credential: credentialId, project: projectId, organization: organizationId } = verification.ids
  const { name, secretVersion, expiresAt, warnings, reservation } = verification
  headers['keyward-project-id'] = projectId
  headers['keyward-organization-id'] = organizationId
  if (reservation) headers['keyward-reservation'] = reservation
  if (warnings.length > 0) headers['keyward-warnings'] = warnings.join(', ')
  const known = { name, projectId, organizationId, secretVersion, expiresAt, warnings, reservation, asOf }
  return { status: 200, headers, body: JSON.stringify({ allowed: true, credentialId, ...known }) }
}
