import type { Limit } from '@keyward/engine/lease/balance'
import { describeReason, RETRY_AFTER_SECONDS, type Reason, type Warning } from '@keyward/engine/reasons'
import type { ServiceTier, Workload } from '@keyward/prisma/generated/prisma/client'
import type { Unit } from '../usage/event.ts'
import type { KeyRecord } from './credential.ts'

/** A request to verify whether a secret permits an operation. */
export interface VerifyRequest {
  secret: string
  /** Required for a key that is restricted to workloads. */
  workload?: Workload | null | undefined
  /** Slug of the model. */
  model?: string | null | undefined
  /** Public id of a resource, `res_…`. */
  resourceId?: string | null | undefined
  /** The client's address. Required for a key that is restricted to networks. */
  clientIp?: string | null | undefined
  /** The origin of the page that sends the request. Required for a child token that is restricted to origins. */
  origin?: string | null | undefined
}

/** A request to authorize, which is also charged to limits. */
export interface AuthorizeRequest extends VerifyRequest {
  /** The highest possible cost, in US dollars as a decimal. */
  estimatedCost?: string | null | undefined
  /** The highest possible usage. It is priced by the model if no cost is given. */
  estimatedUnits?: readonly Unit[] | null | undefined
  /** End customer. */
  consumer?: string | null | undefined
  /** The tier at whose prices units are estimated. STANDARD by default. */
  serviceTier?: ServiceTier | null | undefined
}

export interface Allowed {
  allowed: true
  record: KeyRecord
  warnings: Warning[]
  /** The token of the amount reserved from budgets. Null if nothing was reserved. */
  reservation: string | null
  /** The limits that were charged. Empty if the secret was only verified. */
  limits: readonly Limit[]
  /** The time up to which every committed change is included, in milliseconds. */
  asOf: number
  maxStalenessSeconds: number
}

/** Denials that only the server makes, not the gateway module, with their status and message. */
export const SERVER_REASONS = {
  UNKNOWN_SECRETS_LIMITED: [429, 'Too many unknown secrets came from this address or gateway. Try again.'],
} as const

export type DenialReason = Reason | keyof typeof SERVER_REASONS

export interface Denied {
  allowed: false
  reason: DenialReason
  message: string
  httpStatus: number
  retryAfterSeconds: number | null
  /** Null if no credential has the secret. */
  record: KeyRecord | null
  limits: readonly Limit[]
  asOf: number
}

export type Verification = Allowed | Denied

/** A denial for a reason that does not concern a limit. */
export const deny = (reason: Reason, asOf: number, record: KeyRecord | null = null): Denied => ({
  allowed: false,
  reason,
  ...describeReason(reason),
  record,
  limits: [],
  asOf,
})

/** A denial of a source that presents too many unknown secrets. */
export function denyLimited(asOf: number): Denied {
  const reason = 'UNKNOWN_SECRETS_LIMITED'
  const [httpStatus, message] = SERVER_REASONS[reason]
  return {
    allowed: false,
    reason,
    httpStatus,
    message,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    record: null,
    limits: [],
    asOf,
  }
}
