import { encodeId } from '@keyward/schema/ids'
import type { Runtime } from '@keyward/schema/runtime'
import { credentialId, type Verification } from '@keyward/schema/verification/answer'
import { authorizeRequest } from '@keyward/schema/verification/input'
import { UnknownError } from '@keyward/schema/verification/knowledge'
import type { z } from 'zod'
import { readBody } from '../responses.ts'

/** The token of the gateway that asks; the secret that it asks about is in `Authorization`. */
const GATEWAY_HEADER = 'keyward-gateway'
const BODY_BYTES = 16_384

type Question = z.output<typeof authorizeRequest>

/** Why the door itself refuses, beside the reasons of a verification. */
type DoorReason = 'GATEWAY_UNKNOWN' | 'NO_SECRET' | 'BAD_REQUEST' | 'UNAVAILABLE'

const refuse = (status: number, reason: DoorReason, message: string, headers: Record<string, string> = {}): Response =>
  Response.json({ allowed: false, reason, message }, { status, headers: { 'keyward-reason': reason, ...headers } })

/**
 * Whether a path is this door's: whatever follows. Envoy puts the path of the original request behind the prefix that it
 * is given, and what another service answers there would let that request pass.
 */
export const isAuthorizePath = (path: string): boolean => path.startsWith('/authorize')

/**
 * The door for proxies: `auth_request` of nginx and `ext_authz` of Envoy ask here, with the headers of the original
 * request, whether it may pass. A request that passes takes of its
 * limits. It answers 200, 401, 403, 429 or 503 with a small JSON body and `Keyward-*` headers.
 */
export async function authorize(request: Request, path: string, runtime: Runtime): Promise<Response> {
  const gateway = await gatewayOf(request, runtime)
  if (gateway instanceof Response) return gateway
  const secret = /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(request.headers.get('authorization')?.trim() ?? '')?.[1]
  if (secret === undefined) {
    const message = 'Send the secret as `Authorization: Bearer …`.'
    return refuse(401, 'NO_SECRET', message, { 'www-authenticate': 'Bearer' })
  }
  const asked = await questionOf(request, path, secret)
  if (asked instanceof Response) return asked
  return answer(await runtime.verifier.authorize(asked))
}

async function gatewayOf(request: Request, runtime: Runtime): Promise<Response | { id: string }> {
  const token = request.headers.get(GATEWAY_HEADER)
  try {
    const gateway = token === null ? null : await runtime.verifier.gatewayOf(token)
    return gateway ?? refuse(401, 'GATEWAY_UNKNOWN', 'Send the token of a gateway as `Keyward-Gateway`.')
  } catch (error) {
    if (!(error instanceof UnknownError)) throw error
    return refuse(503, 'UNAVAILABLE', 'Keyward cannot tell at the moment. Try again.', { 'retry-after': '1' })
  }
}

/** What is asked: by headers, or as JSON where the door is called directly. A body wins. */
async function questionOf(request: Request, path: string, secret: string): Promise<Question | Response> {
  const { headers } = request
  const given: Record<string, unknown> = {
    workload: headers.get('keyward-workload') ?? undefined,
    model: headers.get('keyward-model') ?? undefined,
    resourceId: headers.get('keyward-resource') ?? undefined,
    clientIp: headers.get('keyward-client-ip') ?? undefined,
    estimatedCost: headers.get('keyward-estimated-cost') ?? undefined,
  }
  const isJson = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json'
  if (request.method === 'POST' && path === '/authorize' && isJson) {
    const body = await readBody(request, BODY_BYTES)
    const parsed = body && parseObject(body)
    if (!parsed) return refuse(400, 'BAD_REQUEST', `The body is not a JSON object of at most ${BODY_BYTES} bytes.`)
    Object.assign(given, parsed)
    given.estimatedUnits = withBigInts(given.estimatedUnits)
  }
  const result = authorizeRequest.safeParse({ ...given, secret })
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  return refuse(400, 'BAD_REQUEST', issues.join(' '))
}

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

function answer(verification: Verification): Response {
  const { keyId, kind, asOf } = verification
  const id = keyId && kind ? credentialId(kind, keyId) : null
  const known = {
    'keyward-as-of': asOf.toISOString(),
    ...(id ? { 'keyward-key-id': id } : {}),
  }
  if (!verification.accepted) {
    const { reason, message, httpStatus, retryAfterSeconds } = verification
    return Response.json(
      { allowed: false, reason, message, credentialId: id, asOf },
      {
        status: httpStatus,
        headers: {
          ...known,
          'keyward-reason': reason,
          ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
          ...(httpStatus === 401 ? { 'www-authenticate': 'Bearer' } : {}),
        },
      },
    )
  }
  const projectId = encodeId('Project', verification.projectId)
  const organizationId = encodeId('Organization', verification.organizationId)
  const { name, secretVersion, expiresAt, warnings, reservation } = verification
  return Response.json(
    {
      allowed: true,
      credentialId: id,
      name,
      projectId,
      organizationId,
      secretVersion,
      expiresAt,
      warnings,
      reservation,
      asOf,
    },
    {
      headers: {
        ...known,
        'keyward-project-id': projectId,
        'keyward-organization-id': organizationId,
        ...(reservation ? { 'keyward-reservation': reservation } : {}),
        ...(warnings.length > 0 ? { 'keyward-warnings': warnings.join(', ') } : {}),
      },
    },
  )
}
