import type { Workload } from '@keyward/prisma/generated/prisma/client'
import { encodeId, type IdType } from '../core/ids.ts'
import type { LimitLeft } from '../limit/leases/keeper.ts'
import type { Unit } from '../usage/event.ts'

/** What a gateway asks: may this secret do this, here, now? */
export interface VerifyRequest {
  secret: string
  /** What the request is for. A key that is limited to workloads is refused where none is given. */
  workload?: Workload | null | undefined
  /** The slug of the model that is called. */
  model?: string | null | undefined
  /** The public id (`res_…`) of a resource that the request names. */
  resourceId?: string | null | undefined
  /** From where the request comes. A key that is limited to networks is refused where none is given. */
  clientIp?: string | null | undefined
}

/** What a gateway asks of the limits too: may it do this, and take what it needs? */
export interface AuthorizeRequest extends VerifyRequest {
  /** What it will cost at most, in nano-dollars; nothing where that is not known. */
  estimatedNanos?: bigint | null | undefined
  /** What it will use at most: its cost is estimated by the prices of its model, where it is not given. */
  estimatedUnits?: readonly Unit[] | null | undefined
}

/** Why a secret is refused, with the HTTP status that a gateway answers its caller. In the order of the checks. */
export const REJECTIONS = {
  MALFORMED: {
    httpStatus: 401,
    message: 'The secret is malformed: it carries the prefix of a Keyward secret and a wrong checksum.',
  },
  UNAVAILABLE: { httpStatus: 503, message: 'Keyward cannot tell at the moment. Try again.' },
  NOT_FOUND: { httpStatus: 401, message: 'The secret is unknown.' },
  REVOKED: { httpStatus: 401, message: 'The key is revoked.' },
  SECRET_RETIRED: { httpStatus: 401, message: 'The key was rotated, and this secret is retired. Use the new one.' },
  EXPIRED: { httpStatus: 401, message: 'The key has expired.' },
  PROJECT_ARCHIVED: { httpStatus: 403, message: 'The project of the key is archived.' },
  IP_NOT_ALLOWED: { httpStatus: 403, message: 'The key may not be used from this address.' },
  WORKLOAD_NOT_ALLOWED: { httpStatus: 403, message: 'The key may not be used for this workload.' },
  RESOURCE_NOT_IN_PROJECT: { httpStatus: 403, message: 'There is no such resource in the project of the key.' },
  MODEL_NOT_AVAILABLE: { httpStatus: 403, message: 'There is no such model online for the project of the key.' },
  RATE_LIMITED: { httpStatus: 429, message: 'There are more requests a minute than the key may make.' },
  BUDGET_EXCEEDED: { httpStatus: 429, message: 'A budget of the key has no room for this request.' },
} as const

export type RejectionReason = keyof typeof REJECTIONS

export type VerificationWarning =
  | 'LEGACY_KEY_DEPRECATED'
  | 'EXPIRES_SOON'
  | 'SECRET_RETIRES_SOON'
  | 'BUDGET_NEARLY_SPENT'
  | 'SERVED_DURING_OUTAGE'

export type CredentialKind = 'API_KEY' | 'LEGACY_KEY' | 'PLAYGROUND'

const CREDENTIALS: Record<CredentialKind, IdType> = { API_KEY: 'ApiKey', LEGACY_KEY: 'LegacyKey', PLAYGROUND: 'User' }

/** The public id of what usage is attributed to: a key, a legacy key, or the person who uses the playground. */
export const credentialId = (kind: CredentialKind, id: string): string => encodeId(CREDENTIALS[kind], id)

/** Whose a secret is, by public ids: they are written once for each credential that is known, since every answer has them. */
export interface AttributedTo {
  /** The key, the legacy key, or the person who uses the playground. */
  credential: string
  project: string
  organization: string
}

/** A secret that may do what was asked. */
export interface Accepted {
  accepted: true
  kind: CredentialKind
  ids: AttributedTo
  name: string
  secretVersion: number
  expiresAt: Date | null
  warnings: VerificationWarning[]
  /** What was set aside of budgets, as a token; null where nothing was. */
  reservation: string | null
  /** The limits that were asked; empty where only the secret was verified. */
  limits: LimitLeft[]
  asOf: Date
  maxStalenessSeconds: number
}

/** A secret that may not. */
export interface Rejected {
  accepted: false
  reason: RejectionReason
  message: string
  httpStatus: number
  retryAfterSeconds: number | null
  /** Null where the secret is nobody's. */
  ids: AttributedTo | null
  limits: LimitLeft[]
  asOf: Date
}

export type Verification = Accepted | Rejected
