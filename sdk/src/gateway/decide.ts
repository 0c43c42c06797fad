import { costOf, formatUsd, readEstimate, readUsd } from '@keyward/engine/money'
import { isInNetworks, type Network, parseAddress, parseNetworks } from '@keyward/engine/networks'
import type {
  ApiKeyVerification,
  LimitState,
  RejectionReason,
  UsageUnitInput,
  VerificationWarning,
  VerifierCredential,
  VerifierModel,
  VerifierResource,
  Workload,
} from '../generated/types.ts'
import { type Limit, readLimit } from './pool.ts'

const EXPIRES_SOON_MS = 24 * 3_600_000
const RETRY_AFTER_SECONDS = 1

export type Accepted = Extract<ApiKeyVerification, { readonly __typename: 'ApiKeyAccepted' }>
export type Rejected = Extract<ApiKeyVerification, { readonly __typename: 'ApiKeyRejected' }>

/** What a request is, beside its secret. */
export interface Ask {
  /** What it is for. A key that is limited to workloads is refused where none is given. */
  readonly workload?: Workload | null | undefined
  /** The slug of the model that it calls. */
  readonly model?: string | null | undefined
  /** The resource that it names, `res_…`. */
  readonly resource?: string | null | undefined
  /** The address that it comes from. A key that is limited to networks is refused where none is given. */
  readonly clientIp?: string | null | undefined
  /** What it costs at most, as a decimal in US dollars such as `'0.02'`: set aside of every budget above the key. */
  readonly estimatedCost?: string | null | undefined
  /** What it uses at most: its cost is estimated by the present prices of `model`, where it is not given. */
  readonly estimatedUnits?: readonly UsageUnitInput[] | null | undefined
}

/** Gateways often give the same one, time after time. */
let lastEstimate = { text: '0', nanos: 0n }

/** What a request costs at most, in nano-dollars; nothing where that is not known. */
export function estimateOf(
  { estimatedCost, estimatedUnits }: Ask,
  model: VerifierModel | null | undefined,
  now: number,
) {
  if (estimatedCost != null) {
    if (estimatedCost === lastEstimate.text) return lastEstimate.nanos
    const nanos = readEstimate(estimatedCost)
    if (nanos !== null) {
      lastEstimate = { text: estimatedCost, nanos }
      return nanos
    }
    throw new TypeError('`estimatedCost` is a decimal in US dollars, from 0 to 999999999, such as "0.02".')
  }
  let sum = 0n
  for (const { lineItem, quantity } of estimatedUnits ?? []) {
    if (!/^\d{1,15}$/.test(quantity)) throw new TypeError('`quantity` is a whole number, 0 or more, as a string.')
    const price = model?.prices.find((each) => each.lineItem === lineItem && Date.parse(each.effectiveFrom) <= now)
    if (price) sum += costOf(BigInt(quantity), readUsd(price.usd) ?? 0n, price.unit === 'PER_MILLION')
  }
  return sum
}

/** A credential, read for deciding. */
export interface Credential {
  readonly subjects: readonly string[]
  readonly of: VerifierCredential
  readonly retiresAt: number
  readonly expiresAt: number
  readonly workloads: ReadonlySet<Workload> | null
  readonly networks: readonly Network[]
  readonly limits: readonly Limit[]
  /** When its use was last told of. */
  toldAt: number
}

const timeOf = (time: string | null): number => (time === null ? Number.POSITIVE_INFINITY : Date.parse(time))

export function readCredential(of: VerifierCredential): Credential {
  return {
    subjects: of.subjects,
    of,
    retiresAt: timeOf(of.retiresAt),
    expiresAt: timeOf(of.expiresAt),
    workloads: of.workloads.length === 0 ? null : new Set(of.workloads),
    networks: parseNetworks(of.allowedIps),
    limits: of.limits.map(readLimit),
    toldAt: 0,
  }
}

/** Everything that a decision is made of: `undefined` is what was not asked for, null what there is not. */
export interface Known {
  credential: Credential
  resource: VerifierResource | null | undefined
  model: VerifierModel | null | undefined
  /** As of when. */
  asOf: string
  /** Whether it could not be refreshed, and should have been. */
  isOutage: boolean
}

/**
 * Why a credential may not do what is asked; null where nothing is in the way of it. The order is that of the server: what
 * is final or the key's own comes first, what depends on the request last.
 */
export function refusalOf({ credential, resource, model }: Known, ask: Ask, now: number): RejectionReason | null {
  const { of } = credential
  if (of.revoked) return 'REVOKED'
  if (credential.retiresAt <= now) return 'SECRET_RETIRED'
  if (credential.expiresAt <= now) return 'EXPIRED'
  if (of.projectArchived) return 'PROJECT_ARCHIVED'
  const { networks, workloads } = credential
  if (networks.length > 0 && !isInNetworks(parseAddress(ask.clientIp ?? ''), networks)) return 'IP_NOT_ALLOWED'
  if (workloads && !(ask.workload && workloads.has(ask.workload))) return 'WORKLOAD_NOT_ALLOWED'
  if (resource !== undefined && resource?.projectId !== of.projectId) return 'RESOURCE_NOT_IN_PROJECT'
  if (model === undefined) return null
  const isReachable = model?.online && (model.projectId === null || model.projectId === of.projectId)
  return isReachable ? null : 'MODEL_NOT_AVAILABLE'
}

const REJECTIONS: Record<string, readonly [status: number, message: string]> = {
  MALFORMED: [401, 'The secret is malformed: it carries the prefix of a Keyward secret and a wrong checksum.'],
  UNAVAILABLE: [503, 'Keyward cannot tell at the moment. Try again.'],
  NOT_FOUND: [401, 'The secret is unknown.'],
  REVOKED: [401, 'The key is revoked.'],
  SECRET_RETIRED: [401, 'The key was rotated, and this secret is retired. Use the new one.'],
  EXPIRED: [401, 'The key has expired.'],
  PROJECT_ARCHIVED: [403, 'The project of the key is archived.'],
  IP_NOT_ALLOWED: [403, 'The key may not be used from this address.'],
  WORKLOAD_NOT_ALLOWED: [403, 'The key may not be used for this workload.'],
  RESOURCE_NOT_IN_PROJECT: [403, 'There is no such resource in the project of the key.'],
  MODEL_NOT_AVAILABLE: [403, 'There is no such model online for the project of the key.'],
  RATE_LIMITED: [429, 'There are more requests a minute than the key may make.'],
  BUDGET_EXCEEDED: [429, 'A budget of the key has no room for this request.'],
}

/** A refusal, with what a gateway answers its caller. */
export function reject(
  reason: RejectionReason,
  asOf: string,
  credential: Credential | null,
  more: Partial<Pick<Rejected, 'message' | 'retryAfterSeconds' | 'limits'>> = {},
): Rejected {
  const [httpStatus, message] = REJECTIONS[reason] ?? [403, 'The key may not do this.']
  return {
    __typename: 'ApiKeyRejected',
    reason,
    message,
    httpStatus,
    retryAfterSeconds: reason === 'UNAVAILABLE' ? RETRY_AFTER_SECONDS : null,
    limits: [],
    rejectedCredentialId: credential?.of.credentialId ?? null,
    asOf,
    ...more,
  }
}

/** The limits that a request had to fit into, and what is left of them as far as is known here. */
export function limitStates(limits: readonly Limit[]): LimitState[] {
  return limits.map(({ of, amount, isRate, pool }) => {
    const remaining = pool?.room == null ? null : pool.room + pool.available
    const end = isRate || !pool ? Number.POSITIVE_INFINITY : pool.window.end
    const inUnits = (value: bigint) => (isRate ? value.toString() : formatUsd(value < 0n ? 0n : value))
    return {
      scope: of.scope,
      kind: of.kind,
      limit: inUnits(amount),
      remaining: remaining === null ? null : inUnits(remaining),
      resetsAt: Number.isFinite(end) ? new Date(end).toISOString() : null,
    }
  })
}

/** Whether less than a tenth of a budget is left. */
const isNearlySpent = ({ isRate, tenth, pool }: Limit): boolean =>
  !isRate && pool?.room != null && pool.room + pool.available < tenth

/** What an accepted key's owner should know. */
export function warningsOf(
  { of, expiresAt, limits }: Credential,
  now: number,
  isOutage: boolean,
): VerificationWarning[] {
  const warnings: VerificationWarning[] = []
  if (of.kind === 'LEGACY_KEY') warnings.push('LEGACY_KEY_DEPRECATED')
  if (of.kind !== 'PLAYGROUND' && expiresAt - now < EXPIRES_SOON_MS) warnings.push('EXPIRES_SOON')
  if (of.retiresAt !== null) warnings.push('SECRET_RETIRES_SOON')
  if (isOutage) warnings.push('SERVED_DURING_OUTAGE')
  if (limits.some(isNearlySpent)) warnings.push('BUDGET_NEARLY_SPENT')
  return warnings
}
