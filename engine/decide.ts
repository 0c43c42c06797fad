import type { Limit } from './lease/balance.ts'
import { isModelAllowed } from './models.ts'
import { formatUsd } from './money.ts'
import { isInNetworks, type Network, parseClientAddress } from './networks.ts'
import type { Reason, Warning } from './reasons.ts'

const EXPIRES_SOON_MS = 24 * 3_600_000
/** A time that never comes. */
export const NEVER = Number.POSITIVE_INFINITY

/** Kind of the credential that a secret belongs to. */
export type CredentialKind = 'API_KEY' | 'LEGACY_KEY' | 'PLAYGROUND'

/** All data needed to decide about a secret. Times are milliseconds by the authority's clock; `Infinity`: never. */
export interface Credential {
  readonly kind: CredentialKind
  readonly projectId: string
  readonly isRevoked: boolean
  readonly isArchived: boolean
  /**
   * The latest end of the pauses of the credential, its project and its organization. `-Infinity` if none is paused.
   */
  readonly pausedUntil: number
  readonly retiresAt: number
  readonly expiresAt: number
  /** Empty: all. */
  readonly workloads: ReadonlySet<string>
  /** Patterns of slugs. Empty: all. */
  readonly models: readonly string[]
  /** Empty: all. */
  readonly networks: readonly Network[]
  /** Origins of web pages, as browsers write them. Empty: all, and requests without one. */
  readonly origins: readonly string[]
  /** The credential's own limits and those of its project and organization. */
  readonly limits: readonly Limit[]
}

/** A request, without its secret. */
export interface Request {
  readonly workload?: string | null | undefined
  /** Slug of the model. */
  readonly model?: string | null | undefined
  readonly clientIp?: string | null | undefined
  /** The header `Origin`. */
  readonly origin?: string | null | undefined
}

/**
 * Data that a decision needs in addition to the credential. A resource or model is undefined if the request names none,
 * and null if it does not exist.
 */
export interface Facts {
  readonly credential: Credential
  readonly resource?: { readonly projectId: string } | null | undefined
  readonly model?: { readonly projectId: string | null; readonly online: boolean } | null | undefined
  /** For a playground token, the projects that its person may use. A key may use only its own project. */
  readonly reach?: readonly string[] | undefined
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: Reason }

const ALLOWED: Decision = { allowed: true }

/**
 * Decides by all checks except the limits. The order of the checks is part of the contract (docs/verification.md):
 * permanent reasons and reasons of the key itself come first, reasons that depend on the request come last.
 */
export function decide(facts: Facts, request: Request, now: number): Decision {
  const reason = findDenial(facts, request, now)
  return reason ? { allowed: false, reason } : ALLOWED
}

/** The reason of a denial by all checks except the limits, as in `decide`. Null if there is none. */
export function findDenial(
  { credential, resource, model, reach }: Facts,
  request: Request,
  now: number,
): Reason | null {
  const { networks, origins, workloads } = credential
  if (credential.isRevoked) return 'REVOKED'
  // Written with a negation, so that a time that could not be read (NaN) denies.
  if (!(credential.retiresAt > now)) return 'SECRET_RETIRED'
  if (!(credential.expiresAt > now)) return 'EXPIRED'
  if (!(credential.pausedUntil <= now)) return 'PAUSED'
  if (credential.isArchived) return 'PROJECT_ARCHIVED'
  if (networks.length > 0 && !isInNetworks(parseClientAddress(request.clientIp ?? ''), networks))
    return 'IP_NOT_ALLOWED'
  if (origins.length > 0 && !origins.includes(request.origin ?? '')) return 'ORIGIN_NOT_ALLOWED'
  if (workloads.size > 0 && !workloads.has(request.workload ?? '')) return 'WORKLOAD_NOT_ALLOWED'
  // No model has an empty slug, so a request without a model is denied.
  if (!isModelAllowed(credential.models, request.model ?? '')) return 'MODEL_NOT_ALLOWED'
  if (resource !== undefined && !(resource && mayUse(credential, resource.projectId, reach)))
    return 'RESOURCE_NOT_IN_PROJECT'
  if (model === undefined) return null
  return model?.online && (model.projectId === null || mayUse(credential, model.projectId, reach))
    ? null
    : 'MODEL_NOT_AVAILABLE'
}

/** Whether a credential may use what belongs to a project. */
const mayUse = ({ kind, projectId: own }: Credential, projectId: string, reach: Facts['reach']): boolean =>
  kind === 'PLAYGROUND' ? (reach?.includes(projectId) ?? false) : projectId === own

/** Amount left of a limit, as last known to this process. Null before the first exchange. */
const leftOf = ({ balance }: Limit): bigint | null =>
  balance?.remaining == null ? null : balance.remaining + balance.available

const isNearlySpent = (limit: Limit): boolean => {
  const left = limit.unit === null ? leftOf(limit) : null
  return left !== null && left < limit.tenth
}

/**
 * Lists warnings for the owner of an allowed key.
 * @param limits The limits to which the request was charged.
 */
export function warningsOf(
  { kind, expiresAt, retiresAt }: Credential,
  limits: readonly Limit[],
  now: number,
  isOutage: boolean,
): Warning[] {
  const warnings: Warning[] = []
  if (kind === 'LEGACY_KEY') warnings.push('LEGACY_KEY_DEPRECATED')
  // Every playground token expires soon, so it gets no warning.
  if (kind !== 'PLAYGROUND' && expiresAt - now < EXPIRES_SOON_MS) warnings.push('EXPIRES_SOON')
  if (retiresAt < NEVER) warnings.push('SECRET_RETIRES_SOON')
  if (isOutage) warnings.push('SERVED_DURING_OUTAGE')
  if (limits.some(isNearlySpent)) warnings.push('BUDGET_NEARLY_SPENT')
  return warnings
}

/** The reason of a denial by a limit. */
export const reasonOfLimit = ({ isRate, isLive }: Limit): Reason =>
  isRate ? 'RATE_LIMITED' : isLive ? 'CONCURRENCY_LIMITED' : 'BUDGET_EXCEEDED'

/**
 * The seconds until a limit has room again. Null if this is unknown or never happens. The end of a running request is
 * unknown.
 */
export function roomAfter({ isLive, isBucket, amount, balance }: Limit, now: number): number | null {
  const end = balance?.end ?? NEVER
  const seconds = Math.ceil(isLive ? 1 : isBucket ? 60 / Number(amount) : (end - now) / 1_000)
  return Number.isFinite(seconds) ? Math.max(1, seconds) : null
}

/** Writes an amount of a limit: requests, tokens or US dollars. Never less than 0. */
export const formatAmount = ({ isBucket }: Pick<Limit, 'isBucket'>, amount: bigint): string => {
  const shown = amount > 0n ? amount : 0n
  return isBucket ? shown.toString() : formatUsd(shown)
}

/**
 * Describes a limit and the amount left of it. `resetsAt` is null for requests a minute, concurrency and lifetimes.
 * @param write Writes a time.
 */
export function describeLimit<Time>(limit: Limit, write: (at: number) => Time) {
  const { scope, kind, model, amount, isBucket, balance } = limit
  const left = leftOf(limit)
  const end = isBucket || !balance ? NEVER : balance.end
  return {
    scope,
    kind,
    model: model ?? null,
    limit: formatAmount(limit, amount),
    remaining: left === null ? null : formatAmount(limit, left),
    resetsAt: end < NEVER ? write(end) : null,
  }
}

const asNumber = (at: number): number => at

/** Describes limits and the amounts left of them, with times in milliseconds. */
export const describeLimits = (limits: readonly Limit[]) => limits.map((limit) => describeLimit(limit, asNumber))
